//! What stands behind the extension headers.

use std::net::Ipv6Addr;

use super::{Icmpv6, Packet, Tcp, Udp, protocol};

/// The last part of a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// UDP.
    Udp(Udp),
    /// TCP.
    Tcp(Tcp),
    /// ICMPv6.
    Icmpv6(Icmpv6),
    /// A tunnelled packet.
    Ipv6(Box<Packet>),
    /// Anything.
    Octets {
        /// The protocol number that announces it.
        protocol: u8,
        /// The octets.
        octets: Vec<u8>,
    },
}

impl Payload {
    /// Nothing at all, announced as such. RFC 8200 4.7.
    pub fn none() -> Self {
        Payload::Octets {
            protocol: protocol::NO_NEXT_HEADER,
            octets: Vec::new(),
        }
    }

    /// The protocol number that announces it.
    pub fn protocol(&self) -> u8 {
        match self {
            Payload::Udp(_) => protocol::UDP,
            Payload::Tcp(_) => protocol::TCP,
            Payload::Icmpv6(_) => protocol::ICMPV6,
            Payload::Ipv6(_) => protocol::IPV6,
            Payload::Octets { protocol, .. } => *protocol,
        }
    }

    /// Appends the octets; `src` and `dst` go into a checksum's pseudo-header.
    pub(super) fn append_to(&self, octets: &mut Vec<u8>, src: Ipv6Addr, dst: Ipv6Addr) {
        match self {
            Payload::Udp(udp) => udp.append_to(octets, src, dst),
            Payload::Tcp(tcp) => tcp.append_to(octets, src, dst),
            Payload::Icmpv6(icmpv6) => icmpv6.append_to(octets, src, dst),
            Payload::Ipv6(packet) => packet.append_to(octets),
            Payload::Octets { octets: raw, .. } => octets.extend_from_slice(raw),
        }
    }
}

impl From<Udp> for Payload {
    fn from(udp: Udp) -> Self {
        Payload::Udp(udp)
    }
}

impl From<Tcp> for Payload {
    fn from(tcp: Tcp) -> Self {
        Payload::Tcp(tcp)
    }
}

impl From<Icmpv6> for Payload {
    fn from(icmpv6: Icmpv6) -> Self {
        Payload::Icmpv6(icmpv6)
    }
}

impl From<Packet> for Payload {
    fn from(packet: Packet) -> Self {
        Payload::Ipv6(Box::new(packet))
    }
}
