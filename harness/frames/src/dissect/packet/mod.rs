//! Takes an uncompressed IPv6 packet apart: restored from frames, quoted by an
//! ICMPv6 error, or handed back by a device under test.

mod extension;
mod found;
mod icmpv6;
mod nd_option;
mod upper_layer;

use std::net::Ipv6Addr;
use std::ops::Range;

use found::Found;

use super::{Dissection, ProblemKind};
use crate::field::FieldId;
use crate::packet::{ChainError, HeaderChain, IPV6_HEADER_OCTETS, Piece, protocol};

/// Tunnels this deep are followed; what lies deeper is left as octets.
const DEEPEST_TUNNEL: usize = 4;

/// What stands at the end of a header chain, and the addresses of its pseudo-header.
struct UpperLayer {
    protocol: u8,
    range: Range<usize>,
    src: Ipv6Addr,
    dst: Ipv6Addr,
    /// Nothing is cut off it, so that its checksum can be judged.
    whole: bool,
}

/// Takes the packet in `octets` apart as far as it goes, which is all that can be
/// done with a quote or a first fragment. Ranges count from its first octet. A
/// packet tunnelled in it has fields of the same names, behind the outer ones.
///
/// A checksum is right if it is there and [`ProblemKind::WrongChecksum`] is not,
/// nor a wrong length of the packet: what is cut off cannot be summed up.
pub fn dissect_packet(octets: &[u8]) -> Dissection {
    let mut found = Found::new(octets);
    found.packet(0..octets.len());
    found.dissection
}

impl Found<'_> {
    fn packet(&mut self, packet: Range<usize>) {
        let start = packet.start;
        let Ok(mut chain) = HeaderChain::new(&self.octets[packet.clone()]) else {
            return self.problem(packet, ProblemKind::Truncated(FieldId::Ipv6Dst));
        };
        self.start_layer(packet.end);
        let (src, stated) = self.ipv6(start);
        let present = packet.len() - IPV6_HEADER_OCTETS;
        if stated != present {
            self.problem(
                start + 4..start + 6,
                ProblemKind::WrongLength(FieldId::Ipv6PayloadLength),
            );
        }
        while let Some(header) = chain.next() {
            let header = match header {
                Ok(header) => header,
                Err(ChainError::ShortHeader(_)) => return,
                Err(ChainError::Truncated { start: at, .. }) => {
                    let rest = start + at..packet.end;
                    return self.problem(rest, ProblemKind::Truncated(FieldId::ExtensionOctets));
                }
            };
            let range = start + header.range.start..start + header.range.end;
            if !header.last {
                self.extension(header.protocol, range);
                continue;
            }
            self.start_layer(range.end);
            if header.piece == Piece::Later {
                return self.octets(FieldId::PayloadOctets, range);
            }
            self.upper_layer(UpperLayer {
                protocol: header.protocol,
                range,
                src,
                dst: chain.destination(),
                whole: header.piece == Piece::Whole && stated <= present,
            });
        }
    }

    /// The IPv6 header at `at`, which is there; returns the source and the payload length.
    fn ipv6(&mut self, at: usize) -> (Ipv6Addr, usize) {
        let mut header = [0; IPV6_HEADER_OCTETS];
        header.copy_from_slice(&self.octets[at..at + IPV6_HEADER_OCTETS]);
        let first = u32::from_be_bytes([header[0], header[1], header[2], header[3]]);
        let stated = u16::from_be_bytes([header[4], header[5]]);
        let mut src = [0; 16];
        src.copy_from_slice(&header[8..24]);

        self.bits(FieldId::Ipv6Version, at..at + 1, first >> 28);
        if first >> 28 != 6 {
            self.problem(at..at + 1, ProblemKind::Reserved(FieldId::Ipv6Version));
        }
        self.bits(FieldId::Ipv6TrafficClass, at..at + 2, first >> 20 & 0xff);
        self.bits(FieldId::Ipv6FlowLabel, at + 1..at + 4, first & 0xf_ffff);
        self.bits(FieldId::Ipv6PayloadLength, at + 4..at + 6, stated);
        self.bits(FieldId::Ipv6NextHeader, at + 6..at + 7, header[6]);
        self.bits(FieldId::Ipv6HopLimit, at + 7..at + 8, header[7]);
        self.address(FieldId::Ipv6Src, at + 8);
        self.address(FieldId::Ipv6Dst, at + 24);
        (Ipv6Addr::from_octets(src), usize::from(stated))
    }

    fn upper_layer(&mut self, upper: UpperLayer) {
        match upper.protocol {
            protocol::UDP => self.udp(&upper),
            protocol::TCP => self.tcp(&upper),
            protocol::ICMPV6 => self.icmpv6(&upper),
            protocol::IPV6 if self.depth < DEEPEST_TUNNEL => {
                self.depth += 1;
                self.packet(upper.range);
                self.depth -= 1;
            }
            _ => self.octets(FieldId::PayloadOctets, upper.range),
        }
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
