/* Stand-ins for what the module names of Zephyr, so that it can be compiled where Zephyr is not: signatures alone. */
#ifndef CHECK_ZEPHYR_H
#define CHECK_ZEPHYR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As a build for native_sim with node/prj.conf would have them. */
#define CONFIG_SIXLO_QUEUE 64
#define CONFIG_SIXLO_PACKETS 8
#define CONFIG_KERNEL_INIT_PRIORITY_DEFAULT 40
#define CONFIG_NET_L2_IEEE802154_REASSEMBLY_TIMEOUT 5
#define CONFIG_NET_IPV6_FRAGMENT_TIMEOUT 5
#define CONFIG_NET_IPV6_DAD 1

#define IS_ENABLED(setting) (setting)
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MSEC_PER_SEC 1000

/* kernel.h */
typedef int64_t k_ticks_t;
typedef struct { k_ticks_t ticks; } k_timeout_t;
#define K_NO_WAIT ((k_timeout_t) { 0 })
#define K_MSEC(n) ((k_timeout_t) { n })
#define K_TIMEOUT_ABS_TICKS(n) ((k_timeout_t) { n })
#define K_TICKS_FOREVER ((k_ticks_t)-1)
#define K_LOWEST_APPLICATION_THREAD_PRIO 14
struct k_msgq { int unused; };
#define K_MSGQ_DEFINE(name, size, count, align) struct k_msgq name
int k_msgq_put(struct k_msgq *queue, const void *data, k_timeout_t timeout);
int k_msgq_get(struct k_msgq *queue, void *data, k_timeout_t timeout);
void k_msgq_purge(struct k_msgq *queue);
int32_t k_sleep(k_timeout_t timeout);
int64_t k_uptime_ticks(void);
uint64_t k_us_to_ticks_ceil64(uint64_t us);
uint64_t k_ticks_to_us_ceil64(uint64_t ticks);
typedef struct k_thread *k_tid_t;
k_tid_t k_current_get(void);
void k_thread_priority_set(k_tid_t thread, int priority);
int32_t z_get_next_timeout_expiry(void);

/* net_ip.h */
#define AF_UNSPEC 0
#define AF_INET6 2
#define SOCK_DGRAM 2
#define IPPROTO_UDP 17
struct in6_addr { union { uint8_t s6_addr[16]; }; };
struct sockaddr { uint16_t sa_family; char data[22]; };
struct sockaddr_in6 { uint16_t sin6_family, sin6_port; struct in6_addr sin6_addr; uint8_t sin6_scope_id; };
struct net_ipv6_hdr { uint8_t head[4]; uint16_t len; uint8_t nexthdr, hop_limit, src[16], dst[16]; };
struct net_udp_hdr { uint16_t src_port, dst_port, len, chksum; };
union net_ip_header { struct net_ipv6_hdr *ipv6; };
union net_proto_header { struct net_udp_hdr *udp; };
uint16_t htons(uint16_t number);
bool net_ipv6_is_ll_addr(const struct in6_addr *address);

/* net_buf.h, net_pkt.h, net_core.h */
struct net_if;
struct net_buf { uint8_t *data; uint16_t len; };
struct net_pkt { struct net_buf *buffer; };
size_t net_buf_linearize(void *to, size_t room, struct net_buf *from, size_t offset, size_t length);
struct net_pkt *net_pkt_rx_alloc_with_buffer(struct net_if *interface, size_t size, int family, int protocol, k_timeout_t timeout);
struct net_pkt *net_pkt_alloc_with_buffer(struct net_if *interface, size_t size, int family, int protocol, k_timeout_t timeout);
void net_pkt_unref(struct net_pkt *packet);
int net_pkt_write(struct net_pkt *packet, const void *data, size_t length);
int net_pkt_read(struct net_pkt *packet, void *data, size_t length);
size_t net_pkt_remaining_data(struct net_pkt *packet);
size_t net_pkt_get_len(struct net_pkt *packet);
void net_pkt_set_ip_hdr_len(struct net_pkt *packet, uint8_t length);
void net_pkt_cursor_init(struct net_pkt *packet);
int net_recv_data(struct net_if *interface, struct net_pkt *packet);
int net_send_data(struct net_pkt *packet);

/* net_if.h */
struct net_if_addr { struct { struct in6_addr in6_addr; } address; uint8_t is_used : 1; };
struct net_if_mcast_addr { struct { struct in6_addr in6_addr; } address; uint8_t is_used : 1; };
struct net_if_ipv6_prefix { struct in6_addr prefix; uint8_t len; uint8_t is_used : 1; };
struct net_if_ipv6 {
	struct net_if_addr unicast[2];
	struct net_if_mcast_addr mcast[2];
	struct net_if_ipv6_prefix prefix[2];
};
enum net_addr_type { NET_ADDR_MANUAL };
enum net_link_type { NET_LINK_IEEE802154 };
int net_if_set_link_addr(struct net_if *interface, uint8_t *address, uint8_t length, enum net_link_type type);
int net_if_up(struct net_if *interface);
int net_if_down(struct net_if *interface);
int net_if_config_ipv6_get(struct net_if *interface, struct net_if_ipv6 **ipv6);
struct net_if_addr *net_if_ipv6_addr_add(struct net_if *interface, struct in6_addr *address, enum net_addr_type type, uint32_t lifetime);
bool net_if_ipv6_addr_rm(struct net_if *interface, const struct in6_addr *address);
bool net_if_ipv6_maddr_rm(struct net_if *interface, const struct in6_addr *address);
struct net_if_ipv6_prefix *net_if_ipv6_prefix_add(struct net_if *interface, struct in6_addr *prefix, uint8_t length, uint32_t lifetime);
bool net_if_ipv6_prefix_rm(struct net_if *interface, struct in6_addr *prefix, uint8_t length);
void net_if_ipv6_prefix_set_lf(struct net_if_ipv6_prefix *prefix, bool forever);

/* ipv6.h, nbr.h, 6lo.h, icmpv6.h of subsys/net/ip */
struct net_nbr { struct net_if *iface; };
struct net_ipv6_nbr_data { struct in6_addr addr; };
struct net_ipv6_nbr_data *net_ipv6_nbr_data(struct net_nbr *neighbour);
void net_ipv6_nbr_foreach(void (*each)(struct net_nbr *neighbour, void *user), void *user);
bool net_ipv6_nbr_rm(struct net_if *interface, struct in6_addr *address);
int net_ipv6_mld_join(struct net_if *interface, const struct in6_addr *group);
struct net_icmpv6_nd_opt_6co { uint8_t context_len, flag; uint16_t reserved, lifetime; uint8_t prefix[16]; };
void net_6lo_set_context(struct net_if *interface, struct net_icmpv6_nd_opt_6co *context);

/* net_context.h */
struct net_context;
typedef void (*net_context_recv_cb_t)(struct net_context *context, struct net_pkt *packet, union net_ip_header *ip,
				      union net_proto_header *protocol, int status, void *user);
typedef void (*net_context_send_cb_t)(struct net_context *context, int status, void *user);
int net_context_get(uint16_t family, int type, uint16_t protocol, struct net_context **context);
int net_context_put(struct net_context *context);
int net_context_bind(struct net_context *context, const struct sockaddr *address, size_t length);
int net_context_recv(struct net_context *context, net_context_recv_cb_t callback, k_timeout_t timeout, void *user);
int net_context_sendto(struct net_context *context, const void *data, size_t length, const struct sockaddr *to, size_t to_length,
		       net_context_send_cb_t callback, k_timeout_t timeout, void *user);

/* ieee802154_mgmt.h */
enum {
	NET_REQUEST_IEEE802154_SET_CHANNEL,
	NET_REQUEST_IEEE802154_SET_PAN_ID,
	NET_REQUEST_IEEE802154_SET_EXT_ADDR,
	NET_REQUEST_IEEE802154_SET_SHORT_ADDR,
};
int net_mgmt(uint32_t request, struct net_if *interface, void *data, size_t length);

/* net_pkt_filter.h */
struct npf_test { bool (*fn)(struct npf_test *test, struct net_pkt *packet); };
enum net_verdict { NET_OK };
struct npf_rule { enum net_verdict result; struct npf_test *only; };
#define NPF_RULE(name, verdict, of) struct npf_rule name = { verdict, &(of).test }
void npf_append_ipv6_recv_rule(struct npf_rule *rule);

/* device.h, ieee802154_radio.h */
struct device;
enum ieee802154_hw_caps {
	IEEE802154_HW_FCS = 2,
	IEEE802154_HW_FILTER = 4,
	IEEE802154_HW_CSMA = 16,
	IEEE802154_HW_TX_RX_ACK = 32,
	IEEE802154_HW_RETRANSMISSION = 64,
	IEEE802154_HW_RX_TX_ACK = 128,
};
enum ieee802154_tx_mode { IEEE802154_TX_MODE_DIRECT };
enum ieee802154_filter_type { IEEE802154_FILTER_TYPE_PAN_ID };
enum ieee802154_attr { IEEE802154_ATTR_PHY_SUPPORTED_CHANNEL_PAGES };
#define IEEE802154_ATTR_PHY_CHANNEL_PAGE_ZERO_OQPSK_2450_BPSK_868_915 1
struct ieee802154_filter;
struct ieee802154_attr_value;
struct ieee802154_phy_supported_channels { int ranges; };
#define IEEE802154_DEFINE_PHY_SUPPORTED_CHANNELS(name, from, to) \
	static const struct { struct ieee802154_phy_supported_channels phy_supported_channels; } name
int ieee802154_attr_get_channel_page_and_range(enum ieee802154_attr which, int page,
					       const struct ieee802154_phy_supported_channels *channels,
					       struct ieee802154_attr_value *value);
struct ieee802154_radio_api {
	struct { void (*init)(struct net_if *interface); } iface_api;
	enum ieee802154_hw_caps (*get_capabilities)(const struct device *device);
	int (*cca)(const struct device *device);
	int (*set_channel)(const struct device *device, uint16_t channel);
	int (*filter)(const struct device *device, bool set, enum ieee802154_filter_type type, const struct ieee802154_filter *filter);
	int (*set_txpower)(const struct device *device, int16_t dbm);
	int (*tx)(const struct device *device, enum ieee802154_tx_mode mode, struct net_pkt *packet, struct net_buf *octets);
	int (*start)(const struct device *device);
	int (*stop)(const struct device *device);
	int (*attr_get)(const struct device *device, enum ieee802154_attr which, struct ieee802154_attr_value *value);
};
void ieee802154_init(struct net_if *interface);
#define IEEE802154_L2 0
#define NET_L2_GET_CTX_TYPE(l2) (l2)
struct check_device { int (*init)(const struct device *device); const struct ieee802154_radio_api *api; int rest[5]; };
#define NET_DEVICE_INIT(name, shown, init, pm, data, config, priority, api, l2, context, mtu) \
	const struct check_device name = { init, api, { priority, l2, context, mtu, sizeof(shown) } }

#endif
