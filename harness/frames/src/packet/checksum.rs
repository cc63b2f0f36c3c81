//! Upper-layer checksums over the IPv6 pseudo-header, RFC 8200 8.1.

use std::net::Ipv6Addr;

use pnet_packet::ip::IpNextHeaderProtocol;

use super::protocol;

/// A checksum as one wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Checksum {
    /// Right.
    #[default]
    Right,
    /// One that no reading takes for right, and not zero.
    Wrong,
    /// Zero: for UDP "none was computed", which IPv6 forbids (RFC 8200 8.1).
    Zero,
    /// This value.
    Given(u16),
}

impl Checksum {
    /// The value on the wire, where `right` would be true.
    pub fn or(self, right: u16) -> u16 {
        match self {
            Checksum::Right => right,
            // Two bits apart is never equal in one's complement arithmetic.
            Checksum::Wrong => match right ^ 0x0101 {
                0 => right ^ 0x1010,
                wrong => wrong,
            },
            Checksum::Zero => 0,
            Checksum::Given(value) => value,
        }
    }
}

/// The right checksum of an upper-layer packet (TCP, UDP, ICMPv6) whose own
/// checksum field, at `field` octets from its start, is left out of the sum.
///
/// For UDP a sum of zero becomes `ffff`, RFC 8200 8.1.
pub fn upper_layer_checksum(
    protocol: u8,
    octets: &[u8],
    field: usize,
    src: Ipv6Addr,
    dst: Ipv6Addr,
) -> u16 {
    let sum = pnet_packet::util::ipv6_checksum(
        octets,
        field / 2,
        &[],
        &src,
        &dst,
        IpNextHeaderProtocol(protocol),
    );
    match sum {
        0 if protocol == protocol::UDP => 0xffff,
        sum => sum,
    }
}

/// Writes the checksum into the upper-layer packet `octets`, at `field`.
pub(super) fn finish(
    octets: &mut [u8],
    protocol: u8,
    field: usize,
    wanted: Checksum,
    src: Ipv6Addr,
    dst: Ipv6Addr,
) {
    let right = upper_layer_checksum(protocol, octets, field, src, dst);
    octets[field..field + 2].copy_from_slice(&wanted.or(right).to_be_bytes());
}
