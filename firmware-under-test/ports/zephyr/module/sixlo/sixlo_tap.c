/* A rule of the packet filter that lets everything through and keeps a copy: behind 6LoWPAN, before IPv6 asks whose packet it is. */
#include "sixlo_tap.h"

#include <string.h>

#include <zephyr/kernel.h>
#include <zephyr/net/net_pkt.h>
#include <zephyr/net/net_pkt_filter.h>

struct restored {
	uint16_t length;
	uint8_t octets[SIXLO_LARGEST_PACKET];
};

K_MSGQ_DEFINE(restored, sizeof(struct restored), CONFIG_SIXLO_PACKETS, 4);

static bool keep(struct npf_test *test, struct net_pkt *packet)
{
	/* The filter's lock keeps others out. */
	static struct restored copy;
	size_t length = net_pkt_get_len(packet);

	if (length <= sizeof(copy.octets)) {
		copy.length = (uint16_t)length;
		net_buf_linearize(copy.octets, sizeof(copy.octets), packet->buffer, 0, length);
		k_msgq_put(&restored, &copy, K_NO_WAIT);
	}
	return true;
}

static struct {
	struct npf_test test;
} tap = { .test = { .fn = keep } };
static NPF_RULE(rule, NET_OK, tap);

void sixlo_tap_begin(void)
{
	npf_append_ipv6_recv_rule(&rule);
}

size_t sixlo_tap_next(uint8_t *packet)
{
	static struct restored next;

	if (k_msgq_get(&restored, &next, K_NO_WAIT) != 0) {
		return 0;
	}
	memcpy(packet, next.octets, next.length);
	return next.length;
}

void sixlo_tap_forget(void)
{
	k_msgq_purge(&restored);
}
