/* What the stack has restored, where its packet filter sees it. */
#ifndef SIXLO_TAP_H
#define SIXLO_TAP_H

#include <stddef.h>
#include <stdint.h>

#define SIXLO_LARGEST_PACKET 1500

/* Called once. */
void sixlo_tap_begin(void);
/* The next packet, into room for SIXLO_LARGEST_PACKET octets; 0 of none. */
size_t sixlo_tap_next(uint8_t *packet);
/* Forgets what has not been fetched. */
void sixlo_tap_forget(void);

#endif
