// A process for each node: ns-3 cannot be reset, and what it reads behind a packet's end must not be another node's.
//
// The program that speaks with the harness forks before anything of ns-3 has run, and each child is one node from its
// reset to the next one. They speak by packets: a kind and octets.
#ifndef SIXLO_NS3_WORKER_H
#define SIXLO_NS3_WORKER_H

#include "stack.h"

#include <cstddef>
#include <cstdint>
#include <optional>

// What a node is told, and what it tells.
enum class Kind : uint8_t
{
    frame,       // from the air, or for it
    packet,      // to be sent, or delivered
    moment,      // the time is now this
    settled,     // that was all; the next timer, if any
};

// Before the first node: lets ns-3 find its types and functions once, and not in each node's process again.
void WarmUp(Width width);
// Ends the node there is, and starts one with these settings at this moment.
void StartNode(Width width, const Settings& settings, uint64_t nowUs);
// Whether there is one.
bool HasNode();
// Tells it something, hands on what it does (to `OnFrame` and `OnPacket`), and returns when it has settled. If it
// dies, so does this process, in the same way.
void TellNode(Kind kind, const uint8_t* octets, size_t length);
// When its next timer is due.
std::optional<uint64_t> NextTimerOfNode();

// Where a node's frames for the air and its restored packets go: the port's.
void OnFrame(const uint8_t* psdu, size_t length);
void OnPacket(const uint8_t* packet, size_t length);

#endif
