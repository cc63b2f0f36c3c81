/* lwIP as an image that has no agent: its own zepif, which is 6LoWPAN in ZEP over lwIP's UDP.
 *
 * All that is here is a machine for it to run on. Its UDP leaves by a netif that is a socket of the host, and enters by
 * it. The node has one address, formed of its EUI-64 as RFC 4291 says; there is no shell to tell it more. Time is the wall's. */
#include "lwip/init.h"
#include "lwip/inet_chksum.h"
#include "lwip/ip6.h"
#include "lwip/netif.h"
#include "lwip/pbuf.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/udp.h"
#include "lwip/timeouts.h"
#include "netif/zepif.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* As dut.yaml says. */
#define PAN_ID 0xabcd
static const u8_t eui64[8] = {0x02, 0x00, 0x5e, 0xef, 0x10, 0x00, 0x00, 0x77};

#define HEADERS (IP6_HLEN + UDP_HLEN)
#define LARGEST_DATAGRAM 256

static struct netif node, host;
static int connection = -1;
/* The two ends of the host's link, as lwIP sees them. */
static ip6_addr_t here, there;

u32_t sys_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (u32_t)(now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

unsigned port_random(void)
{
    return (unsigned)rand();
}

int port_delivered(struct pbuf *packet, struct netif *netif)
{
    (void)packet;
    (void)netif;
    return 0;
}

static err_t leave(struct netif *netif, struct pbuf *packet, const ip6_addr_t *to)
{
    u8_t octets[HEADERS + LARGEST_DATAGRAM];
    u16_t length = pbuf_copy_partial(packet, octets, sizeof octets, 0);
    (void)netif;
    (void)to;
    if (length > HEADERS && octets[6] == IP6_NEXTH_UDP)
        (void)!send(connection, octets + HEADERS, length - HEADERS, 0);
    return ERR_OK;
}

/* A datagram of the host's, in the headers in which lwIP expects it. */
static void enter(const u8_t *octets, u16_t length)
{
    struct pbuf *packet = pbuf_alloc(PBUF_RAW, (u16_t)(HEADERS + length), PBUF_RAM);
    struct ip6_hdr *ip;
    struct udp_hdr *udp;
    if (!packet)
        return;
    memset(packet->payload, 0, HEADERS);
    ip = packet->payload;
    IP6H_VTCFL_SET(ip, 6, 0, 0);
    IP6H_PLEN_SET(ip, (u16_t)(UDP_HLEN + length));
    IP6H_NEXTH_SET(ip, IP6_NEXTH_UDP);
    IP6H_HOPLIM_SET(ip, 64);
    ip6_addr_copy_to_packed(ip->src, there);
    ip6_addr_copy_to_packed(ip->dest, here);
    udp = (struct udp_hdr *)((u8_t *)packet->payload + IP6_HLEN);
    udp->src = udp->dest = lwip_htons(ZEPIF_DEFAULT_UDP_PORT);
    udp->len = lwip_htons((u16_t)(UDP_HLEN + length));
    memcpy(udp + 1, octets, length);
    pbuf_remove_header(packet, IP6_HLEN);
    udp->chksum = ip6_chksum_pseudo(packet, IP6_NEXTH_UDP, packet->tot_len, &there, &here);
    pbuf_add_header(packet, IP6_HLEN);
    if (host.input(packet, &host) != ERR_OK)
        pbuf_free(packet);
}

static err_t begin_host(struct netif *netif)
{
    netif->output_ip6 = leave;
    netif->mtu = 1500;
    return ERR_OK;
}

static void own(struct netif *netif, const ip6_addr_t *address)
{
    s8_t at = -1;
    if (netif_add_ip6_address(netif, address, &at) == ERR_OK && at >= 0)
        netif_ip6_addr_set_state(netif, at, IP6_ADDR_PREFERRED);
}

static void begin(void)
{
    static ip_addr_t own_end, tester;
    struct zepif_init zep = {.zep_src_ip_addr = &own_end, .zep_dst_ip_addr = &tester, .zep_netif = &host};
    u8_t octets[16] = {0xfe, 0x80};
    ip6_addr_t link_local;

    lwip_init();
    IP6_ADDR(&here, PP_HTONL(0xfd000000), 0, 0, PP_HTONL(1));
    IP6_ADDR(&there, PP_HTONL(0xfd000000), 0, 0, PP_HTONL(2));
    ip_addr_copy_from_ip6(own_end, here);
    ip_addr_copy_from_ip6(tester, there);
    netif_add_noaddr(&host, NULL, begin_host, ip6_input);
    own(&host, &here);
    netif_set_link_up(&host);
    netif_set_up(&host);

    memcpy(zep.addr, eui64, 6);
    if (!netif_add_noaddr(&node, &zep, zepif_init, lowpan6_input)) {
        fprintf(stderr, "dut-zep: zepif does not start\n");
        exit(1);
    }
    /* zepif is made for MAC addresses of 6 octets, of which lwIP makes two EUI-64s: one in frames, another in addresses. */
    node.hwaddr_len = 8;
    memcpy(node.hwaddr, eui64, 8);
    /* Groups are looked up only where this says so, and zepif does not say it. */
    node.flags |= NETIF_FLAG_MLD6;
    lowpan6_set_pan_id(PAN_ID);
    netif_set_default(&node);
    memcpy(octets + 8, eui64, 8);
    octets[8] ^= 2;
    memcpy(link_local.addr, octets, 16);
    ip6_addr_clear_zone(&link_local);
    ip6_addr_assign_zone(&link_local, IP6_UNICAST, &node);
    own(&node, &link_local);
    netif_set_link_up(&node);
    netif_set_up(&node);
}

/* A socket of the host between two of its ports. */
static int connect_ports(unsigned own_port, unsigned peer_port)
{
    struct sockaddr_in own_end = {.sin_family = AF_INET, .sin_port = htons((uint16_t)own_port)}, peer;
    int made = socket(AF_INET, SOCK_DGRAM, 0);
    own_end.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer = own_end;
    peer.sin_port = htons((uint16_t)peer_port);
    if (made < 0 || bind(made, (struct sockaddr *)&own_end, sizeof own_end) || connect(made, (struct sockaddr *)&peer, sizeof peer)) {
        perror("dut-zep");
        exit(1);
    }
    return made;
}

int main(int count, char **words)
{
    if (count != 3) {
        fprintf(stderr, "usage: dut-zep NODE-PORT TESTER-PORT\n");
        return 2;
    }
    connection = connect_ports((unsigned)atoi(words[1]), (unsigned)atoi(words[2]));
    begin();
    for (;;) {
        struct pollfd ends[2] = {{.fd = connection, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
        u32_t sleep = sys_timeouts_sleeptime();
        u8_t octets[LARGEST_DATAGRAM];
        poll(ends, 2, sleep == SYS_TIMEOUTS_SLEEPTIME_INFINITE ? -1 : (int)sleep);
        if (ends[0].revents) {
            ssize_t length = recv(connection, octets, sizeof octets, MSG_DONTWAIT);
            if (length > 0)
                enter(octets, (u16_t)length);
        }
        /* Nobody types; whoever started it is gone. */
        if (ends[1].revents && read(STDIN_FILENO, octets, sizeof octets) <= 0)
            return 0;
        sys_check_timeouts();
    }
}
