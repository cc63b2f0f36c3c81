//! An IPv6 packet with other octets, and the checksum that belongs to them.

use std::net::Ipv6Addr;
use std::ops::Range;

use sixlo_frames::packet::{
    HeaderChain, IPV6_HEADER_OCTETS, Piece, protocol, upper_layer_checksum,
};

use super::substitution::Substitution;

/// Tunnels in tunnels that are followed.
const DEEPEST: usize = 4;

/// The packet with its octets replaced. Its checksum is as right, or as wrong, as it was: the
/// difference in one's complement stays.
pub(super) fn rewritten(was: &[u8], substitution: &Substitution) -> Vec<u8> {
    let mut is = was.to_vec();
    substitution.apply(&mut is);
    mend(was, &mut is);
    is
}

fn mend(was: &[u8], is: &mut [u8]) {
    let Some(place) = Place::of(was) else { return };
    let (Some(right_before), Some(right)) = (
        place.right(was),
        Place::of(is).and_then(|place| place.right(is)),
    ) else {
        return;
    };
    let field = place.field();
    let stated = u16::from_be_bytes([was[field.start], was[field.start + 1]]);
    let mended = match stated {
        _ if stated == right_before => right,
        // No checksum at all: as it was.
        0 => 0,
        _ => minus(plus(stated, right), right_before),
    };
    is[field].copy_from_slice(&mended.to_be_bytes());
}

/// RFC 1071: end-around carry.
fn plus(a: u16, b: u16) -> u16 {
    let (sum, carry) = a.overflowing_add(b);
    sum + u16::from(carry)
}

fn minus(a: u16, b: u16) -> u16 {
    plus(a, !b)
}

/// Where an upper layer with a checksum stands.
struct Place {
    protocol: u8,
    range: Range<usize>,
    /// Where its IPv6 header begins, tunnelled or not.
    header: usize,
    dst: Ipv6Addr,
}

impl Place {
    fn of(packet: &[u8]) -> Option<Place> {
        let mut header = 0;
        for _ in 0..DEEPEST {
            let mut chain = HeaderChain::new(packet.get(header..)?).ok()?;
            let payload = chain.payload()?;
            if payload.piece != Piece::Whole {
                return None;
            }
            let range = header + payload.range.start..header + payload.range.end;
            if payload.protocol == protocol::IPV6 {
                header = range.start;
                continue;
            }
            let place = Place {
                protocol: payload.protocol,
                range,
                header,
                dst: chain.destination(),
            };
            let has_room = place.offset()? + 2 <= place.range.len();
            return has_room.then_some(place);
        }
        None
    }

    /// Where its checksum stands in it, in octets.
    fn offset(&self) -> Option<usize> {
        match self.protocol {
            protocol::ICMPV6 => Some(2),
            protocol::UDP => Some(6),
            protocol::TCP => Some(16),
            _ => None,
        }
    }

    fn field(&self) -> Range<usize> {
        let start = self.range.start + self.offset().unwrap_or_default();
        start..start + 2
    }

    fn right(&self, packet: &[u8]) -> Option<u16> {
        let header = packet.get(self.header..self.header + IPV6_HEADER_OCTETS)?;
        let src: [u8; 16] = header[8..24].try_into().ok()?;
        let octets = packet.get(self.range.clone())?;
        let offset = self.offset()?;
        Some(upper_layer_checksum(
            self.protocol,
            octets,
            offset,
            src.into(),
            self.dst,
        ))
    }
}
