/* lwIP's 6LoWPAN as a device under test: the C agent on one side, a netif on the other.
 *
 * The port checks the FCS and lets through only frames of its PAN to its EUI-64, its short address or everybody:
 * lwIP leaves that to the radio. Nobody acknowledges. Time is the harness's. */
#include "sixlo_agent.h"

#include "lwip/init.h"
#include "lwip/inet.h"
#include "lwip/ip6.h"
#include "lwip/ip6_frag.h"
#include "lwip/mld6.h"
#include "lwip/nd6.h"
#include "lwip/netif.h"
#include "lwip/pbuf.h"
#include "lwip/timeouts.h"
#include "lwip/udp.h"
#include "netif/lowpan6.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ADDRESSES 14
#define GROUPS 8
#define PORTS 4
#define CONTEXTS 16

/* All settings; they outlive a reset. */
static struct settings {
    uint8_t eui64[8];
    uint16_t short_address, pan_id;
    bool autoconfigure;
    struct {
        uint8_t octets[16];
    } addresses[ADDRESSES], groups[GROUPS];
    unsigned address_count, group_count, port_count;
    uint16_t ports[PORTS];
    uint8_t contexts[CONTEXTS][16];
} settings;

static const struct settings defaults = {
    .eui64 = {0x02, 0, 0, 0, 0, 0, 0, 1},
    .short_address = 0xffff,
    .pan_id = 0xffff,
};

static struct sixlo_agent agent;
static struct netif node;
static struct udp_pcb *echoes[PORTS];
static bool running;
static uint32_t now_ms;
static uint32_t chance;
/* The agent stream; what was stdout is stderr, so that a stack that prints cannot damage it. */
static int stream = -1;

u32_t sys_now(void)
{
    return now_ms;
}

unsigned port_random(void)
{
    chance = chance * 1664525u + 1013904223u;
    return chance >> 8;
}

static void write_stream(void *context, const uint8_t *octets, size_t length)
{
    (void)context;
    while (length > 0) {
        ssize_t written = write(stream, octets, length);
        if (written <= 0)
            exit(0); /* nobody is left to hear it */
        octets += written;
        length -= (size_t)written;
    }
}

/* The air. */

static err_t transmit(struct netif *netif, struct pbuf *frame)
{
    uint8_t psdu[127];
    u16_t length = pbuf_copy_partial(frame, psdu, sizeof psdu, 0);
    (void)netif;
    sixlo_agent_transmitted(&agent, psdu, length);
    return ERR_OK;
}

static bool is_own(const uint8_t *reversed)
{
    unsigned at;
    for (at = 0; at < 8; at++)
        if (reversed[at] != settings.eui64[7 - at])
            return false;
    return true;
}

/* A data frame of 2003 or 2006 with both addresses, as the stack's parser takes for granted. */
static bool filter(const uint8_t *psdu, size_t length)
{
    unsigned destination, source, at = 3;
    uint16_t pan, address;
    if (length < 5 || (psdu[0] & 0x07) != 1 || (psdu[0] & 0x08) || psdu[1] >> 4 & 2)
        return false;
    if (lowpan6_calc_crc(psdu, (u16_t)(length - 2)) != (psdu[length - 2] | psdu[length - 1] << 8))
        return false;
    destination = psdu[1] >> 2 & 3;
    source = psdu[1] >> 6 & 3;
    /* Addresses, PANs, FCS and one octet of payload. */
    if (destination < 2 || source < 2
        || length < 3u + 2u + (destination == 3 ? 8 : 2) + (psdu[0] & 0x40 ? 0 : 2) + (source == 3 ? 8 : 2) + 2u + 1u)
        return false;
    pan = (uint16_t)(psdu[at] | psdu[at + 1] << 8);
    at += 2;
    if (pan != settings.pan_id && pan != 0xffff)
        return false;
    if (destination == 3)
        return is_own(psdu + at);
    address = (uint16_t)(psdu[at] | psdu[at + 1] << 8);
    return address == 0xffff || (address == settings.short_address && settings.short_address < 0xfffe);
}

static void receive(void *context, const uint8_t *psdu, size_t length)
{
    struct pbuf *frame;
    (void)context;
    if (!running || length > 127 || !filter(psdu, length))
        return;
    frame = pbuf_alloc(PBUF_RAW, (u16_t)(length - 2), PBUF_RAM);
    if (!frame)
        return;
    pbuf_take(frame, psdu, (u16_t)(length - 2));
    if (node.input(frame, &node) != ERR_OK)
        pbuf_free(frame);
}

int port_delivered(struct pbuf *packet, struct netif *netif)
{
    static uint8_t octets[2048];
    u16_t length = pbuf_copy_partial(packet, octets, sizeof octets, 0);
    (void)netif;
    sixlo_agent_delivered(&agent, octets, length);
    return 0;
}

/* The node. */

static void echo(void *argument, struct udp_pcb *pcb, struct pbuf *payload, const ip_addr_t *from, u16_t port)
{
    (void)argument;
    udp_sendto_if_src(pcb, payload, from, port, &node, ip_current_dest_addr());
    pbuf_free(payload);
}

static err_t begin_netif(struct netif *netif)
{
    netif->hwaddr_len = 8;
    memcpy(netif->hwaddr, settings.eui64, 8);
    lowpan6_if_init(netif);
    netif->linkoutput = transmit;
    /* lowpan6_if_init overwrites the flags. */
    netif->flags |= NETIF_FLAG_MLD6;
    return ERR_OK;
}

/* lwIP runs this for no one: the port has to. */
static void age_fragments(void *argument)
{
    (void)argument;
    lowpan6_tmr();
    sys_timeout(LOWPAN6_TMR_INTERVAL, age_fragments, NULL);
}

static ip6_addr_t address_of(const uint8_t *octets)
{
    ip6_addr_t address;
    memcpy(address.addr, octets, 16);
    ip6_addr_clear_zone(&address);
    ip6_addr_assign_zone(&address, IP6_UNKNOWN, &node);
    return address;
}

static void end_node(void)
{
    unsigned at;
    for (at = 0; at < PORTS; at++) {
        if (echoes[at])
            udp_remove(echoes[at]);
        echoes[at] = NULL;
    }
    if (running)
        netif_remove(&node);
    running = false;
    /* What waits to be put together. */
    for (at = 0; at < 3; at++)
        lowpan6_tmr();
    for (at = 0; at <= IPV6_REASS_MAXAGE; at++)
        ip6_reass_tmr();
}

static void own(const uint8_t *octets)
{
    ip6_addr_t address = address_of(octets);
    s8_t at = -1;
    if (netif_add_ip6_address(&node, &address, &at) == ERR_OK && at >= 0)
        netif_ip6_addr_set_state(&node, at, IP6_ADDR_PREFERRED);
}

static enum sixlo_outcome reset(void *context)
{
    unsigned at;
    (void)context;
    end_node();
    chance = 1;
    memset(&node, 0, sizeof node);
    lowpan6_set_pan_id(settings.pan_id);
    lowpan6_set_short_addr((u8_t)(settings.short_address >> 8), (u8_t)settings.short_address);
    for (at = 0; at < CONTEXTS; at++) {
        ip6_addr_t prefix;
        memcpy(prefix.addr, settings.contexts[at], 16);
        ip6_addr_clear_zone(&prefix);
        lowpan6_set_context((u8_t)at, &prefix);
    }
    if (!netif_add_noaddr(&node, NULL, begin_netif, lowpan6_input)) {
        sixlo_agent_why(&agent, "stack: no netif");
        return SIXLO_REFUSED;
    }
    running = true;
    netif_set_default(&node);
    netif_set_ip6_autoconfig_enabled(&node, settings.autoconfigure);
    if (settings.autoconfigure)
        netif_create_ip6_linklocal_address(&node, 0);
    for (at = 0; at < settings.address_count; at++)
        own(settings.addresses[at].octets);
    netif_set_link_up(&node);
    netif_set_up(&node);
    for (at = 0; at < settings.group_count; at++) {
        ip6_addr_t group = address_of(settings.groups[at].octets);
        mld6_joingroup_netif(&node, &group);
    }
    for (at = 0; at < settings.port_count; at++) {
        echoes[at] = udp_new_ip_type(IPADDR_TYPE_V6);
        if (echoes[at] && udp_bind(echoes[at], IP6_ADDR_ANY, settings.ports[at]) == ERR_OK)
            udp_recv(echoes[at], echo, NULL);
    }
    return SIXLO_DONE;
}

static enum sixlo_outcome refuse(const char *why)
{
    sixlo_agent_why(&agent, why);
    return SIXLO_REFUSED;
}

static enum sixlo_outcome configure(void *context, const struct sixlo_setting *setting)
{
    (void)context;
    switch (setting->kind) {
    case SIXLO_EUI64:
        memcpy(settings.eui64, setting->eui64, 8);
        return SIXLO_DONE;
    case SIXLO_SHORT_ADDRESS:
        settings.short_address = setting->number;
        return SIXLO_DONE;
    case SIXLO_PAN_ID:
        settings.pan_id = setting->number;
        return SIXLO_DONE;
    case SIXLO_ADDRESS:
        if (settings.address_count == ADDRESSES)
            return refuse("stack: room for no further address");
        memcpy(settings.addresses[settings.address_count++].octets, setting->address, 16);
        return SIXLO_DONE;
    case SIXLO_GROUP:
        if (settings.group_count == GROUPS)
            return refuse("stack: room for no further group");
        memcpy(settings.groups[settings.group_count++].octets, setting->address, 16);
        return SIXLO_DONE;
    case SIXLO_CONTEXT:
        if (setting->number >= CONTEXTS)
            return refuse("stack: contexts 0 to 15");
        if (setting->prefix_length != 64)
            return refuse("stack: a context holds 64 bits");
        memcpy(settings.contexts[setting->number], setting->address, 16);
        return SIXLO_DONE;
    case SIXLO_NO_CONTEXT:
        if (setting->number >= CONTEXTS)
            return refuse("stack: contexts 0 to 15");
        memset(settings.contexts[setting->number], 0, 16);
        return SIXLO_DONE;
    case SIXLO_ND:
        return setting->number == 0 ? SIXLO_DONE : SIXLO_UNSUPPORTED;
    case SIXLO_AUTOCONFIGURE:
        settings.autoconfigure = setting->flag;
        return SIXLO_DONE;
    case SIXLO_OPEN_PORT:
        if (settings.port_count == PORTS)
            return refuse("stack: room for no further port");
        settings.ports[settings.port_count++] = setting->number;
        return SIXLO_DONE;
    case SIXLO_DEFAULTS:
        settings = defaults;
        return SIXLO_DONE;
    default:
        return SIXLO_UNSUPPORTED;
    }
}

/* The whole packet, as it is, through the adaptation layer. */
static enum sixlo_outcome send_ipv6(void *context, const uint8_t *octets, size_t length)
{
    struct pbuf *packet;
    ip6_addr_t destination;
    err_t error;
    (void)context;
    if (!running || length < 40 || length > 1280)
        return refuse("stack: a packet of 40 to 1280 octets, after a reset");
    packet = pbuf_alloc(PBUF_LINK, (u16_t)length, PBUF_RAM);
    if (!packet)
        return refuse("stack: no buffer");
    pbuf_take(packet, octets, (u16_t)length);
    destination = address_of(octets + 24);
    error = lowpan6_output(&node, packet, &destination);
    pbuf_free(packet);
    return error == ERR_OK ? SIXLO_DONE : refuse("stack: lowpan6_output refuses it");
}

/* Time. */

static void advance(void *context, uint64_t now_us)
{
    uint32_t until = (uint32_t)(now_us / 1000);
    (void)context;
    while (now_ms != until) {
        uint32_t sleep = sys_timeouts_sleeptime();
        uint32_t left = until - now_ms;
        now_ms += sleep < left ? sleep : left;
        sys_check_timeouts();
        if (sleep > left)
            break;
    }
    sys_check_timeouts();
}

static bool next_timer(void *context, uint64_t *at_us)
{
    uint32_t sleep = sys_timeouts_sleeptime();
    (void)context;
    if (sleep == SYS_TIMEOUTS_SLEEPTIME_INFINITE)
        return false;
    *at_us = ((uint64_t)now_ms + sleep) * 1000;
    return true;
}

static const struct sixlo_stack stack = {
    .name = "lwip " LWIP_VERSION_STRING,
    .build = "16 contexts of 64 bits, errors quote up to 1232 octets, assertions on",
    .abilities = SIXLO_SETTLES | SIXLO_VIRTUAL_TIME | SIXLO_SENDS_IPV6 | SIXLO_FILTERS,
    .hooks = SIXLO_HOOK(SIXLO_EUI64) | SIXLO_HOOK(SIXLO_SHORT_ADDRESS) | SIXLO_HOOK(SIXLO_PAN_ID)
             | SIXLO_HOOK(SIXLO_ADDRESS) | SIXLO_HOOK(SIXLO_GROUP) | SIXLO_HOOK(SIXLO_CONTEXT)
             | SIXLO_HOOK(SIXLO_NO_CONTEXT) | SIXLO_HOOK(SIXLO_ND) | SIXLO_HOOK(SIXLO_AUTOCONFIGURE)
             | SIXLO_HOOK(SIXLO_OPEN_PORT) | SIXLO_HOOK(SIXLO_DEFAULTS),
    .tap = SIXLO_TAP_BEFORE_CHECKS,
    .largest_psdu = 127,
    .write = write_stream,
    .receive = receive,
    .reset = reset,
    .configure = configure,
    .send_ipv6 = send_ipv6,
    .advance = advance,
    .next_timer = next_timer,
};

int main(void)
{
    static uint8_t octets[65536];
    ssize_t length;
    stream = dup(STDOUT_FILENO);
    dup2(STDERR_FILENO, STDOUT_FILENO);
    settings = defaults;
    lwip_init();
    sys_timeout(LOWPAN6_TMR_INTERVAL, age_fragments, NULL);
    sixlo_agent_init(&agent, &stack, (uint32_t)getpid());
    sixlo_agent_announce(&agent);
    while ((length = read(STDIN_FILENO, octets, sizeof octets)) > 0)
        sixlo_agent_hear(&agent, octets, (size_t)length);
    return 0;
}
