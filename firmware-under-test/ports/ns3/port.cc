// ns-3's 6LoWPAN as a device under test: the C agent on one side, a NetDevice of ns-3 on the other.
//
// `dut 48` has a device with the EUI-48 that its EUI-64 is made of, `dut 64` one with its EUI-64. README.md beside
// this says what the port does in ns-3's place.
#include "clock.h"
#include "mended.h"
#include "sixlo_agent.h"
#include "stack.h"
#include "worker.h"

#include "ns3/boolean.h"
#include "ns3/global-value.h"

#include <algorithm>
#include <cstring>
#include <iostream>
#include <string>
#include <unistd.h>
#include <vector>

namespace
{

Width width = Width::bits48;
Settings settings;
sixlo_agent agent;
uint64_t nowUs = 0;
// The agent stream; what was stdout is stderr, so that a stack that prints cannot damage it.
int stream = -1;

void
Write(void*, const uint8_t* octets, size_t length)
{
    while (length > 0)
    {
        const ssize_t written = write(stream, octets, length);
        if (written <= 0)
        {
            _exit(0); // nobody is left to hear it
        }
        octets += written;
        length -= static_cast<size_t>(written);
    }
}

sixlo_outcome
Refuse(const char* why)
{
    sixlo_agent_why(&agent, why);
    return SIXLO_REFUSED;
}

void
Receive(void*, const uint8_t* psdu, size_t length)
{
    if (HasNode())
    {
        TellNode(Kind::frame, psdu, length);
    }
}

sixlo_outcome
Reset(void*)
{
    StartNode(width, settings, nowUs);
    return SIXLO_DONE;
}

Octets16
Copy16(const uint8_t* octets)
{
    Octets16 copy;
    std::copy_n(octets, copy.size(), copy.begin());
    return copy;
}

sixlo_outcome
Configure(void*, const sixlo_setting* setting)
{
    switch (setting->kind)
    {
    case SIXLO_EUI64:
        std::copy_n(setting->eui64, 8, settings.station.eui64.begin());
        return SIXLO_DONE;
    case SIXLO_SHORT_ADDRESS:
        settings.station.shortAddress = setting->number;
        return SIXLO_DONE;
    case SIXLO_PAN_ID:
        settings.station.panId = setting->number;
        return SIXLO_DONE;
    case SIXLO_ADDRESS:
        return settings.addresses.Add(Copy16(setting->address)) ? SIXLO_DONE : Refuse("port: room for no further address");
    case SIXLO_GROUP:
        return settings.groups.Add(Copy16(setting->address)) ? SIXLO_DONE : Refuse("port: room for no further group");
    case SIXLO_CONTEXT:
        if (setting->number > 15 || setting->prefix_length > 128)
        {
            return Refuse("stack: contexts 0 to 15 of up to 128 bits");
        }
        settings.contexts[setting->number] = Context{{Copy16(setting->address), setting->prefix_length}, setting->flag};
        return SIXLO_DONE;
    case SIXLO_NO_CONTEXT:
        if (setting->number > 15)
        {
            return Refuse("stack: contexts 0 to 15");
        }
        settings.contexts[setting->number].reset();
        return SIXLO_DONE;
    case SIXLO_CHECKSUM_ELISION:
        settings.elideChecksums = setting->flag;
        return SIXLO_DONE;
    case SIXLO_ND:
        return setting->number == 0 ? SIXLO_DONE : SIXLO_UNSUPPORTED;
    case SIXLO_AUTOCONFIGURE:
        return SIXLO_DONE; // it always does
    case SIXLO_MESH_HOPS:
        settings.meshHops = static_cast<uint8_t>(std::min<unsigned>(setting->number, 255));
        return SIXLO_DONE;
    case SIXLO_OPEN_PORT:
        return settings.ports.Add(setting->number) ? SIXLO_DONE : Refuse("port: room for no further UDP port");
    case SIXLO_DEFAULTS:
        settings = Settings();
        return SIXLO_DONE;
    default:
        return SIXLO_UNSUPPORTED;
    }
}

sixlo_outcome
SendIpv6(void*, const uint8_t* packet, size_t length)
{
    if (!HasNode() || length < 40 || length > 1280)
    {
        return Refuse("stack: a packet of 40 to 1280 octets, after a reset");
    }
    TellNode(Kind::packet, packet, length);
    return SIXLO_DONE;
}

void
Advance(void*, uint64_t now)
{
    nowUs = now;
    if (HasNode())
    {
        uint8_t octets[sizeof now];
        std::memcpy(octets, &now, sizeof now);
        TellNode(Kind::moment, octets, sizeof octets);
    }
}

bool
NextTimer(void*, uint64_t* at)
{
    const std::optional<uint64_t> next = NextTimerOfNode();
    *at = next.value_or(0);
    return next.has_value();
}

sixlo_stack
Stack()
{
    sixlo_stack stack = {};
    stack.name = "ns3 3.37";
    stack.build = width == Width::bits48 ? "48-bit device address, checksums on" : "64-bit device address, checksums on";
    stack.abilities = SIXLO_SETTLES | SIXLO_VIRTUAL_TIME | SIXLO_SENDS_IPV6 | SIXLO_FILTERS;
    for (const sixlo_setting_kind kind : {SIXLO_EUI64,
                                          SIXLO_SHORT_ADDRESS,
                                          SIXLO_PAN_ID,
                                          SIXLO_ADDRESS,
                                          SIXLO_GROUP,
                                          SIXLO_CONTEXT,
                                          SIXLO_NO_CONTEXT,
                                          SIXLO_CHECKSUM_ELISION,
                                          SIXLO_ND,
                                          SIXLO_AUTOCONFIGURE,
                                          SIXLO_MESH_HOPS,
                                          SIXLO_OPEN_PORT,
                                          SIXLO_DEFAULTS})
    {
        stack.hooks |= SIXLO_HOOK(kind);
    }
    stack.tap = SIXLO_TAP_BEFORE_CHECKS;
    stack.largest_psdu = Radio::LARGEST_PSDU;
    stack.write = Write;
    stack.receive = Receive;
    stack.reset = Reset;
    stack.configure = Configure;
    stack.send_ipv6 = SendIpv6;
    stack.advance = Advance;
    stack.next_timer = NextTimer;
    return stack;
}

} // namespace

void
OnFrame(const uint8_t* psdu, size_t length)
{
    sixlo_agent_transmitted(&agent, psdu, length);
}

void
OnPacket(const uint8_t* packet, size_t length)
{
    sixlo_agent_delivered(&agent, packet, length);
}

int
main(int count, char** arguments)
{
    const std::vector<std::string> words(arguments + 1, arguments + count);
    if (words.empty() || words.size() > 2 || (words[0] != "48" && words[0] != "64") || (words.size() == 2 && words[1] != "as-is"))
    {
        std::cerr << "usage: dut 48|64 [as-is]: the bits of the device's address; nothing of ns-3 mended" << std::endl;
        return 2;
    }
    width = words[0] == "64" ? Width::bits64 : Width::bits48;
    if (words.size() == 2)
    {
        LeaveAsIs();
    }
    stream = dup(STDOUT_FILENO);
    dup2(STDERR_FILENO, STDOUT_FILENO);
    PrepareClock();
    // Off by default: ns-3 then neither writes nor checks any.
    ns3::GlobalValue::Bind("ChecksumEnabled", ns3::BooleanValue(true));
    WarmUp(width);
    const sixlo_stack stack = Stack();
    sixlo_agent_init(&agent, &stack, static_cast<uint32_t>(getpid()));
    sixlo_agent_announce(&agent);
    static uint8_t octets[65536];
    ssize_t length;
    while ((length = read(STDIN_FILENO, octets, sizeof octets)) > 0)
    {
        sixlo_agent_hear(&agent, octets, static_cast<size_t>(length));
    }
    _exit(0); // the last node sees that, and ends
}
