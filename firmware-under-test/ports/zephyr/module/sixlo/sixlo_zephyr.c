/* Zephyr as a device under test: the C agent on one side, a network device on the other.
 *
 * The stack's threads have higher priorities than the one that feeds the agent, so a frame is worked off when it has been handed
 * over: what was sent for it waits in the radio's queue. */
#include "sixlo_agent.h"
#include "sixlo_native.h"
#include "sixlo_radio.h"
#include "sixlo_tap.h"
#include "sixlo_zephyr.h"

#include <string.h>

#include <zephyr/kernel.h>
#include <zephyr/net/ieee802154_mgmt.h>
#include <zephyr/net/net_context.h>
#include <zephyr/net/net_core.h>
#include <zephyr/net/net_if.h>
#include <zephyr/net/net_pkt.h>

#include <6lo.h>
#include <icmpv6.h>
#include <ipv6.h>

#ifndef SIXLO_ZEPHYR_VERSION
#define SIXLO_ZEPHYR_VERSION ""
#endif

#define CHANNEL 26
#define ADDRESSES 8
#define GROUPS 4
#define PORTS 4
#define LARGEST_ECHO 1280
#define NO_PAN 0xffff
/* How long an address is tentative, and a little more, in milliseconds. */
#define DETECTION 200
#define NO_SHORT_ADDRESS 0xffff
/* How long a fragment waits for others, in seconds: those of 6LoWPAN, and those of IPv6. */
#ifdef CONFIG_NET_L2_IEEE802154_REASSEMBLY_TIMEOUT
#define LOWPAN_WAIT CONFIG_NET_L2_IEEE802154_REASSEMBLY_TIMEOUT
#else
#define LOWPAN_WAIT 0
#endif
#ifdef CONFIG_NET_IPV6_FRAGMENT_TIMEOUT
#define IPV6_WAIT CONFIG_NET_IPV6_FRAGMENT_TIMEOUT
#else
#define IPV6_WAIT 0
#endif

static struct sixlo_agent agent;
static void (*write_octets)(const uint8_t *octets, size_t length);

static struct settings {
	uint8_t eui64[8];
	uint16_t pan_id, short_address;
	bool autoconfigure;
	struct {
		struct in6_addr address;
		uint8_t prefix_length;
	} addresses[ADDRESSES];
	struct in6_addr groups[GROUPS];
	uint16_t ports[PORTS];
	unsigned address_count, group_count, port_count;
} settings = { .eui64 = { 2, 0, 0, 0, 0, 0, 0, 1 }, .pan_id = NO_PAN, .short_address = NO_SHORT_ADDRESS };

static struct net_context *echoes[PORTS];
static unsigned echo_count;

/* --- The air --- */

/* What the stack has restored and sent since. */
static void tell(void)
{
	uint8_t psdu[SIXLO_LARGEST_PSDU];
	size_t length;

#if CONFIG_SIXLO_TAP
	static uint8_t packet[SIXLO_LARGEST_PACKET];

	while ((length = sixlo_tap_next(packet)) > 0) {
		sixlo_agent_delivered(&agent, packet, length);
	}
#endif
	while ((length = sixlo_radio_sent(psdu)) > 0) {
		uint16_t sum = sixlo_fcs(psdu, length);

		psdu[length] = (uint8_t)sum;
		psdu[length + 1] = (uint8_t)(sum >> 8);
		sixlo_agent_transmitted(&agent, psdu, length + SIXLO_FCS_OCTETS);
	}
}

static void receive(void *context, const uint8_t *psdu, size_t length)
{
	if (length <= SIXLO_LARGEST_PSDU
	    && sixlo_is_for(psdu, length, settings.pan_id, settings.short_address, settings.eui64)) {
		sixlo_radio_receive(psdu, length - SIXLO_FCS_OCTETS);
	}
	tell();
}

/* --- The node --- */

static void echo(struct net_context *port, struct net_pkt *packet, union net_ip_header *ip, union net_proto_header *protocol,
		 int status, void *user)
{
	static uint8_t data[LARGEST_ECHO];
	struct sockaddr_in6 to = { .sin6_family = AF_INET6 };
	size_t length;

	if (packet == NULL) {
		return;
	}
	length = net_pkt_remaining_data(packet);
	memcpy(&to.sin6_addr, ip->ipv6->src, sizeof(to.sin6_addr));
	to.sin6_port = protocol->udp->src_port;
	if (length <= sizeof(data) && net_pkt_read(packet, data, length) == 0) {
		net_context_sendto(port, data, length, (struct sockaddr *)&to, sizeof(to), NULL, K_NO_WAIT, NULL);
	}
	net_pkt_unref(packet);
}

static void open_port(uint16_t number)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(number) };
	struct net_context *port;

	if (net_context_get(AF_INET6, SOCK_DGRAM, IPPROTO_UDP, &port) != 0) {
		return;
	}
	if (net_context_bind(port, (struct sockaddr *)&any, sizeof(any)) != 0
	    || net_context_recv(port, echo, K_NO_WAIT, NULL) != 0) {
		net_context_put(port);
		return;
	}
	echoes[echo_count++] = port;
}

static void collect(struct net_nbr *neighbour, void *user)
{
	struct net_nbr **one = user;

	*one = neighbour;
}

static void forget_network(struct net_if *interface)
{
	struct net_nbr *neighbour = NULL;
	struct net_if_ipv6 *ipv6;

	while (echo_count > 0) {
		net_context_put(echoes[--echo_count]);
	}
	for (net_ipv6_nbr_foreach(collect, &neighbour); neighbour != NULL; net_ipv6_nbr_foreach(collect, &neighbour)) {
		struct in6_addr address = net_ipv6_nbr_data(neighbour)->addr;

		if (!net_ipv6_nbr_rm(neighbour->iface, &address)) {
			break;
		}
		neighbour = NULL;
	}
	/* This gives the interface its part for IPv6, too: 3.5 brings down the system that has none, and no CONFIG_NET_IPV6_DAD. */
	if (net_if_config_ipv6_get(interface, &ipv6) < 0) {
		return;
	}
	for (unsigned at = 0; at < ARRAY_SIZE(ipv6->prefix); at++) {
		if (ipv6->prefix[at].is_used) {
			struct in6_addr prefix = ipv6->prefix[at].prefix;

			net_if_ipv6_prefix_rm(interface, &prefix, ipv6->prefix[at].len);
		}
	}
	for (unsigned at = 0; at < ARRAY_SIZE(ipv6->unicast); at++) {
		if (ipv6->unicast[at].is_used) {
			struct in6_addr address = ipv6->unicast[at].address.in6_addr;

			net_if_ipv6_addr_rm(interface, &address);
		}
	}
	for (unsigned at = 0; at < ARRAY_SIZE(ipv6->mcast); at++) {
		if (ipv6->mcast[at].is_used) {
			struct in6_addr group = ipv6->mcast[at].address.in6_addr;

			net_if_ipv6_maddr_rm(interface, &group);
		}
	}
}

static void own(struct net_if *interface, const struct in6_addr *address, uint8_t prefix_length)
{
	struct in6_addr own = *address;

	net_if_ipv6_addr_add(interface, &own, NET_ADDR_MANUAL, 0);
	if (!net_ipv6_is_ll_addr(&own) && prefix_length <= 128) {
		struct net_if_ipv6_prefix *prefix = net_if_ipv6_prefix_add(interface, &own, prefix_length, UINT32_MAX);

		if (prefix != NULL) {
			net_if_ipv6_prefix_set_lf(prefix, true);
		}
	}
}

static void set_addresses(struct net_if *interface)
{
	uint16_t none = NO_SHORT_ADDRESS, channel = CHANNEL, pan_id = settings.pan_id;
	uint8_t eui64[8];

	memcpy(eui64, settings.eui64, sizeof(eui64));
	/* A node with an address of two octets is a member of its PAN, and cannot be given another PAN. */
	net_mgmt(NET_REQUEST_IEEE802154_SET_SHORT_ADDR, interface, &none, sizeof(none));
	net_mgmt(NET_REQUEST_IEEE802154_SET_CHANNEL, interface, &channel, sizeof(channel));
	net_mgmt(NET_REQUEST_IEEE802154_SET_EXT_ADDR, interface, eui64, sizeof(eui64));
	net_mgmt(NET_REQUEST_IEEE802154_SET_PAN_ID, interface, &pan_id, sizeof(pan_id));
}

static enum sixlo_outcome reset(void *context)
{
	struct net_if *interface = sixlo_radio_interface();
	uint8_t frame[SIXLO_LARGEST_PSDU];

	net_if_down(interface);
	forget_network(interface);
#if CONFIG_SIXLO_NATIVE
	/* What waits for more gives up. */
	sixlo_native_skip((MAX(LOWPAN_WAIT, IPV6_WAIT) + 1) * MSEC_PER_SEC);
#endif
	while (sixlo_radio_sent(frame) > 0) {
	}
#if CONFIG_SIXLO_TAP
	sixlo_tap_forget();
#endif
	set_addresses(interface);
	if (net_if_up(interface) < 0) {
		sixlo_agent_why(&agent, "stack: the interface does not come up");
		return SIXLO_REFUSED;
	}
	if (settings.autoconfigure) {
		struct in6_addr address = { { { 0xfe, 0x80 } } };

		memcpy(&address.s6_addr[8], settings.eui64, 8);
		address.s6_addr[8] ^= 2;
		own(interface, &address, 64);
	}
	for (unsigned at = 0; at < settings.address_count; at++) {
		own(interface, &settings.addresses[at].address, settings.addresses[at].prefix_length);
	}
	for (unsigned at = 0; at < settings.group_count; at++) {
		net_ipv6_mld_join(interface, &settings.groups[at]);
	}
	for (unsigned at = 0; at < settings.port_count; at++) {
		open_port(settings.ports[at]);
	}
#if CONFIG_SIXLO_NATIVE && CONFIG_NET_IPV6_DAD
	sixlo_native_skip(DETECTION);
#endif
	tell();
	return SIXLO_DONE;
}

static enum sixlo_outcome refuse(const char *why)
{
	sixlo_agent_why(&agent, why);
	return SIXLO_REFUSED;
}

/* As a router advertisement would bring it, RFC 6775 4.2. */
static enum sixlo_outcome set_context(const struct sixlo_setting *setting, bool remove)
{
	struct net_icmpv6_nd_opt_6co option = { 0 };

	if (setting->number > 15) {
		return refuse("stack: contexts 0 to 15");
	}
	option.context_len = setting->prefix_length;
	option.flag = (uint8_t)(setting->number | (setting->flag ? 0x10 : 0));
	option.lifetime = remove ? 0 : 0xffff;
	memcpy(option.prefix, setting->address, sizeof(option.prefix));
	net_6lo_set_context(sixlo_radio_interface(), &option);
	return SIXLO_DONE;
}

static enum sixlo_outcome configure(void *context, const struct sixlo_setting *setting)
{
	switch (setting->kind) {
	case SIXLO_EUI64:
		memcpy(settings.eui64, setting->eui64, sizeof(settings.eui64));
		return SIXLO_DONE;
	case SIXLO_PAN_ID:
		settings.pan_id = setting->number;
		return SIXLO_DONE;
	case SIXLO_ADDRESS:
		if (settings.address_count == ADDRESSES) {
			return refuse("port: room for no further address");
		}
		memcpy(&settings.addresses[settings.address_count].address, setting->address, 16);
		settings.addresses[settings.address_count++].prefix_length = setting->prefix_length;
		return SIXLO_DONE;
	case SIXLO_GROUP:
		if (settings.group_count == GROUPS) {
			return refuse("port: room for no further group");
		}
		memcpy(&settings.groups[settings.group_count++], setting->address, 16);
		return SIXLO_DONE;
	case SIXLO_CONTEXT:
		return set_context(setting, false);
	case SIXLO_NO_CONTEXT:
		return set_context(setting, true);
	case SIXLO_ND:
		return setting->number == 0 ? SIXLO_DONE : SIXLO_UNSUPPORTED;
	case SIXLO_AUTOCONFIGURE:
		settings.autoconfigure = setting->flag;
		return SIXLO_DONE;
	case SIXLO_OPEN_PORT:
		if (settings.port_count == PORTS) {
			return refuse("port: room for no further port");
		}
		settings.ports[settings.port_count++] = setting->number;
		return SIXLO_DONE;
	case SIXLO_DEFAULTS:
		settings.address_count = 0;
		settings.group_count = 0;
		settings.port_count = 0;
		settings.autoconfigure = false;
		settings.pan_id = NO_PAN;
		for (uint16_t number = 0; number < 16; number++) {
			struct sixlo_setting none = { .kind = SIXLO_NO_CONTEXT, .number = number };

			set_context(&none, true);
		}
		return SIXLO_DONE;
	default:
		return SIXLO_UNSUPPORTED;
	}
}

static enum sixlo_outcome send_ipv6(void *context, const uint8_t *octets, size_t length)
{
	struct net_pkt *packet = net_pkt_alloc_with_buffer(sixlo_radio_interface(), length, AF_INET6, 0, K_NO_WAIT);

	if (packet == NULL) {
		return refuse("stack: room for no packet of this size");
	}
	net_pkt_set_ip_hdr_len(packet, sizeof(struct net_ipv6_hdr));
	if (net_pkt_write(packet, octets, length) < 0) {
		net_pkt_unref(packet);
		return refuse("stack: the packet does not fit");
	}
	net_pkt_cursor_init(packet);
	if (net_send_data(packet) < 0) {
		net_pkt_unref(packet);
	}
	tell();
	return SIXLO_DONE;
}

#if CONFIG_SIXLO_NATIVE
static void advance(void *context, uint64_t now_us)
{
	sixlo_native_advance(now_us);
	tell();
}

static bool next_timer(void *context, uint64_t *at_us)
{
	return sixlo_native_next_timer(at_us);
}
#endif

static void write_to_harness(void *context, const uint8_t *octets, size_t length)
{
	write_octets(octets, length);
}

static const struct sixlo_stack stack = {
	.name = "zephyr " SIXLO_ZEPHYR_VERSION,
	.build = "EUI-64 only",
	.abilities = SIXLO_FILTERS | SIXLO_SETTLES | SIXLO_SENDS_IPV6 | (IS_ENABLED(CONFIG_SIXLO_NATIVE) ? SIXLO_VIRTUAL_TIME : 0),
	.hooks = SIXLO_HOOK(SIXLO_EUI64) | SIXLO_HOOK(SIXLO_PAN_ID) | SIXLO_HOOK(SIXLO_ADDRESS) | SIXLO_HOOK(SIXLO_GROUP)
		 | SIXLO_HOOK(SIXLO_CONTEXT) | SIXLO_HOOK(SIXLO_NO_CONTEXT) | SIXLO_HOOK(SIXLO_ND)
		 | SIXLO_HOOK(SIXLO_AUTOCONFIGURE) | SIXLO_HOOK(SIXLO_OPEN_PORT) | SIXLO_HOOK(SIXLO_DEFAULTS),
	.tap = IS_ENABLED(CONFIG_SIXLO_TAP) ? SIXLO_TAP_BEFORE_CHECKS : SIXLO_TAP_NONE,
	.largest_psdu = SIXLO_LARGEST_PSDU,
	.write = write_to_harness,
	.receive = receive,
	.reset = reset,
	.configure = configure,
	.send_ipv6 = send_ipv6,
#if CONFIG_SIXLO_NATIVE
	.advance = advance,
	.next_timer = next_timer,
#endif
};

void sixlo_zephyr_begin(void (*write)(const uint8_t *octets, size_t length), uint32_t boot)
{
	write_octets = write;
#if CONFIG_SIXLO_TAP
	sixlo_tap_begin();
#endif
	sixlo_agent_init(&agent, &stack, boot);
	sixlo_agent_announce(&agent);
}

void sixlo_zephyr_hear(const uint8_t *octets, size_t length)
{
	sixlo_agent_hear(&agent, octets, length);
}

void sixlo_zephyr_poll(void)
{
	tell();
}
