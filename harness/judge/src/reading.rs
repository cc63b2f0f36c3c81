//! What an IPv6 packet says at the end of its header chain, read from its octets.

use std::net::Ipv6Addr;
use std::ops::Range;

use sixlo_frames::packet::{HeaderChain, Piece, protocol, quoted_packet, upper_layer_checksum};

/// ICMPv6 types, RFC 4443 and RFC 4861.
pub(crate) mod icmpv6_type {
    pub const LAST_ERROR: u8 = 4;
    pub const ECHO_REQUEST: u8 = 128;
    pub const ECHO_REPLY: u8 = 129;
    pub const ROUTER_SOLICITATION: u8 = 133;
    pub const ROUTER_ADVERTISEMENT: u8 = 134;
    pub const NEIGHBOR_SOLICITATION: u8 = 135;
    pub const NEIGHBOR_ADVERTISEMENT: u8 = 136;
}

/// Tunnels followed: deeper ones are nobody's test.
const DEEPEST_TUNNEL: usize = 4;

/// An IPv6 packet's addresses and its upper layer.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    /// Source.
    pub src: Ipv6Addr,
    /// Destination, as the IPv6 header has it.
    pub dst: Ipv6Addr,
    /// Destination of the pseudo-header.
    final_dst: Ipv6Addr,
    /// Protocol of the upper layer.
    pub protocol: u8,
    /// It is no piece of a larger packet (RFC 8200 4.5).
    pub whole: bool,
    /// Where it stands in the packet.
    upper: Range<usize>,
}

/// An echo request or reply, RFC 4443 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Echo<'p> {
    pub identifier: u16,
    pub sequence: u16,
    pub data: &'p [u8],
}

impl Reading {
    /// Reads `packet`; none where it breaks off before its upper layer.
    pub fn of(packet: &[u8]) -> Option<Reading> {
        let src = address(packet, 8)?;
        let dst = address(packet, 24)?;
        let mut chain = HeaderChain::new(packet).ok()?;
        let payload = chain.payload()?;
        Some(Reading {
            src,
            dst,
            final_dst: chain.destination(),
            protocol: payload.protocol,
            whole: payload.piece == Piece::Whole,
            upper: payload.range,
        })
    }

    /// The upper layer's octets.
    pub fn upper<'p>(&self, packet: &'p [u8]) -> &'p [u8] {
        packet.get(self.upper.clone()).unwrap_or_default()
    }

    /// Type and code, where the upper layer is ICMPv6.
    pub fn icmpv6(&self, packet: &[u8]) -> Option<(u8, u8)> {
        match (self.protocol, self.upper(packet)) {
            (protocol::ICMPV6, [icmpv6_type, code, _, _, ..]) => Some((*icmpv6_type, *code)),
            _ => None,
        }
    }

    /// Whether the upper layer's checksum is right; protocols without one count as right.
    pub fn checksum_right(&self, packet: &[u8]) -> bool {
        let field = match self.protocol {
            protocol::ICMPV6 => 2,
            protocol::UDP => 6,
            protocol::TCP => 16,
            _ => return true,
        };
        let upper = self.upper(packet);
        let Some(there) = upper.get(field..field + 2) else {
            return false;
        };
        let right = upper_layer_checksum(self.protocol, upper, field, self.src, self.final_dst);
        right.to_be_bytes() == there
    }

    /// The echo message of this type and code 0.
    pub fn echo<'p>(&self, packet: &'p [u8], wanted: u8) -> Option<Echo<'p>> {
        (self.icmpv6(packet)?.0 == wanted).then_some(())?;
        let (fixed, data) = self.upper(packet).split_first_chunk::<8>()?;
        Some(Echo {
            identifier: u16::from_be_bytes([fixed[4], fixed[5]]),
            sequence: u16::from_be_bytes([fixed[6], fixed[7]]),
            data,
        })
    }

    /// The target of a neighbour solicitation or advertisement, and the octet of its flags.
    pub fn target(&self, packet: &[u8], wanted: u8) -> Option<(Ipv6Addr, u8)> {
        (self.icmpv6(packet)?.0 == wanted).then_some(())?;
        let upper = self.upper(packet);
        Some((address(upper, 8)?, upper[4]))
    }

    /// The packet that an ICMPv6 error quotes.
    pub fn quote<'p>(&self, packet: &'p [u8]) -> Option<&'p [u8]> {
        (self.icmpv6(packet)?.0 <= icmpv6_type::LAST_ERROR)
            .then(|| quoted_packet(packet))
            .flatten()
    }
}

/// The innermost packet of a tunnel; the packet itself where there is none.
pub(crate) fn innermost(packet: &[u8]) -> &[u8] {
    let mut inner = packet;
    for _ in 0..DEEPEST_TUNNEL {
        match Reading::of(inner) {
            Some(reading) if reading.protocol == protocol::IPV6 => inner = reading.upper(inner),
            _ => break,
        }
    }
    inner
}

/// Protocol numbers of all headers behind the IPv6 header, through tunnels, as far as `packet` goes.
pub(crate) fn chain_of(packet: &[u8]) -> Vec<u8> {
    let mut protocols = Vec::new();
    let mut inner = packet;
    for _ in 0..=DEEPEST_TUNNEL {
        let Ok(chain) = HeaderChain::new(inner) else {
            break;
        };
        protocols.extend(chain.filter_map(Result::ok).map(|header| header.protocol));
        match Reading::of(inner) {
            Some(reading) if reading.protocol == protocol::IPV6 => inner = reading.upper(inner),
            _ => break,
        }
    }
    protocols
}

fn address(octets: &[u8], at: usize) -> Option<Ipv6Addr> {
    let address: [u8; 16] = octets.get(at..at + 16)?.try_into().ok()?;
    Some(address.into())
}
