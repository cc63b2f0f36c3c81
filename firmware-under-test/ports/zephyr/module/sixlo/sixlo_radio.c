/* A network device for IEEE 802.15.4 whose air is the agent.
 *
 * Frames come from the agent's thread and are sent from any: those wait in a queue, until the agent's thread goes on. Nobody
 * acknowledges on a virtual air, so the device says that it sees to acknowledgements, back-off and repeats, and does none. */
#include "sixlo_radio.h"

#include <errno.h>
#include <string.h>

#include <zephyr/device.h>
#include <zephyr/kernel.h>
#include <zephyr/net/ieee802154_radio.h>
#include <zephyr/net/net_pkt.h>

struct frame {
	uint8_t length;
	uint8_t octets[SIXLO_LARGEST_PSDU];
};

K_MSGQ_DEFINE(sent, sizeof(struct frame), CONFIG_SIXLO_QUEUE, 1);

static struct net_if *interface;
static bool is_on;

struct net_if *sixlo_radio_interface(void)
{
	return interface;
}

void sixlo_radio_receive(const uint8_t *frame, size_t length)
{
	struct net_pkt *packet;

	if (!is_on) {
		return;
	}
	packet = net_pkt_rx_alloc_with_buffer(interface, length, AF_UNSPEC, 0, K_NO_WAIT);
	if (packet == NULL) {
		return;
	}
	if (net_pkt_write(packet, frame, length) < 0 || net_recv_data(interface, packet) < 0) {
		net_pkt_unref(packet);
	}
}

size_t sixlo_radio_sent(uint8_t *frame)
{
	static struct frame next;

	if (k_msgq_get(&sent, &next, K_NO_WAIT) != 0) {
		return 0;
	}
	memcpy(frame, next.octets, next.length);
	return next.length;
}

static int transmit(const struct device *device, enum ieee802154_tx_mode mode, struct net_pkt *packet, struct net_buf *octets)
{
	struct frame frame;

	if (!is_on) {
		return -ENETDOWN;
	}
	if (octets->len > SIXLO_LARGEST_PSDU - SIXLO_FCS_OCTETS) {
		return -EMSGSIZE;
	}
	frame.length = octets->len;
	memcpy(frame.octets, octets->data, octets->len);
	return k_msgq_put(&sent, &frame, K_NO_WAIT);
}

static enum ieee802154_hw_caps capabilities(const struct device *device)
{
	return IEEE802154_HW_FCS | IEEE802154_HW_FILTER | IEEE802154_HW_CSMA | IEEE802154_HW_TX_RX_ACK
	       | IEEE802154_HW_RX_TX_ACK | IEEE802154_HW_RETRANSMISSION;
}

static int channel_is_clear(const struct device *device)
{
	return 0;
}

static int set_channel(const struct device *device, uint16_t channel)
{
	return 0;
}

/* What is for the node the agent knows: it has told the stack. */
static int filter(const struct device *device, bool set, enum ieee802154_filter_type type,
		  const struct ieee802154_filter *filter)
{
	return set ? 0 : -ENOTSUP;
}

static int set_power(const struct device *device, int16_t dbm)
{
	return 0;
}

static int start(const struct device *device)
{
	is_on = true;
	return 0;
}

static int stop(const struct device *device)
{
	is_on = false;
	return 0;
}

IEEE802154_DEFINE_PHY_SUPPORTED_CHANNELS(channels, 11, 26);

static int attribute(const struct device *device, enum ieee802154_attr which, struct ieee802154_attr_value *value)
{
	return ieee802154_attr_get_channel_page_and_range(which, IEEE802154_ATTR_PHY_CHANNEL_PAGE_ZERO_OQPSK_2450_BPSK_868_915,
							  &channels.phy_supported_channels, value);
}

static void begin(struct net_if *of_this_device)
{
	/* Until the harness gives it another. */
	static uint8_t eui64[8] = { 2, 0, 0, 0, 0, 0, 0, 1 };

	interface = of_this_device;
	net_if_set_link_addr(interface, eui64, sizeof(eui64), NET_LINK_IEEE802154);
	ieee802154_init(interface);
}

static int power_on(const struct device *device)
{
	return 0;
}

static const struct ieee802154_radio_api radio = {
	.iface_api.init = begin,
	.get_capabilities = capabilities,
	.cca = channel_is_clear,
	.set_channel = set_channel,
	.filter = filter,
	.set_txpower = set_power,
	.tx = transmit,
	.start = start,
	.stop = stop,
	.attr_get = attribute,
};

NET_DEVICE_INIT(sixlo_radio, "sixlo", power_on, NULL, NULL, NULL, CONFIG_KERNEL_INIT_PRIORITY_DEFAULT, &radio, IEEE802154_L2,
		NET_L2_GET_CTX_TYPE(IEEE802154_L2), SIXLO_LARGEST_PSDU - SIXLO_FCS_OCTETS);
