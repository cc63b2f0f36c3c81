#include "radio.h"

#include "ns3/mac48-address.h"
#include "ns3/mac64-address.h"

#include <algorithm>
#include <cstring>

using namespace ns3;

namespace
{

// The 16-bit address of everybody.
constexpr uint16_t EVERYBODY = 0xffff;
// Frame control: a data frame, both addresses in one PAN; IEEE 802.15.4-2006 7.2.1.1.
constexpr uint16_t DATA = 0x0041;
// Addressing modes, ibid.
constexpr unsigned SHORT_MODE = 2, EXTENDED_MODE = 3;
constexpr size_t FCS_LENGTH = 2;

// ITU-T CRC, IEEE 802.15.4-2006 7.2.1.9.
uint16_t
CheckSequence(const uint8_t* octets, size_t length)
{
    uint16_t crc = 0;
    for (size_t at = 0; at < length; at++)
    {
        crc ^= octets[at];
        for (int bit = 0; bit < 8; bit++)
        {
            crc = crc & 1 ? crc >> 1 ^ 0x8408 : crc >> 1;
        }
    }
    return crc;
}

// ns-3 reads on behind a packet's end, in buffers that it has used before. With nothing but zeros in those, it does
// the same each time, whatever was in the packets before.
void
ScrubBuffers()
{
    constexpr size_t BUFFERS = 32, OCTETS = 2048;
    static const std::array<uint8_t, OCTETS> zeros{};
    std::array<Ptr<Packet>, BUFFERS> packets;
    for (Ptr<Packet>& packet : packets)
    {
        packet = Create<Packet>(zeros.data(), zeros.size());
    }
}

// A MAC address on air: its mode, and its octets as printed.
struct OnAirAddress
{
    unsigned mode;
    std::array<uint8_t, 8> octets;

    size_t Length() const
    {
        return mode == EXTENDED_MODE ? 8 : 2;
    }

    uint16_t Short() const
    {
        return static_cast<uint16_t>(octets[0] << 8 | octets[1]);
    }

    // Least significant octet first, as all of the MAC header.
    uint8_t* Write(uint8_t* to) const
    {
        return std::reverse_copy(octets.begin(), octets.begin() + Length(), to);
    }

    static OnAirAddress Read(unsigned mode, const uint8_t* from)
    {
        OnAirAddress address{mode, {}};
        std::reverse_copy(from, from + address.Length(), address.octets.begin());
        return address;
    }

    static OnAirAddress OfShort(uint16_t address)
    {
        return {SHORT_MODE, {static_cast<uint8_t>(address >> 8), static_cast<uint8_t>(address)}};
    }

    // 16 bits become the 48-bit pseudo address that ns-3's own LrWpanNetDevice makes of them.
    Address ToStack(Width width) const
    {
        if (mode == SHORT_MODE)
        {
            const uint8_t pseudo[6] = {PSEUDO[0], PSEUDO[1], PSEUDO[2], PSEUDO[3], octets[0], octets[1]};
            return To48(pseudo);
        }
        if (width == Width::bits48 && octets[3] == 0xff && octets[4] == 0xfe)
        {
            const uint8_t eui48[6] = {octets[0], octets[1], octets[2], octets[5], octets[6], octets[7]};
            return To48(eui48);
        }
        Mac64Address extended;
        extended.CopyFrom(octets.data());
        return extended;
    }

    // An address out of an option of neighbour discovery has no type; its length tells it.
    static OnAirAddress OfStack(const Address& address)
    {
        uint8_t octets[Address::MAX_SIZE] = {};
        address.CopyTo(octets);
        if (Mac64Address::IsMatchingType(address))
        {
            OnAirAddress extended{EXTENDED_MODE, {}};
            std::copy_n(octets, 8, extended.octets.begin());
            return extended;
        }
        if (std::equal(PSEUDO.begin(), PSEUDO.end(), octets))
        {
            return {SHORT_MODE, {octets[4], octets[5]}};
        }
        return {EXTENDED_MODE, {octets[0], octets[1], octets[2], 0xff, 0xfe, octets[3], octets[4], octets[5]}};
    }

  private:
    // LrWpanNetDevice::BuildPseudoMacAddress, for RFC 6282.
    static constexpr std::array<uint8_t, 4> PSEUDO = {0x02, 0, 0, 0};

    static Address To48(const uint8_t* octets)
    {
        Mac48Address address;
        address.CopyFrom(octets);
        return address;
    }
};

} // namespace

Radio::Radio(Width width, const Station& station)
    : m_width(width),
      m_station(station)
{
}

void
Radio::Hear(const uint8_t* psdu, size_t length)
{
    if (length < 5 || length > LARGEST_PSDU || m_receive.IsNull())
    {
        return;
    }
    const size_t payloadEnd = length - FCS_LENGTH;
    if (CheckSequence(psdu, payloadEnd) != (psdu[payloadEnd] | psdu[payloadEnd + 1] << 8))
    {
        return;
    }
    // A data frame without security, of 2003 or 2006, with both addresses.
    const unsigned destinationMode = psdu[1] >> 2 & 3, sourceMode = psdu[1] >> 6 & 3;
    const bool samePan = psdu[0] & 0x40;
    if ((psdu[0] & 0x07) != 1 || psdu[0] & 0x08 || psdu[1] >> 4 & 2 || destinationMode < 2 || sourceMode < 2)
    {
        return;
    }
    const size_t toAt = 5, fromAt = toAt + (destinationMode == EXTENDED_MODE ? 8 : 2) + (samePan ? 0 : 2);
    const size_t payloadAt = fromAt + (sourceMode == EXTENDED_MODE ? 8 : 2);
    if (payloadAt >= payloadEnd)
    {
        return;
    }
    const uint16_t pan = static_cast<uint16_t>(psdu[3] | psdu[4] << 8);
    if (pan != m_station.panId && pan != EVERYBODY)
    {
        return;
    }
    const OnAirAddress to = OnAirAddress::Read(destinationMode, psdu + toAt);
    const bool forMe = to.mode == EXTENDED_MODE
                           ? to.octets == m_station.eui64
                           : to.Short() == EVERYBODY || (to.Short() == m_station.shortAddress && to.Short() < 0xfffe);
    if (!forMe)
    {
        return;
    }
    const OnAirAddress from = OnAirAddress::Read(sourceMode, psdu + fromAt);
    ScrubBuffers();
    Ptr<Packet> packet = Create<Packet>(psdu + payloadAt, static_cast<uint32_t>(payloadEnd - payloadAt));
    m_receive(this, packet, 0, from.ToStack(m_width));
}

bool
Radio::Send(Ptr<Packet> packet, const Address& to, uint16_t)
{
    const OnAirAddress destination = OnAirAddress::OfStack(to);
    const OnAirAddress source{EXTENDED_MODE, m_station.eui64};
    uint8_t psdu[LARGEST_PSDU];
    const uint16_t control = static_cast<uint16_t>(DATA | destination.mode << 10 | source.mode << 14);
    uint8_t* at = psdu;
    *at++ = static_cast<uint8_t>(control);
    *at++ = static_cast<uint8_t>(control >> 8);
    *at++ = m_sequenceNumber++;
    *at++ = static_cast<uint8_t>(m_station.panId);
    *at++ = static_cast<uint8_t>(m_station.panId >> 8);
    at = source.Write(destination.Write(at));
    const size_t header = static_cast<size_t>(at - psdu), payload = packet->GetSize();
    if (header + payload + FCS_LENGTH > sizeof psdu)
    {
        return false;
    }
    packet->CopyData(at, static_cast<uint32_t>(payload));
    const uint16_t fcs = CheckSequence(psdu, header + payload);
    at[payload] = static_cast<uint8_t>(fcs);
    at[payload + 1] = static_cast<uint8_t>(fcs >> 8);
    OnAir(psdu, header + payload + FCS_LENGTH);
    return true;
}

Address
Radio::GetAddress() const
{
    return OnAirAddress{EXTENDED_MODE, m_station.eui64}.ToStack(m_width);
}

Address
Radio::GetBroadcast() const
{
    return OnAirAddress::OfShort(EVERYBODY).ToStack(m_width);
}

// RFC 4944 9 has multicast addresses for mesh routing alone; all others go to everybody (section 3).
Address
Radio::GetMulticast(Ipv6Address) const
{
    return GetBroadcast();
}

Address
Radio::GetMulticast(Ipv4Address) const
{
    return GetBroadcast();
}

// What is left of the largest frame between two EUI-64s: IEEE 802.15.4-2006 7.2.
uint16_t
Radio::GetMtu() const
{
    return static_cast<uint16_t>(LARGEST_PSDU - 5 - 8 - 8 - FCS_LENGTH);
}

void
Radio::SetIfIndex(const uint32_t index)
{
    m_index = index;
}

uint32_t
Radio::GetIfIndex() const
{
    return m_index;
}

Ptr<Channel>
Radio::GetChannel() const
{
    return nullptr;
}

void
Radio::SetAddress(Address)
{
}

bool
Radio::SetMtu(const uint16_t)
{
    return false;
}

bool
Radio::IsLinkUp() const
{
    return true;
}

void
Radio::AddLinkChangeCallback(Callback<void>)
{
}

bool
Radio::IsBroadcast() const
{
    return true;
}

bool
Radio::IsMulticast() const
{
    return true;
}

bool
Radio::IsBridge() const
{
    return false;
}

bool
Radio::IsPointToPoint() const
{
    return false;
}

bool
Radio::SendFrom(Ptr<Packet>, const Address&, const Address&, uint16_t)
{
    return false;
}

Ptr<Node>
Radio::GetNode() const
{
    return m_node;
}

void
Radio::SetNode(Ptr<Node> node)
{
    m_node = node;
}

bool
Radio::NeedsArp() const
{
    return true;
}

void
Radio::SetReceiveCallback(ReceiveCallback callback)
{
    m_receive = callback;
}

void
Radio::SetPromiscReceiveCallback(PromiscReceiveCallback)
{
}

bool
Radio::SupportsSendFrom() const
{
    return false;
}

void
Radio::DoDispose()
{
    m_node = nullptr;
    m_receive = ReceiveCallback();
    NetDevice::DoDispose();
}
