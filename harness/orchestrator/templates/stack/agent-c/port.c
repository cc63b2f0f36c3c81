/* @NAME@ as a device under test: the C agent on one side, the stack on the other.
 *
 * As `sixlo stack new` writes it, it answers every command honestly with "unsupported", and takes frames that nobody reads.
 * sixlo_agent.h says what each callback is for; work through the places marked TODO from top to bottom, and after each
 * one `./build && sixlo stack probe @NAME@` says what has changed. Whatever the stack cannot do stays SIXLO_UNSUPPORTED:
 * cases that need it do not apply then, and nothing fails for it. Never answer SIXLO_DONE for what was not done. */
#include "sixlo_agent.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static struct sixlo_agent agent;

/* TODO 1: what arrives. The harness is the radio: it hands over whole frames, the FCS (little-endian, the last two octets)
 * included. A real radio would drop those with a wrong FCS or for somebody else, and many stacks leave that to it: then it
 * is this port's to do (README.md says so then). Call the stack's input, and whatever else its main loop would run, until it
 * has nothing left to do: that is what SIXLO_SETTLES promises. */
static void receive(void *context, const uint8_t *psdu, size_t length)
{
    (void)context;
    (void)psdu;
    (void)length;
}

/* TODO 2: what the stack sends. Let its radio driver's send function call this, the FCS put behind the frame. */
void port_send_frame(const uint8_t *psdu, size_t length)
{
    sixlo_agent_transmitted(&agent, psdu, length);
}

/* TODO 3: as after power-on, with the settings of `configure` kept. Done before each trial, so the address caches,
 * reassembly buffers and timers of the trial before are gone. */
static enum sixlo_outcome reset(void *context)
{
    (void)context;
    return SIXLO_UNSUPPORTED;
}

/* TODO 4: settings. Make them here, and name in `hooks` below those that can be made; the harness asks for no others. First
 * of all the EUI-64, the PAN id and the addresses: without them no frame of the harness is for this node. */
static enum sixlo_outcome configure(void *context, const struct sixlo_setting *setting)
{
    (void)context;
    switch (setting->kind) {
    case SIXLO_EUI64:
    case SIXLO_PAN_ID:
    case SIXLO_SHORT_ADDRESS:
    case SIXLO_ADDRESS:
    case SIXLO_GROUP:
    case SIXLO_CONTEXT:
    case SIXLO_NO_CONTEXT:
    case SIXLO_OPEN_PORT:
    case SIXLO_DEFAULTS:
    default:
        return SIXLO_UNSUPPORTED;
    }
}

/* TODO 5: a whole IPv6 packet for the stack to compress and send; then add SIXLO_SENDS_IPV6 to `abilities`. */
static enum sixlo_outcome send_ipv6(void *context, const uint8_t *packet, size_t length)
{
    (void)context;
    (void)packet;
    (void)length;
    return SIXLO_UNSUPPORTED;
}

/* TODO 6: the stack's clock, if it can be moved from outside: set it, fire what is due. */
static void advance(void *context, uint64_t now_us)
{
    (void)context;
    (void)now_us;
}

static bool next_timer(void *context, uint64_t *at_us)
{
    (void)context;
    (void)at_us;
    return false;
}

/* The agent stream; what was stdout is stderr, so that a stack that prints cannot damage it. */
static int stream = -1;

static void write_stream(void *context, const uint8_t *octets, size_t length)
{
    (void)context;
    while (length > 0) {
        ssize_t written = write(stream, octets, length);
        if (written <= 0)
            exit(0); /* nobody is left to hear it */
        octets += written;
        length -= (size_t)written;
    }
}

static const struct sixlo_stack stack = {
    .name = "@NAME@ 0", /* TODO: its version; known.yaml can tell versions apart by it */
    .build = "",        /* TODO: options that change what it can do, such as "contexts 4" */
    .largest_psdu = 127,
    /* Both are true of a stack that does everything before a callback returns and knows no other time than `advance`. Take
     * away what is not true of yours: one that answers later from a thread does not settle, one that asks the system for
     * the time has no virtual time. */
    .abilities = SIXLO_SETTLES | SIXLO_VIRTUAL_TIME,
    .hooks = 0, /* TODO: such as SIXLO_HOOK(SIXLO_EUI64) | SIXLO_HOOK(SIXLO_ADDRESS) */
    /* TODO 7: where the stack has a packet restored, call sixlo_agent_delivered, and say here where that is. */
    .tap = SIXLO_TAP_NONE,
    .write = write_stream,
    .receive = receive,
    .reset = reset,
    .configure = configure,
    .send_ipv6 = send_ipv6,
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
