//! The IPv6 header, RFC 8200 3.

use std::net::Ipv6Addr;

use super::Stated;

/// ```text
/// |Version| Traffic Class |           Flow Label                  |
/// |         Payload Length        |  Next Header  |   Hop Limit   |
/// |                     Source Address (16 octets)                |
/// |                  Destination Address (16 octets)              |
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ipv6Header {
    /// Four bits; 6 unless one lies.
    pub version: u8,
    /// DSCP in the upper six bits, ECN in the lower two.
    pub traffic_class: u8,
    /// 20 bits.
    pub flow_label: u32,
    /// Octets behind this header.
    pub payload_length: Stated<u16>,
    /// Protocol number of what follows.
    pub next_header: Stated<u8>,
    /// Hops left.
    pub hop_limit: u8,
    /// Source.
    pub src: Ipv6Addr,
    /// Destination.
    pub dst: Ipv6Addr,
}

impl Ipv6Header {
    /// Traffic class and flow label 0, hop limit 64, nothing a lie.
    pub fn new(src: Ipv6Addr, dst: Ipv6Addr) -> Self {
        Ipv6Header {
            version: 6,
            traffic_class: 0,
            flow_label: 0,
            payload_length: Stated::Right,
            next_header: Stated::Right,
            hop_limit: 64,
            src,
            dst,
        }
    }

    /// With this hop limit; neighbour discovery wants 255.
    #[must_use]
    pub fn with_hop_limit(mut self, hop_limit: u8) -> Self {
        self.hop_limit = hop_limit;
        self
    }

    /// Writes 40 octets.
    pub(super) fn write_to(&self, octets: &mut [u8], next_header: u8, following: usize) {
        let first = u32::from(self.version & 0x0f) << 28
            | u32::from(self.traffic_class) << 20
            | self.flow_label & 0x000f_ffff;
        octets[..4].copy_from_slice(&first.to_be_bytes());
        // What does not fit the field is a jumbogram's, and says 0 (RFC 2675 3).
        let right = u16::try_from(following).unwrap_or(0);
        octets[4..6].copy_from_slice(&self.payload_length.or(right).to_be_bytes());
        octets[6] = self.next_header.or(next_header);
        octets[7] = self.hop_limit;
        octets[8..24].copy_from_slice(&self.src.octets());
        octets[24..40].copy_from_slice(&self.dst.octets());
    }
}
