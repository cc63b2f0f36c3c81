/* Contiki-NG as a device under test: the C agent on one side, a radio driver on the other.
 *
 * The driver does what radios do and Contiki-NG leaves to them: it checks the FCS and lets through frames to the node's
 * EUI-64 or to everybody. Nobody acknowledges on a virtual air, so the driver hands the MAC the acknowledgement it waits for. */
#include "contiki.h"
#include "net/ipv6/simple-udp.h"
#include "net/ipv6/uip-ds6.h"
#include "net/ipv6/uip-ds6-nbr.h"
#include "net/linkaddr.h"
#include "net/mac/framer/frame802154.h"
#include "net/netstack.h"
#include "net/packetbuf.h"

#include "sixlo-contiki.h"
#include "sixlo_agent.h"

#include <string.h>

#ifndef SIXLO_RELEASE
#define SIXLO_RELEASE ""
#endif

/* Where the octets come outside of any process, as on the native platform, a frame can be worked off before the agent goes on;
 * the MAC must then have no backoff to wait for. */
#ifndef SIXLO_CONF_SETTLES
#define SIXLO_CONF_SETTLES 0
#endif

#define LARGEST_PSDU 127
#define FCS_OCTETS 2
#define ACK_OCTETS 3
#define NO_SHORT_ADDRESS 0xffff
#define ADDRESSES 6
#define GROUPS 4
#define PORTS 4

static struct sixlo_agent agent;
static void (*write_octets)(const uint8_t *octets, size_t length);
/* The frame that is being sent, and the acknowledgement that waits to be read. */
static uint8_t outgoing[LARGEST_PSDU];
static uint8_t ack[ACK_OCTETS];
static bool has_ack;

static struct settings {
  uint8_t eui64[8];
  uint16_t pan_id;
  bool autoconfigure;
  uip_ipaddr_t addresses[ADDRESSES], groups[GROUPS];
  uint16_t ports[PORTS];
  unsigned address_count, group_count, port_count;
} settings;
static struct simple_udp_connection echoes[PORTS];
static unsigned echo_count;

/* --- The radio --- */

static int
init(void)
{
  return 1;
}

static int
prepare(const void *payload, unsigned short length)
{
  if(length > LARGEST_PSDU - FCS_OCTETS) {
    return 1;
  }
  memcpy(outgoing, payload, length);
  return 0;
}

static int
transmit(unsigned short length)
{
  uint16_t sum;
  if(length > LARGEST_PSDU - FCS_OCTETS) {
    return RADIO_TX_ERR;
  }
  sum = sixlo_fcs(outgoing, length);
  outgoing[length] = sum & 0xff;
  outgoing[length + 1] = sum >> 8;
  if(length >= 3 && (outgoing[0] & 0x20)) {
    ack[0] = 0x02;
    ack[1] = 0x00;
    ack[2] = outgoing[2];
    has_ack = true;
  }
  sixlo_agent_transmitted(&agent, outgoing, length + FCS_OCTETS);
  return RADIO_TX_OK;
}

static int
send(const void *payload, unsigned short length)
{
  return prepare(payload, length) == 0 ? transmit(length) : RADIO_TX_ERR;
}

static int
read_frame(void *octets, unsigned short length)
{
  if(!has_ack || length < ACK_OCTETS) {
    return 0;
  }
  has_ack = false;
  memcpy(octets, ack, ACK_OCTETS);
  return ACK_OCTETS;
}

static int
channel_clear(void)
{
  return 1;
}

static int
receiving_packet(void)
{
  return 0;
}

static int
pending_packet(void)
{
  return has_ack;
}

static int
on_or_off(void)
{
  return 1;
}

static radio_result_t
get_value(radio_param_t parameter, radio_value_t *value)
{
  switch(parameter) {
  case RADIO_CONST_MAX_PAYLOAD_LEN:
    *value = LARGEST_PSDU - FCS_OCTETS;
    return RADIO_RESULT_OK;
  default:
    return RADIO_RESULT_NOT_SUPPORTED;
  }
}

static radio_result_t
set_value(radio_param_t parameter, radio_value_t value)
{
  return RADIO_RESULT_NOT_SUPPORTED;
}

static radio_result_t
get_object(radio_param_t parameter, void *object, size_t size)
{
  return RADIO_RESULT_NOT_SUPPORTED;
}

static radio_result_t
set_object(radio_param_t parameter, const void *object, size_t size)
{
  return RADIO_RESULT_NOT_SUPPORTED;
}

const struct radio_driver sixlo_radio_driver = {
  init, prepare, transmit, send, read_frame, channel_clear, receiving_packet, pending_packet,
  on_or_off, on_or_off, get_value, set_value, get_object, set_object,
};

/* Lets every process work off what it has, timers that are due included. */
static void
settle(void)
{
#if SIXLO_CONF_SETTLES
  unsigned round;
  for(round = 0; round < 8; round++) {
    etimer_request_poll();
    while(process_run() > 0) {
    }
  }
#endif
}

static void
receive(void *context, const uint8_t *psdu, size_t length)
{
  if(length > LARGEST_PSDU || !sixlo_is_for(psdu, length, settings.pan_id, NO_SHORT_ADDRESS, settings.eui64)) {
    return;
  }
  packetbuf_clear();
  memcpy(packetbuf_dataptr(), psdu, length - FCS_OCTETS);
  packetbuf_set_datalen(length - FCS_OCTETS);
  NETSTACK_MAC.input();
  settle();
}

/* --- The node --- */

static void
echo(struct simple_udp_connection *connection, const uip_ipaddr_t *from, uint16_t from_port, const uip_ipaddr_t *to,
     uint16_t to_port, const uint8_t *data, uint16_t length)
{
  simple_udp_sendto_port(connection, data, length, from, from_port);
}

static void
forget_network(void)
{
  uip_ds6_nbr_t *neighbour;
  unsigned at;
  for(at = 0; at < UIP_DS6_ADDR_NB; at++) {
    if(uip_ds6_if.addr_list[at].isused) {
      uip_ds6_addr_rm(&uip_ds6_if.addr_list[at]);
    }
  }
  for(at = 0; at < UIP_DS6_MADDR_NB; at++) {
    if(uip_ds6_if.maddr_list[at].isused) {
      uip_ds6_maddr_rm(&uip_ds6_if.maddr_list[at]);
    }
  }
  while((neighbour = uip_ds6_nbr_head()) != NULL) {
    uip_ds6_nbr_rm(neighbour);
  }
}

static void
own(uip_ipaddr_t *address)
{
  uip_ds6_addr_t *owned = uip_ds6_addr_add(address, 0, ADDR_MANUAL);
  if(owned != NULL) {
    owned->state = ADDR_PREFERRED;
  }
}

static enum sixlo_outcome
reset(void *context)
{
  uip_ipaddr_t address;
  unsigned at;
  forget_network();
  has_ack = false;
  memcpy(linkaddr_node_addr.u8, settings.eui64, LINKADDR_SIZE);
  memcpy(&uip_lladdr.addr, settings.eui64, sizeof(uip_lladdr.addr));
  frame802154_set_pan_id(settings.pan_id);
  uip_create_linklocal_allnodes_mcast(&address);
  uip_ds6_maddr_add(&address);
  if(settings.autoconfigure) {
    uip_create_linklocal_prefix(&address);
    uip_ds6_set_addr_iid(&address, &uip_lladdr);
    own(&address);
  }
  for(at = 0; at < settings.address_count; at++) {
    own(&settings.addresses[at]);
  }
  for(at = 0; at < settings.group_count; at++) {
    uip_ds6_maddr_add(&settings.groups[at]);
  }
  /* Connections cannot be closed: a port that is open stays open. */
  for(; echo_count < settings.port_count; echo_count++) {
    simple_udp_register(&echoes[echo_count], settings.ports[echo_count], NULL, 0, echo);
  }
  settle();
  return SIXLO_DONE;
}

static enum sixlo_outcome
refuse(const char *why)
{
  sixlo_agent_why(&agent, why);
  return SIXLO_REFUSED;
}

static enum sixlo_outcome
configure(void *context, const struct sixlo_setting *setting)
{
  switch(setting->kind) {
  case SIXLO_EUI64:
    memcpy(settings.eui64, setting->eui64, sizeof(settings.eui64));
    return SIXLO_DONE;
  case SIXLO_PAN_ID:
    settings.pan_id = setting->number;
    return SIXLO_DONE;
  case SIXLO_ADDRESS:
    if(settings.address_count == ADDRESSES) {
      return refuse("port: room for no further address");
    }
    memcpy(&settings.addresses[settings.address_count++], setting->address, 16);
    return SIXLO_DONE;
  case SIXLO_GROUP:
    if(settings.group_count == GROUPS) {
      return refuse("port: room for no further group");
    }
    memcpy(&settings.groups[settings.group_count++], setting->address, 16);
    return SIXLO_DONE;
  case SIXLO_OPEN_PORT: {
    unsigned at;
    for(at = 0; at < settings.port_count; at++) {
      if(settings.ports[at] == setting->number) {
        return SIXLO_DONE;
      }
    }
    if(settings.port_count == PORTS) {
      return refuse("port: room for no further port");
    }
    settings.ports[settings.port_count++] = setting->number;
    return SIXLO_DONE;
  }
  case SIXLO_ND:
    return setting->number == 0 ? SIXLO_DONE : SIXLO_UNSUPPORTED;
  case SIXLO_AUTOCONFIGURE:
    settings.autoconfigure = setting->flag;
    return SIXLO_DONE;
  case SIXLO_DEFAULTS:
    settings.address_count = 0;
    settings.group_count = 0;
    settings.autoconfigure = false;
    settings.pan_id = 0xffff;
    return SIXLO_DONE;
  default:
    return SIXLO_UNSUPPORTED;
  }
}

static void
write_to_harness(void *context, const uint8_t *octets, size_t length)
{
  write_octets(octets, length);
}

static const struct sixlo_stack stack = {
  .name = "contiki-ng " SIXLO_RELEASE,
  .build = "contexts not settable, EUI-64 only",
  .abilities = SIXLO_FILTERS | (SIXLO_CONF_SETTLES ? SIXLO_SETTLES : 0),
  .hooks = SIXLO_HOOK(SIXLO_EUI64) | SIXLO_HOOK(SIXLO_PAN_ID) | SIXLO_HOOK(SIXLO_ADDRESS) | SIXLO_HOOK(SIXLO_GROUP)
    | SIXLO_HOOK(SIXLO_OPEN_PORT) | SIXLO_HOOK(SIXLO_ND) | SIXLO_HOOK(SIXLO_AUTOCONFIGURE) | SIXLO_HOOK(SIXLO_DEFAULTS),
  .largest_psdu = LARGEST_PSDU,
  .write = write_to_harness,
  .receive = receive,
  .reset = reset,
  .configure = configure,
};

void
sixlo_contiki_begin(void (*write)(const uint8_t *octets, size_t length), uint32_t boot)
{
  write_octets = write;
  settings.pan_id = 0xffff;
  memcpy(settings.eui64, linkaddr_node_addr.u8, LINKADDR_SIZE);
  sixlo_agent_init(&agent, &stack, boot);
  sixlo_agent_announce(&agent);
}

void
sixlo_contiki_hear(const uint8_t *octets, size_t length)
{
  sixlo_agent_hear(&agent, octets, length);
}
