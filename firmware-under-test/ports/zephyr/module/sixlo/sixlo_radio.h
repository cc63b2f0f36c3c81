/* The radio that a harness plays. */
#ifndef SIXLO_RADIO_H
#define SIXLO_RADIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/net/net_if.h>

#define SIXLO_LARGEST_PSDU 127
#define SIXLO_FCS_OCTETS 2

/* The interface of this radio. */
struct net_if *sixlo_radio_interface(void);
/* Hands a frame without its FCS to the stack. */
void sixlo_radio_receive(const uint8_t *frame, size_t length);
/* The next frame that the stack has sent, without FCS, into room for SIXLO_LARGEST_PSDU octets; 0 of none. */
size_t sixlo_radio_sent(uint8_t *frame);

#endif
