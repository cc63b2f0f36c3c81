/* The agent between a harness and Contiki-NG: it is the radio. */
#ifndef SIXLO_CONTIKI_H_
#define SIXLO_CONTIKI_H_

#include "dev/radio.h"

#include <stddef.h>
#include <stdint.h>

/* The radio that a harness plays: NETSTACK_CONF_RADIO of Makefile.sixlo. */
extern const struct radio_driver sixlo_radio_driver;

/* Begins; `write` takes octets to the harness. Called once, when the network stack is up. */
void sixlo_contiki_begin(void (*write)(const uint8_t *octets, size_t length), uint32_t boot);
/* Octets that came from the harness: not from an interrupt. */
void sixlo_contiki_hear(const uint8_t *octets, size_t length);
/* Begins on standard input and output, on Contiki-NG's native platform. */
void sixlo_native_begin(void);

#endif
