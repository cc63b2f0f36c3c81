/* A stack that nobody has seen: uncompressed IPv6 (dispatch 41) and fragments over IEEE 802.15.4, echo and neighbour
 * solicitations answered, nothing else. It was written from the RFCs and from what sixlo_agent.h says, and joins by this
 * file alone. One datagram is put together at a time; neighbours are whoever sent the frame that is answered. */
#include "sixlo_agent.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ADDRESSES 8
#define LARGEST 1280u
#define TIMEOUT_US 60000000u
/* Of a frame of 127 octets: 21 of MAC header with two EUI-64s, 2 of FCS. */
#define ROOM (127u - 21u - 2u)
/* What fits behind a FRAGN header or behind FRAG1 and its 41, in whole units of 8 octets. */
#define PIECE ((ROOM - 5u) & ~7u)

struct settings {
    uint8_t eui64[8];
    uint16_t pan_id;
    uint8_t addresses[ADDRESSES][16];
    unsigned count;
};

static struct sixlo_agent agent;
static struct settings settings, node;
static uint16_t tag;
static uint8_t sequence;
static uint64_t now_us;
static int stream = -1;

/* The datagram that is being put together. */
static struct {
    bool busy;
    uint8_t sender[8], octets[LARGEST], have[LARGEST / 8];
    uint16_t size, tag, missing;
    uint64_t until_us;
} partial;

static uint16_t fcs(const uint8_t *octets, size_t length)
{
    uint16_t crc = 0;
    while (length--) {
        unsigned bit;
        crc ^= *octets++;
        for (bit = 0; bit < 8; bit++)
            crc = (uint16_t)(crc & 1 ? crc >> 1 ^ 0x8408 : crc >> 1);
    }
    return crc;
}

/* To this EUI-64, as it stands on air. */
static void send_frame(const uint8_t *to, const uint8_t *head, size_t head_length, const uint8_t *body, size_t length)
{
    uint8_t psdu[127];
    size_t at, end = 21;
    uint16_t crc;
    psdu[0] = 0x41; /* data, PAN id compression */
    psdu[1] = 0xcc; /* both addresses of 64 bits */
    psdu[2] = sequence++;
    psdu[3] = (uint8_t)node.pan_id;
    psdu[4] = (uint8_t)(node.pan_id >> 8);
    memcpy(psdu + 5, to, 8);
    for (at = 0; at < 8; at++)
        psdu[13 + at] = node.eui64[7 - at];
    memcpy(psdu + end, head, head_length);
    end += head_length;
    memcpy(psdu + end, body, length);
    end += length;
    crc = fcs(psdu, end);
    psdu[end++] = (uint8_t)crc;
    psdu[end++] = (uint8_t)(crc >> 8);
    sixlo_agent_transmitted(&agent, psdu, end);
}

/* RFC 4944 5.1 and 5.3. */
static void send_packet(const uint8_t *to, const uint8_t *packet, size_t length)
{
    uint8_t head[5];
    size_t at;
    if (length + 1 <= ROOM) {
        head[0] = 0x41;
        send_frame(to, head, 1, packet, length);
        return;
    }
    tag++;
    for (at = 0; at < length; at += PIECE) {
        size_t piece = length - at < PIECE ? length - at : PIECE;
        head[0] = (uint8_t)((at ? 0xe0 : 0xc0) | length >> 8);
        head[1] = (uint8_t)length;
        head[2] = (uint8_t)(tag >> 8);
        head[3] = (uint8_t)tag;
        head[4] = at ? (uint8_t)(at / 8) : 0x41;
        send_frame(to, head, 5, packet + at, piece);
    }
}

/* RFC 4443 2.3: over the pseudo-header, too. Right if it comes to 0 with the checksum in place. */
static uint16_t checksum(const uint8_t *packet, size_t length)
{
    uint32_t sum = (uint32_t)(length - 40) + 58;
    size_t at;
    for (at = 8; at < length; at++)
        sum += at & 1 ? packet[at] : (uint32_t)packet[at] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static const uint8_t *own(const uint8_t *address)
{
    unsigned at;
    for (at = 0; at < node.count; at++)
        if (memcmp(node.addresses[at], address, 16) == 0)
            return node.addresses[at];
    return NULL;
}

static bool is_for_us(const uint8_t *destination)
{
    static const uint8_t all_nodes[16] = {0xff, 2, [15] = 1};
    static const uint8_t solicited[13] = {0xff, 2, [11] = 1, 0xff};
    unsigned at;
    if (own(destination) || memcmp(destination, all_nodes, 16) == 0)
        return true;
    for (at = 0; at < node.count; at++)
        if (memcmp(destination, solicited, 13) == 0 && memcmp(destination + 13, node.addresses[at] + 13, 3) == 0)
            return true;
    return false;
}

static void send_icmpv6(const uint8_t *to, uint8_t *packet, size_t length, uint8_t hop_limit)
{
    uint16_t sum;
    memset(packet, 0, 8);
    packet[0] = 0x60;
    packet[4] = (uint8_t)((length - 40) >> 8);
    packet[5] = (uint8_t)(length - 40);
    packet[6] = 58;
    packet[7] = hop_limit;
    packet[42] = packet[43] = 0;
    sum = checksum(packet, length);
    packet[42] = (uint8_t)(sum >> 8);
    packet[43] = (uint8_t)sum;
    send_packet(to, packet, length);
}

static void take_packet(const uint8_t *from, const uint8_t *packet, size_t length)
{
    uint8_t answer[LARGEST];
    const uint8_t *address;
    if (length < 40 || packet[0] >> 4 != 6 || length != 40u + ((size_t)packet[4] << 8 | packet[5]))
        return;
    if (!is_for_us(packet + 24))
        return;
    sixlo_agent_delivered(&agent, packet, length);
    if (packet[6] != 58 || length < 48 || checksum(packet, length) != 0)
        return;
    address = own(packet + 24);
    if (packet[40] == 128 && packet[41] == 0) { /* echo request */
        memcpy(answer, packet, length);
        memcpy(answer + 8, address ? address : node.addresses[0], 16);
        memcpy(answer + 24, packet + 8, 16);
        answer[40] = 129;
        send_icmpv6(from, answer, length, 64);
    }
    if (packet[40] == 135 && packet[41] == 0 && packet[7] == 255 && length >= 64 && own(packet + 48)) {
        static const uint8_t unspecified[16];
        unsigned at;
        if (memcmp(packet + 8, unspecified, 16) == 0)
            return;
        memset(answer, 0, sizeof answer);
        memcpy(answer + 8, packet + 48, 16);
        memcpy(answer + 24, packet + 8, 16);
        answer[40] = 136; /* neighbour advertisement: solicited, override, with its EUI-64 */
        answer[44] = 0x60;
        memcpy(answer + 48, packet + 48, 16);
        answer[64] = 2;
        answer[65] = 2;
        for (at = 0; at < 8; at++)
            answer[66 + at] = node.eui64[at];
        send_icmpv6(from, answer, 80, 255);
    }
}

/* RFC 4944 5.3. `at` is the offset in octets. */
static void take_fragment(const uint8_t *from, uint16_t size, uint16_t its_tag, size_t at, const uint8_t *octets, size_t length)
{
    size_t unit, units = (length + 7) / 8;
    if (length == 0 || size > LARGEST || at + length > size || (length % 8 && at + length != size))
        return;
    if (!partial.busy || partial.size != size || partial.tag != its_tag || memcmp(partial.sender, from, 8) != 0) {
        memset(&partial, 0, sizeof partial);
        partial.busy = true;
        memcpy(partial.sender, from, 8);
        partial.size = size;
        partial.tag = its_tag;
        partial.missing = (uint16_t)((size + 7) / 8);
        partial.until_us = now_us + TIMEOUT_US;
    }
    for (unit = 0; unit < units; unit++) {
        size_t place = at + 8 * unit, count = length - 8 * unit < 8 ? length - 8 * unit : 8;
        if (!partial.have[place / 8])
            partial.missing--;
        else if (memcmp(partial.octets + place, octets + 8 * unit, count) != 0) {
            partial.busy = false; /* it overlaps, and says otherwise */
            return;
        }
        partial.have[place / 8] = 1;
        memcpy(partial.octets + place, octets + 8 * unit, count);
    }
    if (partial.missing == 0) {
        partial.busy = false;
        take_packet(from, partial.octets, size);
    }
}

/* A data frame of our PAN, between EUI-64s, or to everybody. */
static void receive(void *context, const uint8_t *psdu, size_t length)
{
    unsigned at, mode;
    uint16_t pan;
    const uint8_t *from;
    (void)context;
    if (length < 14 || fcs(psdu, length - 2) != (psdu[length - 2] | psdu[length - 1] << 8))
        return;
    length -= 2;
    mode = psdu[1] >> 2 & 3;
    if ((psdu[0] & 0x4f) != 0x41 || psdu[1] >> 6 != 3 || mode < 2)
        return;
    pan = (uint16_t)(psdu[3] | psdu[4] << 8);
    if (pan != node.pan_id)
        return;
    from = psdu + (mode == 3 ? 13 : 7);
    if (mode == 2 && (psdu[5] & psdu[6]) != 0xff)
        return;
    for (at = 0; mode == 3 && at < 8; at++)
        if (psdu[5 + at] != node.eui64[7 - at])
            return;
    at = (unsigned)(from + 8 - psdu);
    if (length < at + 5)
        return;
    psdu += at;
    length -= at;
    if (psdu[0] == 0x41)
        take_packet(from, psdu + 1, length - 1);
    else if (psdu[0] >> 3 == 0x18 && psdu[4] == 0x41)
        take_fragment(from, (uint16_t)((psdu[0] & 7) << 8 | psdu[1]), (uint16_t)(psdu[2] << 8 | psdu[3]), 0, psdu + 5, length - 5);
    else if (psdu[0] >> 3 == 0x1c)
        take_fragment(from, (uint16_t)((psdu[0] & 7) << 8 | psdu[1]), (uint16_t)(psdu[2] << 8 | psdu[3]), psdu[4] * 8u, psdu + 5, length - 5);
}

static enum sixlo_outcome reset(void *context)
{
    (void)context;
    node = settings;
    memset(&partial, 0, sizeof partial);
    return SIXLO_DONE;
}

static enum sixlo_outcome configure(void *context, const struct sixlo_setting *setting)
{
    (void)context;
    switch (setting->kind) {
    case SIXLO_EUI64:
        memcpy(settings.eui64, setting->eui64, 8);
        return SIXLO_DONE;
    case SIXLO_PAN_ID:
        settings.pan_id = setting->number;
        return SIXLO_DONE;
    case SIXLO_ADDRESS:
        if (settings.count == ADDRESSES) {
            sixlo_agent_why(&agent, "stack: room for no further address");
            return SIXLO_REFUSED;
        }
        memcpy(settings.addresses[settings.count++], setting->address, 16);
        return SIXLO_DONE;
    case SIXLO_DEFAULTS:
        memset(&settings, 0, sizeof settings);
        return SIXLO_DONE;
    default:
        return SIXLO_UNSUPPORTED;
    }
}

static void advance(void *context, uint64_t time_us)
{
    (void)context;
    now_us = time_us;
    if (partial.busy && now_us >= partial.until_us)
        partial.busy = false;
}

static bool next_timer(void *context, uint64_t *at_us)
{
    (void)context;
    *at_us = partial.until_us;
    return partial.busy;
}

static void write_stream(void *context, const uint8_t *octets, size_t length)
{
    (void)context;
    while (length > 0) {
        ssize_t written = write(stream, octets, length);
        if (written <= 0)
            exit(0);
        octets += written;
        length -= (size_t)written;
    }
}

static const struct sixlo_stack stack = {
    .name = "tiny 1",
    .largest_psdu = 127,
    .abilities = SIXLO_SETTLES | SIXLO_VIRTUAL_TIME | SIXLO_FILTERS,
    .hooks = SIXLO_HOOK(SIXLO_EUI64) | SIXLO_HOOK(SIXLO_PAN_ID) | SIXLO_HOOK(SIXLO_ADDRESS) | SIXLO_HOOK(SIXLO_DEFAULTS),
    .tap = SIXLO_TAP_AFTER_IPV6,
    .write = write_stream,
    .receive = receive,
    .reset = reset,
    .configure = configure,
    .advance = advance,
    .next_timer = next_timer,
};

int main(void)
{
    uint8_t octets[4096];
    ssize_t length;
    stream = dup(STDOUT_FILENO);
    if (stream < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        return 1;
    sixlo_agent_init(&agent, &stack, (uint32_t)time(NULL) ^ (uint32_t)getpid() << 16);
    sixlo_agent_announce(&agent);
    while ((length = read(STDIN_FILENO, octets, sizeof octets)) > 0)
        sixlo_agent_hear(&agent, octets, (size_t)length);
    return 0;
}
