//! Extension headers. RFC 8200 section 4.

use crate::ipv6::header::{HEADER_OCTETS, NEXT_HEADER_AT};
use crate::ipv6::protocol::{
    DESTINATION_OPTIONS, FRAGMENT, HOP_BY_HOP, ICMPV6, NO_NEXT_HEADER, ROUTING, UDP,
};

/// Codes of Parameter Problem. RFC 4443 3.4.
const ERRONEOUS_FIELD: u8 = 0;
const UNKNOWN_NEXT_HEADER: u8 = 1;
pub(crate) const UNKNOWN_OPTION: u8 = 2;

/// Where a walk over the extension headers ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Walk {
    /// At a header of another kind.
    Upper {
        protocol: u8,
        at: usize,
        /// Where the field lies that names it.
        named_at: usize,
    },
    /// The packet is to be dropped.
    Drop,
    /// The packet is to be dropped and complained of.
    Problem {
        code: u8,
        pointer: usize,
        /// The option asks for it even if the packet went to a group.
        even_to_group: bool,
    },
}

impl Walk {
    pub fn unknown_next_header(named_at: usize) -> Self {
        Walk::Problem {
            code: UNKNOWN_NEXT_HEADER,
            pointer: named_at,
            even_to_group: false,
        }
    }
}

/// Goes through the extension headers as their destination does. `packet` is
/// whole; `to_group` tells whether its destination is a multicast address.
pub(crate) fn headers(packet: &[u8], to_group: bool) -> Walk {
    let mut named_at = NEXT_HEADER_AT;
    let mut at = HEADER_OCTETS;
    loop {
        let kind = packet[named_at];
        let ends_at = match kind {
            // RFC 8200 4.1: only right after the IPv6 header.
            HOP_BY_HOP if at != HEADER_OCTETS => return Walk::unknown_next_header(named_at),
            HOP_BY_HOP | ROUTING | DESTINATION_OPTIONS => extent(packet, at),
            FRAGMENT => (at + 8 <= packet.len()).then_some(at + 8),
            protocol => {
                return Walk::Upper {
                    protocol,
                    at,
                    named_at,
                };
            }
        };
        let Some(ends_at) = ends_at else {
            return Walk::Drop;
        };
        let verdict = match kind {
            HOP_BY_HOP | DESTINATION_OPTIONS => options(packet, at + 2, ends_at, to_group),
            ROUTING => routing(packet, at),
            _ => fragment(packet, at),
        };
        if let Err(end) = verdict {
            return end;
        }
        named_at = at;
        at = ends_at;
    }
}

/// Where an extension header ends, if the packet holds all of it.
pub(crate) fn extent(packet: &[u8], at: usize) -> Option<usize> {
    let units = *packet.get(at + 1)?;
    let end = at + 8 * (usize::from(units) + 1);
    (end <= packet.len()).then_some(end)
}

/// RFC 8200 4.2: the two highest bits of an unknown option say what to do.
fn options(packet: &[u8], from: usize, end: usize, to_group: bool) -> Result<(), Walk> {
    let mut at = from;
    while at < end {
        let kind = packet[at];
        if kind == 0 {
            at += 1;
            continue;
        }
        let next = packet[..end]
            .get(at + 1)
            .map(|length| at + 2 + usize::from(*length));
        let Some(next) = next.filter(|next| *next <= end) else {
            return Err(Walk::Drop);
        };
        let problem = Walk::Problem {
            code: UNKNOWN_OPTION,
            pointer: at,
            even_to_group: kind >> 6 == 0b10,
        };
        match kind >> 6 {
            // PadN is one of them.
            0b00 => {}
            0b10 => return Err(problem),
            0b11 if !to_group => return Err(problem),
            _ => return Err(Walk::Drop),
        }
        at = next;
    }
    Ok(())
}

/// No routing type is known here: with segments left it is an erroneous field,
/// without it is ignored. RFC 8200 4.4.
fn routing(packet: &[u8], at: usize) -> Result<(), Walk> {
    match packet[at + 3] {
        0 => Ok(()),
        _ => Err(Walk::Problem {
            code: ERRONEOUS_FIELD,
            pointer: at + 2,
            even_to_group: false,
        }),
    }
}

/// Atomic fragments are whole packets (RFC 6946). Others are dropped: packets
/// of up to 1280 octets need no IPv6 fragmentation, and no larger ones are taken.
fn fragment(packet: &[u8], at: usize) -> Result<(), Walk> {
    let offset_and_more = u16::from_be_bytes([packet[at + 2], packet[at + 3]]);
    if offset_and_more & !0b110 == 0 {
        Ok(())
    } else {
        Err(Walk::Drop)
    }
}

/// Whether the start of a packet holds its chain of headers up to and with the
/// upper layer's. RFC 6282 section 2 lets them go on past the first fragment.
pub(crate) fn holds_all_headers(start: &[u8]) -> bool {
    let mut named_at = NEXT_HEADER_AT;
    let mut at = HEADER_OCTETS;
    loop {
        let Some(kind) = start.get(named_at) else {
            return false;
        };
        let ends_at = match *kind {
            HOP_BY_HOP | ROUTING | DESTINATION_OPTIONS => extent(start, at),
            FRAGMENT => Some(at + 8),
            NO_NEXT_HEADER => return true,
            UDP => return at + 8 <= start.len(),
            ICMPV6 => return at + 4 <= start.len(),
            // Of other protocols no header is known.
            _ => return at <= start.len(),
        };
        let Some(ends_at) = ends_at else {
            return false;
        };
        named_at = at;
        at = ends_at;
    }
}
