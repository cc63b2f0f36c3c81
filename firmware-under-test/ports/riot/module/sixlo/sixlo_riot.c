/* RIOT's GNRC as a device under test: the C agent on one side, a network device on the other.
 *
 * The device does what radios do: it checks the FCS and lets through frames to the node's addresses or to everybody. The
 * stack's threads have higher priorities than the one that feeds the agent, so a frame is worked off when `receive` returns. */
#include "net/gnrc/ipv6/nib.h"
#include "net/gnrc/netapi.h"
#include "net/gnrc/netif.h"
#include "net/gnrc/netif/ieee802154.h"
#include "net/gnrc/nettype.h"
#include "net/gnrc/sixlowpan/ctx.h"
#include "net/netdev/ieee802154.h"
#include "net/netdev_test.h"

#include "sixlo_agent.h"
#include "sixlo_riot.h"

#include <errno.h>
#include <string.h>

#ifndef SIXLO_RIOT_VERSION
#define SIXLO_RIOT_VERSION ""
#endif

#define LARGEST_PSDU 127
#define FCS_OCTETS 2
/* As many as the stack has room for. */
#define ADDRESSES CONFIG_GNRC_NETIF_IPV6_ADDRS_NUMOF
#define GROUPS 2

static struct sixlo_agent agent;
static void (*write_octets)(const uint8_t *octets, size_t length);
static netdev_test_t device;
static gnrc_netif_t netif;
static char netif_stack[THREAD_STACKSIZE_DEFAULT + 1024];
static bool is_up;
/* The frame that came, until the stack has taken it. */
static uint8_t incoming[LARGEST_PSDU];
static size_t incoming_length;

static struct settings {
    uint8_t eui64[8];
    uint16_t pan_id, short_address;
    ipv6_addr_t addresses[ADDRESSES], groups[GROUPS];
    unsigned address_count, group_count;
} settings = { .eui64 = { 2, 0, 0, 0, 0, 0, 0, 1 }, .pan_id = 0xffff, .short_address = 0xffff };

/* The groups that the node is in since the last reset. */
static ipv6_addr_t joined[GROUPS];
static unsigned joined_count;

/* --- The device --- */

static int send(netdev_t *dev, const iolist_t *parts)
{
    uint8_t psdu[LARGEST_PSDU];
    size_t length = 0;
    (void)dev;
    for (; parts != NULL; parts = parts->iol_next) {
        if (length + parts->iol_len > LARGEST_PSDU - FCS_OCTETS) {
            return -EOVERFLOW;
        }
        memcpy(psdu + length, parts->iol_base, parts->iol_len);
        length += parts->iol_len;
    }
    uint16_t sum = sixlo_fcs(psdu, length);
    psdu[length] = sum & 0xff;
    psdu[length + 1] = sum >> 8;
    sixlo_agent_transmitted(&agent, psdu, length + FCS_OCTETS);
    return (int)length;
}

static int take(netdev_t *dev, char *octets, int length, void *info)
{
    int there = (int)incoming_length;
    (void)dev;
    if (octets == NULL) {
        if (length > 0) {
            incoming_length = 0;
        }
        return there;
    }
    if (length < there) {
        return -ENOBUFS;
    }
    memcpy(octets, incoming, incoming_length);
    incoming_length = 0;
    if (info != NULL) {
        memset(info, 0, sizeof(netdev_ieee802154_rx_info_t));
    }
    return there;
}

static void isr(netdev_t *dev)
{
    dev->event_callback(dev, NETDEV_EVENT_RX_COMPLETE);
}

static int device_type(netdev_t *dev, void *value, size_t size)
{
    (void)dev;
    (void)size;
    *(uint16_t *)value = NETDEV_TYPE_IEEE802154;
    return sizeof(uint16_t);
}

static int protocol(netdev_t *dev, void *value, size_t size)
{
    (void)dev;
    (void)size;
    *(gnrc_nettype_t *)value = GNRC_NETTYPE_SIXLOWPAN;
    return sizeof(gnrc_nettype_t);
}

static int payload_size(netdev_t *dev, void *value, size_t size)
{
    (void)dev;
    (void)size;
    *(uint16_t *)value = IEEE802154_FRAME_LEN_MAX - IEEE802154_MAX_HDR_LEN - FCS_OCTETS;
    return sizeof(uint16_t);
}

static int source_length(netdev_t *dev, void *value, size_t size)
{
    (void)dev;
    (void)size;
    *(uint16_t *)value = IEEE802154_LONG_ADDRESS_LEN;
    return sizeof(uint16_t);
}

static int long_address(netdev_t *dev, void *value, size_t size)
{
    (void)dev;
    if (size < sizeof(settings.eui64)) {
        return -EOVERFLOW;
    }
    memcpy(value, settings.eui64, sizeof(settings.eui64));
    return sizeof(settings.eui64);
}

/* The stack asks for it anew once it was set: the settings are where it is. */
static int set_long_address(netdev_t *dev, const void *value, size_t size)
{
    (void)dev;
    (void)value;
    return (int)size;
}

static void bring_up(void)
{
    netdev_test_setup(&device, NULL);
    netdev_test_set_send_cb(&device, send);
    netdev_test_set_recv_cb(&device, take);
    netdev_test_set_isr_cb(&device, isr);
    netdev_test_set_get_cb(&device, NETOPT_DEVICE_TYPE, device_type);
    netdev_test_set_get_cb(&device, NETOPT_PROTO, protocol);
    netdev_test_set_get_cb(&device, NETOPT_MAX_PDU_SIZE, payload_size);
    netdev_test_set_get_cb(&device, NETOPT_SRC_LEN, source_length);
    netdev_test_set_get_cb(&device, NETOPT_ADDRESS_LONG, long_address);
    netdev_test_set_set_cb(&device, NETOPT_ADDRESS_LONG, set_long_address);
    gnrc_netif_ieee802154_create(&netif, netif_stack, sizeof(netif_stack), GNRC_NETIF_PRIO, "sixlo",
                                 &device.netdev.netdev);
    is_up = true;
}

static void receive(void *context, const uint8_t *psdu, size_t length)
{
    (void)context;
    if (!is_up || length > LARGEST_PSDU
        || !sixlo_is_for(psdu, length, settings.pan_id, settings.short_address, settings.eui64)) {
        return;
    }
    incoming_length = length - FCS_OCTETS;
    memcpy(incoming, psdu, incoming_length);
    netdev_trigger_event_isr(&device.netdev.netdev);
}

/* --- The node --- */

static enum sixlo_outcome refuse(const char *why)
{
    sixlo_agent_why(&agent, why);
    return SIXLO_REFUSED;
}

static enum sixlo_outcome reset(void *context)
{
    ipv6_addr_t owned[CONFIG_GNRC_NETIF_IPV6_ADDRS_NUMOF];
    (void)context;
    if (!is_up) {
        bring_up();
    }
    gnrc_netapi_set(netif.pid, NETOPT_ADDRESS_LONG, 0, settings.eui64, sizeof(settings.eui64));
    gnrc_netapi_set(netif.pid, NETOPT_NID, 0, &settings.pan_id, sizeof(settings.pan_id));
    int octets = gnrc_netif_ipv6_addrs_get(&netif, owned, sizeof(owned));
    for (unsigned at = 0; octets > 0 && at < (unsigned)octets / sizeof(owned[0]); at++) {
        gnrc_netif_ipv6_addr_remove(&netif, &owned[at]);
    }
    while (joined_count > 0) {
        gnrc_netif_ipv6_group_leave(&netif, &joined[--joined_count]);
    }
    gnrc_ipv6_nib_init();
    gnrc_ipv6_nib_init_iface(&netif);
    /* What the stack does when a radio says that it is up, which this device never says. */
    gnrc_netif_ipv6_group_join(&netif, &ipv6_addr_all_nodes_link_local);
    for (unsigned at = 0; at < settings.address_count; at++) {
        const ipv6_addr_t *address = &settings.addresses[at];
        if (gnrc_netif_ipv6_addr_add(&netif, address, 64, GNRC_NETIF_IPV6_ADDRS_FLAGS_STATE_VALID) < 0) {
            return refuse("stack: an address or its solicited-node group finds no room");
        }
    }
    for (unsigned at = 0; at < settings.group_count; at++) {
        gnrc_netif_ipv6_group_join(&netif, &settings.groups[at]);
        joined[joined_count++] = settings.groups[at];
    }
    return SIXLO_DONE;
}

static enum sixlo_outcome configure(void *context, const struct sixlo_setting *setting)
{
    (void)context;
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
        memcpy(&settings.addresses[settings.address_count++], setting->address, 16);
        return SIXLO_DONE;
    case SIXLO_GROUP:
        if (settings.group_count == GROUPS) {
            return refuse("port: room for no further group");
        }
        memcpy(&settings.groups[settings.group_count++], setting->address, 16);
        return SIXLO_DONE;
    case SIXLO_CONTEXT: {
        ipv6_addr_t prefix;
        memcpy(&prefix, setting->address, 16);
        if (setting->number > 15) {
            return refuse("stack: contexts 0 to 15");
        }
        return gnrc_sixlowpan_ctx_update(setting->number, &prefix, setting->prefix_length, UINT16_MAX, setting->flag)
               ? SIXLO_DONE : refuse("stack: no such context");
    }
    case SIXLO_NO_CONTEXT:
        if (setting->number > 15) {
            return refuse("stack: contexts 0 to 15");
        }
        if (gnrc_sixlowpan_ctx_lookup_id(setting->number)) {
            gnrc_sixlowpan_ctx_remove(setting->number);
        }
        return SIXLO_DONE;
    case SIXLO_ND:
        return setting->number == 0 ? SIXLO_DONE : SIXLO_UNSUPPORTED;
    case SIXLO_DEFAULTS:
        settings.address_count = 0;
        settings.group_count = 0;
        for (unsigned at = 0; at < 16; at++) {
            if (gnrc_sixlowpan_ctx_lookup_id(at)) {
                gnrc_sixlowpan_ctx_remove(at);
            }
        }
        return SIXLO_DONE;
    default:
        return SIXLO_UNSUPPORTED;
    }
}

static void write_to_harness(void *context, const uint8_t *octets, size_t length)
{
    (void)context;
    write_octets(octets, length);
}

static const struct sixlo_stack stack = {
    .name = "riot " SIXLO_RIOT_VERSION,
    .build = "gnrc",
    .abilities = SIXLO_FILTERS | SIXLO_SETTLES,
    .hooks = SIXLO_HOOK(SIXLO_EUI64) | SIXLO_HOOK(SIXLO_PAN_ID) | SIXLO_HOOK(SIXLO_ADDRESS) | SIXLO_HOOK(SIXLO_GROUP)
             | SIXLO_HOOK(SIXLO_CONTEXT) | SIXLO_HOOK(SIXLO_NO_CONTEXT) | SIXLO_HOOK(SIXLO_ND) | SIXLO_HOOK(SIXLO_DEFAULTS),
    .largest_psdu = LARGEST_PSDU,
    .write = write_to_harness,
    .receive = receive,
    .reset = reset,
    .configure = configure,
};

void sixlo_riot_begin(void (*write)(const uint8_t *octets, size_t length), uint32_t boot)
{
    write_octets = write;
    sixlo_agent_init(&agent, &stack, boot);
    sixlo_agent_announce(&agent);
}

void sixlo_riot_hear(const uint8_t *octets, size_t length)
{
    sixlo_agent_hear(&agent, octets, length);
}
