/* What native_sim adds: simulated time, and the two halves of standard input and output. */
#ifndef SIXLO_NATIVE_H
#define SIXLO_NATIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lets simulated time go on until this, reckoned from the start and without what was skipped. */
void sixlo_native_advance(uint64_t now_us);
/* Lets simulated time pass that the harness does not see. */
void sixlo_native_skip(uint32_t milliseconds);
/* When the next timer of the system is due, if one is set. */
bool sixlo_native_next_timer(uint64_t *at_us);

/* In the half that is built for the host. */
unsigned sixlo_host_number(void); /* of this process */
long sixlo_host_read(uint8_t *octets, unsigned long room); /* waits; the process ends with its input */
void sixlo_host_write(const uint8_t *octets, unsigned long length);

#endif
