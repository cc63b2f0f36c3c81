// A node of ns-3: its IPv6 stack on a 6LoWPAN device on the radio.
#ifndef SIXLO_NS3_STACK_H
#define SIXLO_NS3_STACK_H

#include "radio.h"

#include <array>
#include <cstdint>
#include <optional>

using Octets16 = std::array<uint8_t, 16>;

struct Prefix
{
    Octets16 octets;
    uint8_t length; // in bits
};

struct Context
{
    Prefix prefix;
    bool compress;
};

// As many of something as there is room for.
template <typename T, size_t MOST>
struct Few
{
    std::array<T, MOST> items;
    size_t count;

    bool Add(const T& item)
    {
        if (count == MOST)
        {
            return false;
        }
        items[count++] = item;
        return true;
    }

    const T* begin() const
    {
        return items.data();
    }

    const T* end() const
    {
        return items.data() + count;
    }
};

// What a node is made with; it outlives every node. Nothing of it lies on the heap, where it would lie elsewhere for
// each node.
struct Settings
{
    Station station{{0x02, 0, 0, 0xff, 0xfe, 0, 0, 1}, 0xffff, 0xffff};
    Few<Octets16, 32> addresses{};
    Few<Octets16, 16> groups{};
    Few<uint16_t, 8> ports{};
    std::array<std::optional<Context>, 16> contexts{};
    // Unless told: as ns-3 has it.
    std::optional<bool> elideChecksums{};
    uint8_t meshHops = 0;
};

// Makes the one node there is.
void BuildNode(Width width, const Settings& settings);
// Its radio.
ns3::Ptr<Radio> NodeRadio();
// Lets its IPv6 layer send this packet: its neighbour is looked up, its header stays as it is.
void SendPacket(const uint8_t* octets, size_t length);
// Ends it, and the simulation.
void EndNode();

// Where restored packets go: the worker's.
void OnDelivered(const uint8_t* packet, size_t length);

#endif
