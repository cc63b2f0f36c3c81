/* The agent between a harness and Zephyr: it is the radio. */
#ifndef SIXLO_ZEPHYR_H
#define SIXLO_ZEPHYR_H

#include <stddef.h>
#include <stdint.h>

/* Begins; `write` takes octets to the harness. This and the two below are called from one thread, whose priority is below that
 * of every other: K_LOWEST_APPLICATION_THREAD_PRIO. What the stack has to do is then done whenever the thread goes on. */
void sixlo_zephyr_begin(void (*write)(const uint8_t *octets, size_t length), uint32_t boot);
/* Octets that came from the harness. */
void sixlo_zephyr_hear(const uint8_t *octets, size_t length);
/* Tells the harness what the stack has sent by itself: now and then, while nothing is heard. */
void sixlo_zephyr_poll(void);

/* On native_sim: begins on standard input and output, and never returns. */
void sixlo_native_serve(void);

#endif
