//! Compresses the headers behind an IPv6 header. RFC 6282 section 4.

use crate::ipv6::{Header, extent, protocol, udp};
use crate::lowpan::iphc_out::Compressor;
use crate::writer::{Full, Writer};

/// The most octets that may follow an NHC length octet. RFC 6282 4.2.
const LONGEST: usize = 255;

/// Whether the header `kind` at `at` is compressed at this level.
pub(super) fn takes(packet: &[u8], kind: u8, at: usize, compressor: &Compressor<'_>) -> bool {
    match kind {
        // The length is elided, so it must be what can be inferred.
        protocol::UDP if compressor.level >= 4 => {
            udp::declared_length(&packet[at..]) == Some(packet.len() - at)
        }
        // Not fragment headers, whose NHC form is ambiguous, and no tunnel:
        // draft section 6.3 wants its headers uncompressed.
        protocol::HOP_BY_HOP
        | protocol::ROUTING
        | protocol::DESTINATION_OPTIONS
        | protocol::MOBILITY
            if compressor.level >= 5 =>
        {
            extent(packet, at).is_some_and(|end| shortened(packet, kind, at, end) <= LONGEST)
        }
        _ => false,
    }
}

/// Writes the headers from the first after IPv6 on, as many as are taken.
/// Gives the octets of the packet that stand for them. RFC 6282 4.2 wants
/// them contiguous.
pub(super) fn put_chain(
    packet: &[u8],
    first: u8,
    compressor: &Compressor<'_>,
    writer: &mut Writer<'_>,
) -> Result<usize, Full> {
    let mut kind = first;
    let mut at = crate::ipv6::HEADER_OCTETS;
    loop {
        if kind == protocol::UDP {
            put_udp(packet, at, compressor, writer)?;
            return Ok(at + udp::UDP_OCTETS);
        }
        let Some(end) = extent(packet, at) else {
            return Ok(at);
        };
        let next = packet[at];
        let nh = takes(packet, next, end, compressor);
        let eid = match kind {
            protocol::HOP_BY_HOP => 0,
            protocol::ROUTING => 1,
            protocol::DESTINATION_OPTIONS => 3,
            _ => 4,
        };
        writer.put(&[0xe0 | eid << 1 | u8::from(nh)])?;
        if !nh {
            writer.put(&[next])?;
        }
        let length = shortened(packet, kind, at, end);
        writer.put(&[length as u8])?;
        writer.put(&packet[at + 2..at + 2 + length])?;
        if !nh {
            return Ok(end);
        }
        (kind, at) = (next, end);
    }
}

/// Octets after the first two that must travel: all, or all but the padding
/// that the other side restores. RFC 6282 4.2.
fn shortened(packet: &[u8], kind: u8, at: usize, end: usize) -> usize {
    let whole = end - at - 2;
    if !matches!(kind, protocol::HOP_BY_HOP | protocol::DESTINATION_OPTIONS) {
        return whole;
    }
    whole - trailing_padding(&packet[at + 2..end])
}

/// Octets of a single trailing Pad1, or of a PadN of at most 7 octets as a
/// decompressor writes it. Other padding stays.
fn trailing_padding(options: &[u8]) -> usize {
    let is_padding = |at: usize| options[at] <= 1;
    let (mut at, mut last, mut before) = (0, None, None);
    while at < options.len() {
        before = last;
        last = Some(at);
        let length = match options[at] {
            0 => 1,
            _ => match options.get(at + 1) {
                Some(length) => 2 + usize::from(*length),
                None => return 0,
            },
        };
        at += length;
    }
    let Some(last) = last.filter(|last| is_padding(*last)) else {
        return 0;
    };
    let length = options.len() - last;
    let single = !before.is_some_and(is_padding);
    // A PadN of one unit's length or more, or with content, stays.
    let zeros = options[last..].iter().skip(2).all(|octet| *octet == 0);
    if at == options.len() && single && length <= 7 && zeros {
        length
    } else {
        0
    }
}

/// RFC 6282 4.3.3.
fn put_udp(
    packet: &[u8],
    at: usize,
    compressor: &Compressor<'_>,
    writer: &mut Writer<'_>,
) -> Result<(), Full> {
    let datagram = &packet[at..];
    let [s0, s1, d0, d1, _, _, c0, c1] = *datagram.first_chunk().ok_or(Full)?;
    // Who elides a checksum has verified it. RFC 6282 4.3.2.
    let right =
        || Header::parse(packet).is_some_and(|header| udp::checksum_is_right(&header, datagram));
    let elided = compressor.level >= 5 && compressor.elide_checksums && right();
    let c = if elided { 0x04 } else { 0 };
    let nibble = |high: u8, low: u8| high == 0xf0 && low >> 4 == 0x0b;
    if nibble(s0, s1) && nibble(d0, d1) {
        writer.put(&[0xf3 | c, s1 << 4 | d1 & 0x0f])?;
    } else if d0 == 0xf0 {
        writer.put(&[0xf1 | c, s0, s1, d1])?;
    } else if s0 == 0xf0 {
        writer.put(&[0xf2 | c, s1, d0, d1])?;
    } else {
        writer.put(&[0xf0 | c, s0, s1, d0, d1])?;
    }
    if !elided {
        writer.put(&[c0, c1])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::trailing_padding;

    #[test]
    fn only_single_trailing_padding_is_elided() {
        let cases: [(&[u8], usize); 8] = [
            (&[5, 2, 0, 0, 1, 0], 2),
            (&[0x1e, 3, 1, 2, 3, 0], 1),
            (&[1, 4, 0, 0, 0, 0], 6),
            (&[0x1e, 2, 1, 2, 0, 0], 0),
            (&[1, 0, 0x1e, 2, 1, 2], 0),
            (&[0x1e, 0, 1, 2, 0, 9], 0),
            (&[1, 6, 0, 0, 0, 0, 0, 0, 0x1e, 4, 1, 2, 3, 4], 0),
            (&[0x1e, 9, 0, 0, 1, 0], 0),
        ];
        for (options, octets) in cases {
            assert_eq!(trailing_padding(options), octets, "{options:02x?}");
        }
    }
}
