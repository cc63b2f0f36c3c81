#ifndef CHECK_SIMPLE_UDP_H_
#define CHECK_SIMPLE_UDP_H_

#include "net/ipv6/uip-ds6.h"

struct simple_udp_connection { int descriptor; };
typedef void (*simple_udp_callback)(struct simple_udp_connection *connection, const uip_ipaddr_t *from, uint16_t from_port,
                                    const uip_ipaddr_t *to, uint16_t to_port, const uint8_t *data, uint16_t length);
int simple_udp_register(struct simple_udp_connection *connection, uint16_t local_port, uip_ipaddr_t *remote,
                        uint16_t remote_port, simple_udp_callback callback);
int simple_udp_sendto_port(struct simple_udp_connection *connection, const void *data, uint16_t length, const uip_ipaddr_t *to,
                           uint16_t port);

#endif
