#include "stack.h"

#include "ns3/boolean.h"
#include "ns3/icmpv6-l4-protocol.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv6-interface.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/ipv6-packet-info-tag.h"
#include "ns3/node-container.h"
#include "ns3/simulator.h"
#include "ns3/sixlowpan-net-device.h"
#include "ns3/socket.h"
#include "ns3/udp-l4-protocol.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <vector>

using namespace ns3;

namespace
{

// Longer than any run.
const Time LIFETIME = Hours(24 * 365);
// All addresses are on-link with this many bits.
constexpr uint8_t PREFIX_BITS = 64;

Ptr<Node> node;
Ptr<Radio> radio;
int32_t interface;

Ipv6Address
ToIpv6(const Octets16& octets)
{
    return Ipv6Address::Deserialize(octets.data());
}

bool
Deliver(Ptr<NetDevice>, Ptr<const Packet> packet, uint16_t, const Address&, const Address&, NetDevice::PacketType)
{
    std::vector<uint8_t> octets(packet->GetSize());
    packet->CopyData(octets.data(), static_cast<uint32_t>(octets.size()));
    OnDelivered(octets.data(), octets.size());
    return true;
}

// Sends back what came, from the address and port it came to.
void
Echo(Ptr<Socket> socket)
{
    Address from;
    while (Ptr<Packet> packet = socket->RecvFrom(from))
    {
        Ipv6PacketInfoTag arrival;
        Address own;
        if (!packet->RemovePacketTag(arrival) || socket->GetSockName(own) != 0)
        {
            continue;
        }
        const Inet6SocketAddress peer = Inet6SocketAddress::ConvertFrom(from);
        node->GetObject<UdpL4Protocol>()->Send(packet->Copy(),
                                               arrival.GetAddress(),
                                               peer.GetIpv6(),
                                               Inet6SocketAddress::ConvertFrom(own).GetPort(),
                                               peer.GetPort());
    }
}

void
Open(uint16_t port)
{
    Ptr<Socket> socket = Socket::CreateSocket(node, UdpSocketFactory::GetTypeId());
    socket->Bind(Inet6SocketAddress(Ipv6Address::GetAny(), port));
    socket->SetRecvPktInfo(true);
    socket->SetIpv6RecvHopLimit(false);
    socket->SetRecvCallback(MakeCallback(&Echo));
}

Ptr<SixLowPanNetDevice>
BuildLowpan(const Settings& settings)
{
    Ptr<SixLowPanNetDevice> lowpan = CreateObject<SixLowPanNetDevice>();
    if (settings.elideChecksums)
    {
        lowpan->SetAttribute("OmitUdpChecksum", BooleanValue(*settings.elideChecksums));
    }
    if (settings.meshHops > 0)
    {
        lowpan->SetAttribute("UseMeshUnder", BooleanValue(true));
        lowpan->SetAttribute("MeshUnderRadius", UintegerValue(settings.meshHops));
    }
    for (uint8_t number = 0; number < settings.contexts.size(); number++)
    {
        if (const std::optional<Context>& context = settings.contexts[number])
        {
            Octets16 prefix = context->prefix.octets;
            lowpan->AddContext(number, Ipv6Prefix(prefix.data(), context->prefix.length), context->compress, LIFETIME);
        }
    }
    return lowpan;
}

} // namespace

void
BuildNode(Width width, const Settings& settings)
{
    node = CreateObject<Node>();
    InternetStackHelper internet;
    internet.SetIpv4StackInstall(false);
    internet.Install(node);

    radio = CreateObject<Radio>(width, settings.station);
    node->AddDevice(radio);
    Ptr<SixLowPanNetDevice> lowpan = BuildLowpan(settings);
    node->AddDevice(lowpan);
    lowpan->SetNetDevice(radio);
    lowpan->SetPromiscReceiveCallback(MakeCallback(&Deliver));
    // Chance that does not depend on how many nodes there were before.
    internet.AssignStreams(NodeContainer(node), 1 + lowpan->AssignStreams(1));

    Ptr<Ipv6L3Protocol> ipv6 = node->GetObject<Ipv6L3Protocol>();
    interface = static_cast<int32_t>(ipv6->AddInterface(lowpan));
    ipv6->SetMetric(interface, 1);
    ipv6->SetUp(interface);
    for (const Octets16& address : settings.addresses)
    {
        ipv6->AddAddress(interface, Ipv6InterfaceAddress(ToIpv6(address), Ipv6Prefix(PREFIX_BITS)));
    }
    for (const Octets16& group : settings.groups)
    {
        ipv6->AddMulticastAddress(ToIpv6(group), interface);
    }
    for (uint16_t port : settings.ports)
    {
        Open(port);
    }
}

Ptr<Radio>
NodeRadio()
{
    return radio;
}

void
SendPacket(const uint8_t* octets, size_t length)
{
    Ptr<Packet> packet = Create<Packet>(octets, static_cast<uint32_t>(length));
    Ipv6Header header;
    packet->RemoveHeader(header);
    node->GetObject<Ipv6L3Protocol>()->GetInterface(interface)->Send(packet, header, header.GetDestination());
}

void
EndNode()
{
    node = nullptr;
    radio = nullptr;
    Simulator::Destroy();
}
