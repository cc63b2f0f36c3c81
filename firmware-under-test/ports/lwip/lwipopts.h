/* A node with room: more addresses, contexts and buffers than the defaults, so that a verdict is about the code. */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_STATS 0

/* Every allocation by itself: a sanitizer sees each octet too far. */
#define MEM_LIBC_MALLOC 1
#define MEMP_MEM_MALLOC 1
#define MEM_ALIGNMENT 8

#define LWIP_ARP 0
#define LWIP_ETHERNET 0
#define LWIP_IPV4 0
#define LWIP_IPV6 1
#define LWIP_TCP 0
#define LWIP_RAW 0
#define LWIP_UDP 1
#define LWIP_IPV6_DHCP6 0
#define LWIP_IPV6_MLD 1
#define LWIP_IPV6_NUM_ADDRESSES 16
#define LWIP_IPV6_AUTOCONFIG 1
#define LWIP_IPV6_FRAG 1
#define LWIP_IPV6_REASS 1
#define IPV6_FRAG_COPYHEADER 1
#define LWIP_ND6_NUM_NEIGHBORS 16
#define LWIP_ND6_NUM_DESTINATIONS 16
#define LWIP_ND6_MAX_NEIGHBOR_ADVERTISEMENT 4
/* An error quotes all of a packet that was not fragmented; the default is 8 octets. */
#define LWIP_ICMP6_DATASIZE 1232

#define NETIF_MAX_HWADDR_LEN 8
#define LWIP_6LOWPAN_NUM_CONTEXTS 16

/* Every packet as it enters IPv6: after decompression, before any check. */
struct pbuf;
struct netif;
int port_delivered(struct pbuf *packet, struct netif *netif);
#define LWIP_HOOK_IP6_INPUT(packet, netif) port_delivered(packet, netif)

#endif
