//! The one list of fields: their names in YAML, in dissections and in messages.

use std::net::Ipv6Addr;

use crate::mac::MacAddress;

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $clause:literal;)*) => {
        /// A field of a frame or packet, by its RFC spelling.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum FieldId { $(
            #[doc = concat!("`", $name, "`, ", $clause, ".")]
            $variant,
        )* }

        impl FieldId {
            /// Every field, in the order of a frame.
            pub const ALL: &'static [FieldId] = &[$(FieldId::$variant),*];

            /// Its dotted name, such as `iphc.tf`.
            pub const fn name(self) -> &'static str {
                match self { $(FieldId::$variant => $name,)* }
            }

            /// Where it is defined.
            pub const fn clause(self) -> &'static str {
                match self { $(FieldId::$variant => $clause,)* }
            }

            /// The field with this dotted name.
            pub fn from_name(name: &str) -> Option<FieldId> {
                match name { $($name => Some(FieldId::$variant),)* _ => None }
            }
        }
    };
}

fields! {
    MacFrameType = "mac.frame_type", "IEEE 802.15.4 7.2.1";
    MacFrameVersion = "mac.frame_version", "IEEE 802.15.4 7.2.1";
    MacSecurityEnabled = "mac.security_enabled", "IEEE 802.15.4 7.2.1";
    MacFramePending = "mac.frame_pending", "IEEE 802.15.4 7.2.1";
    MacAckRequest = "mac.ack_request", "IEEE 802.15.4 7.2.1";
    MacPanIdCompression = "mac.pan_id_compression", "IEEE 802.15.4 7.2.1";
    MacSequenceNumber = "mac.sequence_number", "IEEE 802.15.4 7.2.2";
    MacDstPan = "mac.dst_pan", "IEEE 802.15.4 7.2.3";
    MacDst = "mac.dst", "IEEE 802.15.4 7.2.4";
    MacSrcPan = "mac.src_pan", "IEEE 802.15.4 7.2.5";
    MacSrc = "mac.src", "IEEE 802.15.4 7.2.6";
    MacSecurityLevel = "mac.security_level", "IEEE 802.15.4 9.4.1";
    MacKeyIdMode = "mac.key_id_mode", "IEEE 802.15.4 9.4.1";
    MacFrameCounter = "mac.frame_counter", "IEEE 802.15.4 9.4.2";
    MacKeySource = "mac.key_source", "IEEE 802.15.4 9.4.3";
    MacKeyIndex = "mac.key_index", "IEEE 802.15.4 9.4.3";
    MacElement = "mac.information_element", "IEEE 802.15.4 7.4";
    MacCommand = "mac.command", "IEEE 802.15.4 7.5";
    MacMic = "mac.mic", "IEEE 802.15.4 9.3.3";
    MacFcs = "mac.fcs", "IEEE 802.15.4 7.2.10";
    MacRssi = "mac.rssi", "TI CC2520 data sheet, 20.3.4";
    MacCrcOk = "mac.crc_ok", "TI CC2520 data sheet, 20.3.4";
    MacLqi = "mac.lqi", "TI CC2520 data sheet, 20.3.4";
    Dispatch = "lowpan.dispatch", "RFC 4944 5.1";
    Page = "lowpan.page", "RFC 8025 3";
    EscType = "esc.type", "RFC 8066 3";
    MeshV = "mesh.v", "RFC 4944 5.2";
    MeshF = "mesh.f", "RFC 4944 5.2";
    MeshHopsLeft = "mesh.hops_left", "RFC 4944 5.2";
    MeshOriginator = "mesh.originator", "RFC 4944 5.2";
    MeshFinal = "mesh.final", "RFC 4944 5.2";
    Bc0SequenceNumber = "bc0.sequence_number", "RFC 4944 11.1";
    FragDatagramSize = "frag.datagram_size", "RFC 4944 5.3";
    FragDatagramTag = "frag.datagram_tag", "RFC 4944 5.3";
    FragDatagramOffset = "frag.datagram_offset", "RFC 4944 5.3";
    RfragTag = "rfrag.datagram_tag", "RFC 8931 5.1";
    RfragE = "rfrag.e", "RFC 8931 5.1";
    RfragX = "rfrag.x", "RFC 8931 5.1";
    RfragSequence = "rfrag.sequence", "RFC 8931 5.1";
    RfragFragmentSize = "rfrag.fragment_size", "RFC 8931 5.1";
    RfragFragmentOffset = "rfrag.fragment_offset", "RFC 8931 5.1";
    RfragAckBitmap = "rfrag.ack_bitmap", "RFC 8931 5.2";
    Hc1Encoding = "hc1.encoding", "RFC 4944 10.1";
    Hc1Src = "hc1.src", "RFC 4944 10.1";
    Hc1Dst = "hc1.dst", "RFC 4944 10.1";
    Hc1TrafficClassAndFlowLabel = "hc1.tf", "RFC 4944 10.1";
    Hc1NextHeader = "hc1.nh", "RFC 4944 10.1";
    Hc1Hc2 = "hc1.hc2", "RFC 4944 10.1";
    IphcTf = "iphc.tf", "RFC 6282 3.1.1";
    IphcNh = "iphc.nh", "RFC 6282 3.1.1";
    IphcHlim = "iphc.hlim", "RFC 6282 3.1.1";
    IphcCid = "iphc.cid", "RFC 6282 3.1.1";
    IphcSac = "iphc.sac", "RFC 6282 3.1.1";
    IphcSam = "iphc.sam", "RFC 6282 3.1.1";
    IphcM = "iphc.m", "RFC 6282 3.1.1";
    IphcDac = "iphc.dac", "RFC 6282 3.1.1";
    IphcDam = "iphc.dam", "RFC 6282 3.1.1";
    IphcSci = "iphc.sci", "RFC 6282 3.1.2";
    IphcDci = "iphc.dci", "RFC 6282 3.1.2";
    IphcRsv = "iphc.rsv", "RFC 6282 3.2.1";
    NhcExtensionEid = "nhc.extension.eid", "RFC 6282 4.2";
    NhcExtensionNh = "nhc.extension.nh", "RFC 6282 4.2";
    NhcExtensionLength = "nhc.extension.length", "RFC 6282 4.2";
    NhcUdpC = "nhc.udp.c", "RFC 6282 4.3.3";
    NhcUdpP = "nhc.udp.p", "RFC 6282 4.3.3";
    NhcGhc = "nhc.ghc", "RFC 7400 3.1";
    NhcGhcBytecode = "nhc.ghc.bytecode", "RFC 7400 2";
    // The uncompressed IPv6 packet; in a tunnelled one the same names come again.
    Ipv6Version = "ipv6.version", "RFC 8200 3";
    Ipv6TrafficClass = "ipv6.traffic_class", "RFC 8200 3";
    Ipv6FlowLabel = "ipv6.flow_label", "RFC 8200 3";
    Ipv6PayloadLength = "ipv6.payload_length", "RFC 8200 3";
    Ipv6NextHeader = "ipv6.next_header", "RFC 8200 3";
    Ipv6HopLimit = "ipv6.hop_limit", "RFC 8200 3";
    Ipv6Src = "ipv6.src", "RFC 8200 3";
    Ipv6Dst = "ipv6.dst", "RFC 8200 3";
    ExtensionHeaderType = "extension.type", "RFC 8200 4";
    ExtensionNextHeader = "extension.next_header", "RFC 8200 4";
    ExtensionLength = "extension.length", "RFC 8200 4";
    ExtensionOctets = "extension.octets", "RFC 8200 4";
    OptionType = "option.type", "RFC 8200 4.2";
    OptionLength = "option.length", "RFC 8200 4.2";
    OptionData = "option.data", "RFC 8200 4.2";
    RoutingType = "routing.type", "RFC 8200 4.4";
    RoutingSegmentsLeft = "routing.segments_left", "RFC 8200 4.4";
    FragmentOffset = "fragment.offset", "RFC 8200 4.5";
    FragmentM = "fragment.m", "RFC 8200 4.5";
    FragmentIdentification = "fragment.identification", "RFC 8200 4.5";
    MobilityType = "mobility.type", "RFC 6275 6.1.1";
    PayloadOctets = "payload.octets", "RFC 8200 4";
    UdpSrcPort = "udp.src_port", "RFC 768";
    UdpDstPort = "udp.dst_port", "RFC 768";
    UdpLength = "udp.length", "RFC 768";
    UdpChecksum = "udp.checksum", "RFC 768";
    UdpData = "udp.data", "RFC 768";
    TcpSrcPort = "tcp.src_port", "RFC 9293 3.1";
    TcpDstPort = "tcp.dst_port", "RFC 9293 3.1";
    TcpSequenceNumber = "tcp.sequence_number", "RFC 9293 3.1";
    TcpAcknowledgmentNumber = "tcp.acknowledgment_number", "RFC 9293 3.1";
    TcpDataOffset = "tcp.data_offset", "RFC 9293 3.1";
    TcpFlags = "tcp.flags", "RFC 9293 3.1";
    TcpWindow = "tcp.window", "RFC 9293 3.1";
    TcpChecksum = "tcp.checksum", "RFC 9293 3.1";
    TcpUrgentPointer = "tcp.urgent_pointer", "RFC 9293 3.1";
    TcpOptions = "tcp.options", "RFC 9293 3.1";
    TcpData = "tcp.data", "RFC 9293 3.1";
    Icmpv6Type = "icmpv6.type", "RFC 4443 2.1";
    Icmpv6Code = "icmpv6.code", "RFC 4443 2.1";
    Icmpv6Checksum = "icmpv6.checksum", "RFC 4443 2.1";
    Icmpv6Identifier = "icmpv6.identifier", "RFC 4443 4.1";
    Icmpv6SequenceNumber = "icmpv6.sequence_number", "RFC 4443 4.1";
    Icmpv6Data = "icmpv6.data", "RFC 4443 4.1";
    Icmpv6Pointer = "icmpv6.pointer", "RFC 4443 3.4";
    Icmpv6Mtu = "icmpv6.mtu", "RFC 4443 3.2";
    Icmpv6Quote = "icmpv6.quote", "RFC 4443 2.4";
    Icmpv6Body = "icmpv6.body", "RFC 4443 2.1";
    NdTarget = "nd.target", "RFC 4861 4.3";
    NdFlags = "nd.flags", "RFC 4861 4.4";
    NdRouter = "nd.router", "RFC 4861 4.4";
    NdSolicited = "nd.solicited", "RFC 4861 4.4";
    NdOverride = "nd.override", "RFC 4861 4.4";
    NdManaged = "nd.managed", "RFC 4861 4.2";
    NdOther = "nd.other", "RFC 4861 4.2";
    NdHopLimit = "nd.cur_hop_limit", "RFC 4861 4.2";
    NdRouterLifetime = "nd.router_lifetime", "RFC 4861 4.2";
    NdReachableTime = "nd.reachable_time", "RFC 4861 4.2";
    NdRetransTimer = "nd.retrans_timer", "RFC 4861 4.2";
    NdDaStatus = "nd.da.status", "RFC 6775 4.4";
    NdDaTid = "nd.da.tid", "RFC 8505 4.2";
    NdDaLifetime = "nd.da.lifetime", "RFC 6775 4.4";
    NdDaEui64 = "nd.da.eui64", "RFC 6775 4.4";
    NdDaAddress = "nd.da.address", "RFC 6775 4.4";
    NdOptionType = "nd.option.type", "RFC 4861 4.6";
    NdOptionLength = "nd.option.length", "RFC 4861 4.6";
    NdOptionData = "nd.option.data", "RFC 4861 4.6";
    NdSllaAddress = "nd.slla.address", "RFC 4944 8";
    NdTllaAddress = "nd.tlla.address", "RFC 4944 8";
    NdPioPrefixLength = "nd.pio.prefix_length", "RFC 4861 4.6.2";
    NdPioFlags = "nd.pio.flags", "RFC 4861 4.6.2";
    NdPioOnLink = "nd.pio.on_link", "RFC 4861 4.6.2";
    NdPioAutonomous = "nd.pio.autonomous", "RFC 4861 4.6.2";
    NdPioValidLifetime = "nd.pio.valid_lifetime", "RFC 4861 4.6.2";
    NdPioPreferredLifetime = "nd.pio.preferred_lifetime", "RFC 4861 4.6.2";
    NdPioPrefix = "nd.pio.prefix", "RFC 4861 4.6.2";
    NdMtu = "nd.mtu", "RFC 4861 4.6.4";
    NdAroStatus = "nd.aro.status", "RFC 6775 4.1";
    NdAroOpaque = "nd.aro.opaque", "RFC 8505 4.1";
    NdAroFlags = "nd.aro.flags", "RFC 8505 4.1";
    NdAroTid = "nd.aro.tid", "RFC 8505 4.1";
    NdAroLifetime = "nd.aro.lifetime", "RFC 6775 4.1";
    NdAroEui64 = "nd.aro.eui64", "RFC 6775 4.1";
    Nd6coLength = "nd.6co.context_length", "RFC 6775 4.2";
    Nd6coC = "nd.6co.c", "RFC 6775 4.2";
    Nd6coCid = "nd.6co.cid", "RFC 6775 4.2";
    Nd6coLifetime = "nd.6co.valid_lifetime", "RFC 6775 4.2";
    Nd6coPrefix = "nd.6co.prefix", "RFC 6775 4.2";
    NdAbroVersion = "nd.abro.version", "RFC 6775 4.3";
    NdAbroLifetime = "nd.abro.valid_lifetime", "RFC 6775 4.3";
    NdAbroAddress = "nd.abro.address", "RFC 6775 4.3";
    Nd6cioFlags = "nd.6cio.flags", "RFC 7400 3.3";
}

/// A field's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number or a bit field.
    Uint(u64),
    /// An IPv6 address or prefix.
    Ipv6(Ipv6Addr),
    /// A MAC address.
    Mac(MacAddress),
    /// Octets.
    Bytes(Vec<u8>),
}

#[cfg(test)]
mod tests {
    use super::FieldId;

    #[test]
    fn every_name_leads_back_to_its_field() {
        for &field in FieldId::ALL {
            assert_eq!(FieldId::from_name(field.name()), Some(field));
        }
    }
}
