// A radio as a device of ns-3, between the C agent and SixLowPanNetDevice.
#ifndef SIXLO_NS3_RADIO_H
#define SIXLO_NS3_RADIO_H

#include "ns3/address.h"
#include "ns3/channel.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/packet.h"

#include <array>
#include <cstdint>

// Which kind of address ns-3 is told that the device has.
enum class Width
{
    // The EUI-48 that its EUI-64 is made of by putting ff:fe in the middle (RFC 4291 appendix A); its EUI-64 where
    // it is made of none.
    bits48,
    // The EUI-64.
    bits64,
};

// What a radio answers to.
struct Station
{
    std::array<uint8_t, 8> eui64; // as printed
    uint16_t shortAddress;        // 0xfffe and 0xffff: none
    uint16_t panId;
};

class Radio : public ns3::NetDevice
{
  public:
    Radio(Width width, const Station& station);

    // A frame from the air, FCS included. What is not for this radio is dropped.
    void Hear(const uint8_t* psdu, size_t length);

    // The largest frame, IEEE 802.15.4.
    static constexpr size_t LARGEST_PSDU = 127;

    void SetIfIndex(const uint32_t index) override;
    uint32_t GetIfIndex() const override;
    ns3::Ptr<ns3::Channel> GetChannel() const override;
    void SetAddress(ns3::Address address) override;
    ns3::Address GetAddress() const override;
    bool SetMtu(const uint16_t mtu) override;
    uint16_t GetMtu() const override;
    bool IsLinkUp() const override;
    void AddLinkChangeCallback(ns3::Callback<void> callback) override;
    bool IsBroadcast() const override;
    ns3::Address GetBroadcast() const override;
    bool IsMulticast() const override;
    ns3::Address GetMulticast(ns3::Ipv4Address group) const override;
    ns3::Address GetMulticast(ns3::Ipv6Address group) const override;
    bool IsBridge() const override;
    bool IsPointToPoint() const override;
    bool Send(ns3::Ptr<ns3::Packet> packet, const ns3::Address& to, uint16_t protocol) override;
    bool SendFrom(ns3::Ptr<ns3::Packet> packet, const ns3::Address& from, const ns3::Address& to, uint16_t protocol) override;
    ns3::Ptr<ns3::Node> GetNode() const override;
    void SetNode(ns3::Ptr<ns3::Node> node) override;
    bool NeedsArp() const override;
    void SetReceiveCallback(ReceiveCallback callback) override;
    void SetPromiscReceiveCallback(PromiscReceiveCallback callback) override;
    bool SupportsSendFrom() const override;

  protected:
    void DoDispose() override;

  private:
    Width m_width;
    Station m_station;
    uint32_t m_index = 0;
    uint8_t m_sequenceNumber = 0;
    ns3::Ptr<ns3::Node> m_node;
    ReceiveCallback m_receive;
};

// Where frames for the air go, FCS included: the worker's.
void OnAir(const uint8_t* psdu, size_t length);

#endif
