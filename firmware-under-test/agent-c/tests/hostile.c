/* Messages that nobody meant, in right frames, by the million: run it under the sanitizers.
 *
 *     gcc -std=c99 -g -fsanitize=address,undefined -fno-sanitize-recover -I. sixlo_agent.c tests/hostile.c -o hostile && ./hostile 1000000 1
 */
#include "sixlo_agent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct sixlo_agent agent;
static unsigned long written, received, settings;

static uint64_t state;

static uint32_t dice(uint32_t sides)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % sides;
}

static void write(void *context, const uint8_t *octets, size_t length)
{
    size_t at;
    (void)context;
    for (at = 0; at < length; at++)
        written += octets[at];
}

static void receive(void *context, const uint8_t *psdu, size_t length)
{
    (void)context;
    received++;
    sixlo_agent_transmitted(&agent, psdu, length);
    sixlo_agent_delivered(&agent, psdu, length / 2);
}

static enum sixlo_outcome reset(void *context)
{
    (void)context;
    sixlo_agent_log(&agent, "reset");
    return SIXLO_DONE;
}

static enum sixlo_outcome configure(void *context, const struct sixlo_setting *setting)
{
    (void)context;
    settings += setting->number + setting->value + setting->address[15] + setting->eui64[7] + setting->flag;
    sixlo_agent_why(&agent, "as the dice fell");
    return (enum sixlo_outcome)dice(3);
}

static enum sixlo_outcome send(void *context, const uint8_t *octets, size_t length)
{
    (void)context;
    sixlo_agent_captured(&agent, octets, length, settings, -90, 255);
    return SIXLO_DONE;
}

static void advance(void *context, uint64_t now_us)
{
    (void)context;
    settings += now_us;
}

static bool next_timer(void *context, uint64_t *at_us)
{
    (void)context;
    *at_us = settings;
    return dice(2);
}

static enum sixlo_outcome radio(void *context, enum sixlo_role role)
{
    (void)context;
    return role == SIXLO_RADIO_OFF ? SIXLO_DONE : SIXLO_REFUSED;
}

static bool count(void *context, struct sixlo_statistics *statistics)
{
    (void)context;
    statistics->received = statistics->transmitted = statistics->dropped = (uint32_t)settings;
    return dice(2);
}

static const struct sixlo_stack stack = {
    "hostile", NULL, SIXLO_SETTLES | SIXLO_VIRTUAL_TIME, 0xffffffff, SIXLO_TAP_NONE, 127, NULL,
    write, receive, reset, configure, send, advance, next_timer, radio, send, count,
};

/* A message in its frame: CRC-16/KERMIT bit by bit, COBS with a block to each zero. */
static size_t frame(const uint8_t *message, size_t length, uint8_t *out)
{
    uint8_t plain[4096];
    uint16_t crc = 0;
    size_t at, block = 0, end = 1;
    for (at = 0; at < length; at++) {
        int bit;
        crc ^= plain[at] = message[at];
        for (bit = 0; bit < 8; bit++)
            crc = (uint16_t)(crc & 1 ? crc >> 1 ^ 0x8408 : crc >> 1);
    }
    plain[length++] = (uint8_t)crc;
    plain[length++] = (uint8_t)(crc >> 8);
    for (at = 0; at < length; at++) {
        if (plain[at] != 0)
            out[end++] = plain[at];
        if (plain[at] == 0 || end - block == 255) {
            out[block] = (uint8_t)(end - block);
            block = end++;
        }
    }
    out[block] = (uint8_t)(end - block);
    out[end++] = 0;
    return end;
}

/* A number's head, mostly a right one. */
static size_t head(uint8_t *out, unsigned major)
{
    static const uint8_t heads[] = {0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 20, 21, 23, 24, 25, 26, 27, 28, 31};
    if (dice(30) == 0)
        major = dice(8);
    out[0] = (uint8_t)(major << 5 | heads[dice(sizeof heads)]);
    return 1;
}

static size_t message(uint8_t *out)
{
    size_t at = 0, filler;
    unsigned items = 2 + dice(8);
    out[at++] = 0x82;
    out[at++] = (uint8_t)dice(24);
    out[at++] = 0x82;
    out[at++] = (uint8_t)dice(11);
    out[at++] = (uint8_t)(0x80 | dice(3));
    if (dice(2)) { /* a setting */
        out[at - 2] = 1;
        out[at++] = 0x82;
        out[at++] = (uint8_t)dice(17);
        out[at++] = (uint8_t)(0x80 | dice(5));
    }
    while (items-- > 0) {
        static const unsigned majors[] = {0, 0, 2, 2, 2, 7, 4};
        static const uint8_t lengths[] = {0, 1, 5, 8, 16, 23};
        if (dice(2)) {
            uint8_t length = lengths[dice(sizeof lengths)];
            out[at++] = (uint8_t)(0x40 | length);
            for (filler = 0; filler < length; filler++)
                out[at++] = (uint8_t)dice(256);
        } else {
            at += head(out + at, majors[dice(7)]);
            for (filler = dice(9); filler > 0; filler--)
                out[at++] = (uint8_t)dice(256);
        }
    }
    return dice(4) ? at : dice((uint32_t)at + 1);
}

int main(int argc, char **argv)
{
    unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000, round;
    uint8_t octets[4096], framed[8192];
    state = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
    sixlo_agent_init(&agent, &stack, 1);
    sixlo_agent_announce(&agent);
    for (round = 0; round < rounds; round++) {
        size_t length = frame(octets, message(octets), framed), at;
        uint8_t *copy;
        if (dice(20) == 0)
            framed[dice((uint32_t)length)] = (uint8_t)dice(256);
        /* A block of its own, so that one octet too far is seen. */
        copy = malloc(length);
        memcpy(copy, framed, length);
        for (at = 0; at < length;) {
            size_t part = 1 + dice((uint32_t)(length - at));
            sixlo_agent_hear(&agent, copy + at, part);
            at += part;
        }
        free(copy);
    }
    printf("%lu messages: %lu frames received, settings %s, output %s\n", rounds, received,
           settings ? "made" : "none", written ? "written" : "none");
    return received > rounds / 1000 && settings && written ? 0 : 1;
}
