//! Restores headers from NHC. RFC 6282 section 4.

use crate::ipv6::protocol;
use crate::lowpan::iphc::{Base, Iids};
use crate::lowpan::iphc_in::{Next, Open, Refusal, Restorer};
use crate::reader::Reader;
use crate::writer::Writer;

/// Offset of the source address in an IPv6 header.
const SOURCE_AT: usize = 8;

/// Restores the headers from the NHC octet at `reader` on; `next_header_at` is
/// where the value of the first one belongs.
pub(crate) fn restore_chain<const LEVEL: u8>(
    restorer: &Restorer<'_, LEVEL>,
    reader: &mut Reader<'_>,
    writer: &mut Writer<'_>,
    mut next_header_at: usize,
    open: &mut Open,
) -> Result<(), Refusal> {
    loop {
        let octet = reader.u8().ok_or(Refusal::Malformed)?;
        let next = match octet {
            0xee => {
                writer.written()[next_header_at] = protocol::IPV6;
                tunnel(restorer, reader, writer, open)?
            }
            // RFC 6282 4.2: the NH bit of EID 7 is sent as 0.
            0xef => return Err(Refusal::Malformed),
            0xe0..=0xed if LEVEL < 5 => return Err(Refusal::Unsupported),
            0xe0..=0xed => {
                let value = extension_kind(octet)?;
                writer.written()[next_header_at] = value;
                extension(value, octet & 1 == 1, reader, writer)?
            }
            0xf0..=0xf7 => {
                writer.written()[next_header_at] = protocol::UDP;
                udp(restorer, octet, reader, writer, open)?;
                Next::Inline
            }
            // RFC 7400: a class above 5 may have it one day.
            0xb0..=0xb7 | 0xd0..=0xd7 | 0xdf => return Err(Refusal::Unsupported),
            _ => return Err(Refusal::Malformed),
        };
        match next {
            Next::Inline => return Ok(()),
            Next::Nhc { next_header_at: at } => next_header_at = at,
        }
    }
}

/// EID 7: IPv6 in IPv6, once. RFC 6282 4.2.
fn tunnel<const LEVEL: u8>(
    restorer: &Restorer<'_, LEVEL>,
    reader: &mut Reader<'_>,
    writer: &mut Writer<'_>,
    open: &mut Open,
) -> Result<Next, Refusal> {
    // Draft section 6.3 bounds recursion; one level needs none.
    if open.inner_at.is_some() {
        return Err(Refusal::Unsupported);
    }
    if !reader.peek().is_some_and(Base::starts_with) {
        return Err(Refusal::Malformed);
    }
    open.inner_at = Some(writer.length());
    let outer = writer.written();
    let iid = |address_at: usize| {
        let mut iid = [0; 8];
        iid.copy_from_slice(&outer[address_at + 8..address_at + 16]);
        iid
    };
    // RFC 6282 3.2.2: identifiers elided in the inner header are the outer
    // header's, as they are.
    let mut iids = Iids {
        source: iid(SOURCE_AT),
        destination: iid(SOURCE_AT + 16),
    };
    if seeded!(TunnelIidFromMac) {
        iids = restorer.link.into();
    }
    restorer.header(reader, writer, iids, open)
}

/// The next header value behind an extension header's NHC octet. RFC 6282 4.2.
fn extension_kind(octet: u8) -> Result<u8, Refusal> {
    match octet >> 1 & 7 {
        0 => Ok(protocol::HOP_BY_HOP),
        1 => Ok(protocol::ROUTING),
        2 => Ok(protocol::FRAGMENT),
        3 => Ok(protocol::DESTINATION_OPTIONS),
        4 => Ok(protocol::MOBILITY),
        _ if seeded!(ReservedEidTaken) => Ok(protocol::DESTINATION_OPTIONS),
        _ => Err(Refusal::Malformed),
    }
}

/// Restores the extension header `kind`; its length on air counts the octets
/// after it, and padding of options may be elided. RFC 6282 4.2.
fn extension(
    kind: u8,
    nh: bool,
    reader: &mut Reader<'_>,
    writer: &mut Writer<'_>,
) -> Result<Next, Refusal> {
    let next_header_at = writer.length();
    let next_header = if nh { Some(0) } else { reader.u8() };
    let next_header = next_header.ok_or(Refusal::Malformed)?;
    let second = reader.u8().ok_or(Refusal::Malformed)?;
    // A fragment header has a Reserved octet where others have their length,
    // and 8 octets in all (RFC 8200 4.5). RFC 6282 leaves open which of both
    // travels; taken here is the header's own octet.
    let fragment = kind == protocol::FRAGMENT;
    let length = match second {
        _ if fragment => 6,
        units if seeded!(ExtensionLengthInUnits) => usize::from(units) * 8 + 6,
        octets => usize::from(octets),
    };
    let data = reader.take(length).ok_or(Refusal::Malformed)?;
    let padding = (8 - (2 + length) % 8) % 8;
    let padded = matches!(kind, protocol::HOP_BY_HOP | protocol::DESTINATION_OPTIONS);
    if padding > 0 && !padded {
        return Err(Refusal::Malformed);
    }
    let units = (2 + length + padding) / 8 - 1;
    let second = if fragment { second } else { units as u8 };
    writer.put(&[next_header, second])?;
    writer.put(data)?;
    put_padding(padding, writer)?;
    Ok(if nh {
        Next::Nhc { next_header_at }
    } else {
        Next::Inline
    })
}

/// Up to 7 octets: Pad1 or PadN. RFC 8200 4.2.
fn put_padding(octets: usize, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    match octets {
        0 => {}
        _ if seeded!(PaddingNotRestored) => writer.put(&[0xff; 7][..octets])?,
        1 => writer.put(&[0])?,
        _ => writer.put(&[1, octets as u8 - 2, 0, 0, 0, 0, 0][..octets])?,
    }
    Ok(())
}

/// RFC 6282 4.3.3.
///
/// ```text
///   0   1   2   3   4   5   6   7
/// +---+---+---+---+---+---+---+---+
/// | 1 | 1 | 1 | 1 | 0 | C |   P   |
/// +---+---+---+---+---+---+---+---+
/// ```
fn udp<const LEVEL: u8>(
    restorer: &Restorer<'_, LEVEL>,
    octet: u8,
    reader: &mut Reader<'_>,
    writer: &mut Writer<'_>,
    open: &mut Open,
) -> Result<(), Refusal> {
    open.udp_at = Some(writer.length());
    open.elided = octet & 0x04 != 0;
    if open.elided {
        // RFC 6282 4.3.2: who cannot tell that another check has protected
        // the packet drops it.
        if !restorer.authorised && !seeded!(UnauthorisedElisionTaken) {
            return Err(Refusal::Malformed);
        }
        if LEVEL < 5 {
            return Err(Refusal::Unsupported);
        }
    }
    let header = udp_fields(octet, open.elided, reader).ok_or(Refusal::Malformed)?;
    writer.put(&header)?;
    Ok(())
}

/// Ports, a length of 0 for now, checksum.
fn udp_fields(octet: u8, elided: bool, reader: &mut Reader<'_>) -> Option<[u8; 8]> {
    let mut p = octet & 3;
    if seeded!(PortModesSwapped) && (p == 1 || p == 2) {
        p = 3 - p;
    }
    let ([a, b], [c, d]) = match p {
        0 => (reader.array()?, reader.array()?),
        1 => (reader.array()?, [0xf0, reader.u8()?]),
        2 => ([0xf0, reader.u8()?], reader.array()?),
        _ => {
            let mut nibbles = reader.u8()?;
            if seeded!(PortNibblesSwapped) {
                nibbles = nibbles.rotate_left(4);
            }
            ([0xf0, 0xb0 | nibbles >> 4], [0xf0, 0xb0 | nibbles & 0x0f])
        }
    };
    let [e, f] = if elided { [0, 0] } else { reader.array()? };
    Some([a, b, c, d, 0, 0, e, f])
}
