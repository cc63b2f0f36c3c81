/* The agent inside a device under test, in C99: octets in, commands to the stack, octets out.
 *
 * A port fills in `struct sixlo_stack`, calls sixlo_agent_init and sixlo_agent_announce once, and hands every
 * octet that comes over its link (a pipe, an RTT channel, a serial line) to sixlo_agent_hear. From within its
 * callbacks, or at any other time, it tells what the stack did: sixlo_agent_transmitted, sixlo_agent_delivered.
 *
 * No allocation, no operating system, nothing of the C library. One thread: nothing here may be called from
 * an interrupt while another call is under way. The messages are described in ../agent-protocol/agent.cddl.
 *
 * `sixlo stack new NAME` writes a port to fill in; harness/cli/tests/stranger/port.c is one with a whole small stack in
 * it. The shortest one, of a stack that is not there yet:
 *
 *     static void write(void *c, const uint8_t *octets, size_t length) { fwrite(octets, 1, length, stdout); fflush(stdout); }
 *     static void receive(void *c, const uint8_t *psdu, size_t length) { stack_input(psdu, length); }
 *     static enum sixlo_outcome reset(void *c) { stack_init(); return SIXLO_DONE; }
 *     static const struct sixlo_stack stack = {
 *         .name = "mystack 1.0", .build = "contexts 4", .largest_psdu = 127,
 *         .abilities = SIXLO_SETTLES, .write = write, .receive = receive, .reset = reset,
 *     };
 *     static struct sixlo_agent agent;
 *     int main(void) {
 *         uint8_t octet;
 *         sixlo_agent_init(&agent, &stack, (uint32_t)time(NULL));
 *         sixlo_agent_announce(&agent);
 *         while (fread(&octet, 1, 1, stdin) == 1) sixlo_agent_hear(&agent, &octet, 1);
 *     }
 *     void stack_output(const uint8_t *psdu, size_t length) { sixlo_agent_transmitted(&agent, psdu, length); }
 */
#ifndef SIXLO_AGENT_H
#define SIXLO_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of agent.cddl that this agent speaks. */
#define SIXLO_PROTOCOL_VERSION 1u

/* The largest message that is read, in octets. A device that is never asked for send_ipv6 of 1280 octets may
 * make it smaller, down to 160: a frame of 127 octets and its wrapping. Larger messages are dropped. */
#ifndef SIXLO_LARGEST_MESSAGE
#define SIXLO_LARGEST_MESSAGE 2304u
#endif

/* How a command went. */
enum sixlo_outcome {
    SIXLO_DONE,
    SIXLO_UNSUPPORTED, /* this stack, or this port of it, has no such thing */
    SIXLO_REFUSED      /* it exists but could not be obeyed; say why with sixlo_agent_why first */
};

/* What a device can do: bits of `abilities`. */
enum {
    SIXLO_SETTLES = 1 << 0,      /* when a callback returns, everything it caused is worked off, but for timers */
    SIXLO_VIRTUAL_TIME = 1 << 1, /* its clock moves by `advance` only */
    SIXLO_SENDS_IPV6 = 1 << 2,   /* it has `send_ipv6` */
    SIXLO_RADIO = 1 << 3,        /* it has a real radio */
    SIXLO_FILTERS = 1 << 4,      /* it filters destination addresses and PAN ids as a radio does */
    SIXLO_ACKNOWLEDGES = 1 << 5  /* it sends MAC acknowledgements itself */
};

/* Where `delivered` packets are tapped. */
enum sixlo_tap {
    SIXLO_TAP_NONE,
    SIXLO_TAP_BEFORE_CHECKS,  /* after decompression, before destination and checksum checks */
    SIXLO_TAP_AFTER_IPV6,     /* after the IPv6 destination check */
    SIXLO_TAP_AFTER_TRANSPORT /* after transport checksums */
};

/* The settings that a harness may ask for. SIXLO_HOOK(kind) is its bit in `hooks`. */
enum sixlo_setting_kind {
    SIXLO_EUI64,            /* eui64: as printed, most significant octet first */
    SIXLO_SHORT_ADDRESS,    /* number; 0xffff: none */
    SIXLO_PAN_ID,           /* number */
    SIXLO_CHANNEL,          /* number */
    SIXLO_ADDRESS,          /* address, prefix_length in bits: own it beside the others */
    SIXLO_GROUP,            /* address: join this multicast group */
    SIXLO_CONTEXT,          /* number: 0 to 15; address: the prefix; prefix_length in bits; flag: compress with it */
    SIXLO_NO_CONTEXT,       /* number: remove this context */
    SIXLO_CHECKSUM_ELISION, /* flag: UDP checksums may be elided, RFC 6282 4.3.2 */
    SIXLO_ND,               /* number: 0 classic (RFC 4861), 1 host, 2 router (RFC 6775) */
    SIXLO_AUTOCONFIGURE,    /* flag: form fe80::IID and act on router advertisements */
    SIXLO_MESH_HOPS,        /* number: originate behind a mesh header with these hops left; 0: do not */
    SIXLO_OPEN_PORT,        /* number: a UDP port that echoes its payload */
    SIXLO_NEIGHBOUR,        /* address, eui64: a static neighbour */
    SIXLO_PARAMETER,        /* parameter, value: a knob of the port's own, named in its dut.yaml */
    SIXLO_DEFAULTS          /* forget every setting made so far; in force from the next reset on */
};

#define SIXLO_HOOK(kind) (UINT32_C(1) << (kind))

/* One setting. Which members hold something stands at its kind; the others are zero. */
struct sixlo_setting {
    enum sixlo_setting_kind kind;
    uint8_t eui64[8];
    uint8_t address[16];
    uint8_t prefix_length;
    uint16_t number;
    bool flag;
    uint32_t parameter;
    uint64_t value;
};

/* Frame counts since the last reset. */
struct sixlo_statistics {
    uint32_t received, transmitted, dropped;
};

/* What a radio is to be: see `role` in agent.cddl. */
enum sixlo_role { SIXLO_RADIO_OFF, SIXLO_RADIO_INJECT, SIXLO_RADIO_SNIFF, SIXLO_RADIO_BOTH, SIXLO_RADIO_DEVICE };

/* A stack, and what of a node its port adds. `write`, `receive` and `reset` must be there; every other function
 * may be null, and what asks for it is then unsupported. Each gets `context`. Psdus include their FCS. */
struct sixlo_stack {
    const char *name;        /* name and version of the stack */
    const char *build;       /* build options that change verdicts; may be null */
    uint32_t abilities;      /* SIXLO_SETTLES and so on */
    uint32_t hooks;          /* SIXLO_HOOK of every setting that can be made */
    enum sixlo_tap tap;
    uint16_t largest_psdu;   /* octets, FCS included */
    void *context;
    /* Takes all of these octets to the harness. */
    void (*write)(void *context, const uint8_t *octets, size_t length);
    /* A frame arrived, as it is on air: nobody has looked at its FCS (the CRC of IEEE 802.15.4 over all before it, its
     * low octet first), its PAN or its destination yet. What a stack leaves to its radio the port does here. */
    void (*receive)(void *context, const uint8_t *psdu, size_t length);
    /* As after power-on, with the settings kept. Time goes on. The harness makes its settings first and resets then, so
     * a stack that reads them only when it starts is fine. */
    enum sixlo_outcome (*reset)(void *context);
    /* Makes one setting, of those in `hooks`. Settings survive a reset; each SIXLO_ADDRESS, SIXLO_GROUP and so on comes
     * beside those before it, until SIXLO_DEFAULTS. */
    enum sixlo_outcome (*configure)(void *context, const struct sixlo_setting *setting);
    /* Sends this whole IPv6 packet. */
    enum sixlo_outcome (*send_ipv6)(void *context, const uint8_t *packet, size_t length);
    /* Time is now `now_us`: fire, in order, every timer due by then. */
    void (*advance)(void *context, uint64_t now_us);
    /* Whether a timer is set, and when the next one is due. */
    bool (*next_timer)(void *context, uint64_t *at_us);
    /* Of a device that is a radio for others: its role, a frame for the air, its counters. */
    enum sixlo_outcome (*radio)(void *context, enum sixlo_role role);
    enum sixlo_outcome (*transmit)(void *context, const uint8_t *psdu, size_t length);
    bool (*statistics)(void *context, struct sixlo_statistics *statistics);
};

/* One agent. Its members are its own. */
struct sixlo_agent {
    const struct sixlo_stack *stack;
    uint32_t boot;
    uint32_t seq;    /* of the command that is being obeyed; 0 between commands */
    uint64_t now_us;
    const char *why; /* of the refusal that is coming */
    /* The frame being read, its COBS taken off as it comes. */
    uint8_t message[SIXLO_LARGEST_MESSAGE + 2u];
    size_t length;
    uint8_t code, left; /* of the COBS block: its code, and how many of its octets are to come */
    bool broken;        /* too large: wait for the next zero */
    /* The frame being written: one COBS block, and the CRC so far. */
    uint8_t block[255];
    uint8_t filled;
    uint16_t crc;
};

/* Begins. `boot` must differ after each reboot of the device. */
void sixlo_agent_init(struct sixlo_agent *agent, const struct sixlo_stack *stack, uint32_t boot);
/* Says hello unasked, which tells the harness that the device has (re)booted. */
void sixlo_agent_announce(struct sixlo_agent *agent);
/* Obeys every whole command in these octets; what is left over waits for more. */
void sixlo_agent_hear(struct sixlo_agent *agent, const uint8_t *octets, size_t length);
/* The device's own time goes on: for devices without SIXLO_VIRTUAL_TIME, as often as they like. */
void sixlo_agent_tick(struct sixlo_agent *agent, uint64_t now_us);

/* The stack has a frame for the air, FCS included. */
void sixlo_agent_transmitted(struct sixlo_agent *agent, const uint8_t *psdu, size_t length);
/* The stack has restored this IPv6 packet; seen at the tap. */
void sixlo_agent_delivered(struct sixlo_agent *agent, const uint8_t *packet, size_t length);
/* A sniffing radio heard this frame, at this time on the device's clock. */
void sixlo_agent_captured(struct sixlo_agent *agent, const uint8_t *psdu, size_t length, uint64_t time_us,
                          int8_t rssi_dbm, uint8_t lqi);
/* A line for a person, UTF-8, without its end. */
void sixlo_agent_log(struct sixlo_agent *agent, const char *text);
/* Why the callback that is running will return SIXLO_REFUSED; the text must outlive it. */
void sixlo_agent_why(struct sixlo_agent *agent, const char *text);

/* For stacks that leave it to their radio. */
/* The FCS of these octets, sent low octet first; over a whole PSDU it is 0 where that is right. */
uint16_t sixlo_fcs(const uint8_t *octets, size_t length);
/* Whether a radio would hand this PSDU on: a data frame with a right FCS, of this PAN or of all, to the node with this
 * address of two octets (0xffff: it has none) or this EUI-64 (as printed), or to everybody. */
bool sixlo_is_for(const uint8_t *psdu, size_t length, uint16_t pan_id, uint16_t short_address, const uint8_t eui64[8]);

#ifdef __cplusplus
}
#endif

#endif
