/* What the stack wants of its compiler and platform. */
#ifndef PORT_ARCH_CC_H
#define PORT_ARCH_CC_H

#include <stdio.h>
#include <stdlib.h>

/* The clock is virtual and chance is counted: two runs are alike. */
unsigned port_random(void);
#define LWIP_RAND() port_random()

/* A failed assertion is a finding: the process ends with it as its last words. */
#define LWIP_PLATFORM_ASSERT(text) \
    do { \
        fprintf(stderr, "assertion failed: %s, %s:%d\n", text, __FILE__, __LINE__); \
        abort(); \
    } while (0)
#define LWIP_PLATFORM_DIAG(words) \
    do { \
        printf words; \
    } while (0)

#endif
