//! Upper-layer checksums over the IPv6 pseudo-header, RFC 8200 8.1.

use std::net::Ipv6Addr;

use pnet_packet::ip::IpNextHeaderProtocol;

use super::{HeaderChain, protocol, udp};

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

/// Computes the UDP checksum that stands at octet `field` of the IPv6 packet
/// `packet`, where compression elided it (RFC 6282 4.3.2). The UDP header may stand
/// in a tunnelled packet. False where no UDP header has its checksum there.
pub fn finish_udp_checksum(packet: &mut [u8], field: usize) -> bool {
    let mut start = 0;
    loop {
        let Ok(mut chain) = HeaderChain::new(&packet[start..]) else {
            return false;
        };
        let Some(payload) = chain.payload() else {
            return false;
        };
        let dst = chain.destination();
        let payload_start = start + payload.range.start;
        match payload.protocol {
            protocol::UDP if payload_start + udp::CHECKSUM_FIELD == field => {
                let mut src = [0; 16];
                src.copy_from_slice(&packet[start + 8..start + 24]);
                let datagram = &mut packet[payload_start..start + payload.range.end];
                if datagram.len() < udp::HEADER_OCTETS {
                    return false;
                }
                finish(
                    datagram,
                    protocol::UDP,
                    udp::CHECKSUM_FIELD,
                    Checksum::Right,
                    src.into(),
                    dst,
                );
                return true;
            }
            protocol::IPV6 => start = payload_start,
            _ => return false,
        }
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
