/* Stand-ins for what the module names of RIOT, so that it can be compiled where RIOT is not: signatures alone. */
#ifndef CHECK_RIOT_H
#define CHECK_RIOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define THREAD_STACKSIZE_DEFAULT 8192
#define GNRC_NETIF_PRIO 2
#define CONFIG_GNRC_NETIF_IPV6_ADDRS_NUMOF 4
#define IEEE802154_FRAME_LEN_MAX 127
#define IEEE802154_MAX_HDR_LEN 23
#define IEEE802154_LONG_ADDRESS_LEN 8
#define NETDEV_TYPE_IEEE802154 3
#define GNRC_NETIF_IPV6_ADDRS_FLAGS_STATE_VALID 0x10

typedef int16_t kernel_pid_t;
typedef union { uint8_t u8[16]; } ipv6_addr_t;
extern const ipv6_addr_t ipv6_addr_all_nodes_link_local;
typedef struct iolist { struct iolist *iol_next; void *iol_base; size_t iol_len; } iolist_t;
typedef enum { GNRC_NETTYPE_SIXLOWPAN } gnrc_nettype_t;
typedef enum { NETOPT_DEVICE_TYPE, NETOPT_PROTO, NETOPT_MAX_PDU_SIZE, NETOPT_SRC_LEN, NETOPT_ADDRESS_LONG, NETOPT_NID } netopt_t;
typedef enum { NETDEV_EVENT_RX_COMPLETE } netdev_event_t;

typedef struct netdev netdev_t;
struct netdev { void (*event_callback)(netdev_t *dev, netdev_event_t event); };
typedef struct { netdev_t netdev; } netdev_ieee802154_t;
typedef struct { int16_t rssi; uint8_t lqi, flags; } netdev_ieee802154_rx_info_t;
void netdev_trigger_event_isr(netdev_t *dev);

typedef int (*netdev_test_send_cb_t)(netdev_t *dev, const iolist_t *parts);
typedef int (*netdev_test_recv_cb_t)(netdev_t *dev, char *octets, int length, void *info);
typedef void (*netdev_test_isr_cb_t)(netdev_t *dev);
typedef int (*netdev_test_get_cb_t)(netdev_t *dev, void *value, size_t size);
typedef int (*netdev_test_set_cb_t)(netdev_t *dev, const void *value, size_t size);
typedef struct { netdev_ieee802154_t netdev; } netdev_test_t;
void netdev_test_setup(netdev_test_t *dev, void *state);
void netdev_test_set_send_cb(netdev_test_t *dev, netdev_test_send_cb_t send);
void netdev_test_set_recv_cb(netdev_test_t *dev, netdev_test_recv_cb_t take);
void netdev_test_set_isr_cb(netdev_test_t *dev, netdev_test_isr_cb_t isr);
void netdev_test_set_set_cb(netdev_test_t *dev, netopt_t option, netdev_test_set_cb_t set);
void netdev_test_set_get_cb(netdev_test_t *dev, netopt_t option, netdev_test_get_cb_t get);

typedef struct { kernel_pid_t pid; } gnrc_netif_t;
int gnrc_netif_ieee802154_create(gnrc_netif_t *netif, char *stack, int size, char priority, const char *name, netdev_t *dev);
int gnrc_netif_ipv6_addrs_get(const gnrc_netif_t *netif, ipv6_addr_t *addresses, size_t size);
int gnrc_netif_ipv6_addr_add(const gnrc_netif_t *netif, const ipv6_addr_t *address, unsigned length, uint8_t flags);
int gnrc_netif_ipv6_addr_remove(const gnrc_netif_t *netif, const ipv6_addr_t *address);
int gnrc_netif_ipv6_group_join(const gnrc_netif_t *netif, const ipv6_addr_t *group);
int gnrc_netif_ipv6_group_leave(const gnrc_netif_t *netif, const ipv6_addr_t *group);
int gnrc_netapi_set(kernel_pid_t pid, netopt_t option, uint16_t context, const void *value, size_t size);
void gnrc_ipv6_nib_init(void);
void gnrc_ipv6_nib_init_iface(gnrc_netif_t *netif);

typedef struct { uint8_t prefix_len; } gnrc_sixlowpan_ctx_t;
gnrc_sixlowpan_ctx_t *gnrc_sixlowpan_ctx_lookup_id(uint8_t id);
gnrc_sixlowpan_ctx_t *gnrc_sixlowpan_ctx_update(uint8_t id, const ipv6_addr_t *prefix, uint8_t length, uint16_t lifetime, bool compress);
void gnrc_sixlowpan_ctx_remove(uint8_t id);

#endif
