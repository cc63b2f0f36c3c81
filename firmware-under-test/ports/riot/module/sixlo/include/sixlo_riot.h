/* The agent between a harness and RIOT's GNRC: it is the radio. */
#ifndef SIXLO_RIOT_H
#define SIXLO_RIOT_H

#include <stddef.h>
#include <stdint.h>

/* Begins; `write` takes octets to the harness. Called once, from a thread whose priority is lower than the stack's. */
void sixlo_riot_begin(void (*write)(const uint8_t *octets, size_t length), uint32_t boot);
/* Octets that came from the harness, from the same thread. */
void sixlo_riot_hear(const uint8_t *octets, size_t length);

#endif
