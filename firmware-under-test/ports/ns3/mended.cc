// Two functions of ns-3 in other words: linked into the program, they take the place of the library's. Without the
// first, no exchange with a node of IEEE 802.15.4 outlives its first neighbour solicitation; without the second, an
// empty packet is read as whatever was on the stack before.
#include "mended.h"

#include "ns3/mac64-address.h"
#include "ns3/packet.h"

#include <cstring>
#include <dlfcn.h>

namespace
{

bool asIs = false;

} // namespace

void
LeaveAsIs()
{
    asIs = true;
}

// A link-layer address option with an EUI-64 has 14 octets behind its length: the address, and 6 of padding (RFC 4944 8).
// ns-3 takes all of them for an address without a type, and its own ConvertFrom copies them all into one of 8.
ns3::Mac64Address
ns3::Mac64Address::ConvertFrom(const Address& address)
{
    if (asIs)
    {
        using Original = Mac64Address (*)(const Address&);
        void* original = dlsym(RTLD_NEXT, "_ZN3ns312Mac64Address11ConvertFromERKNS_7AddressE");
        return reinterpret_cast<Original>(original)(address);
    }
    uint8_t octets[Address::MAX_SIZE] = {};
    address.CopyTo(octets);
    Mac64Address converted;
    converted.CopyFrom(octets);
    return converted;
}

// ns-3 asks for the first octet of a packet that may have none, and does not look at how many it got.
uint32_t
ns3::Packet::CopyData(uint8_t* octets, uint32_t size) const
{
    if (!asIs)
    {
        std::memset(octets, 0, size);
    }
    return m_buffer.CopyData(octets, size);
}
