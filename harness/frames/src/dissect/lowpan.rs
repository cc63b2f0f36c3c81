//! The LoWPAN headers up to the dispatch that carries the packet. RFC 4944 5.

use super::reader::{Read, Reader};
use super::{Dissection, FragmentInfo, ProblemKind, iphc};
use crate::context::ContextTable;
use crate::field::{FieldId, Value};
use crate::iid;
use crate::mac::MacAddress;

/// Reads everything behind the MAC header into `out`; `src` and `dst` are its addresses.
pub(super) fn read(
    reader: &mut Reader<'_>,
    contexts: &ContextTable,
    mut src: MacAddress,
    mut dst: MacAddress,
    out: &mut Dissection,
) -> Read<()> {
    let mut page = 0;
    loop {
        let Some(dispatch) = reader.peek() else {
            return Ok(());
        };
        match dispatch {
            // RFC 8025 3. Once a page is chosen, 0xf0-0xff chooses another.
            0xf0..=0xff => {
                reader.octet(FieldId::Page)?;
                page = dispatch & 0x0f;
                reader.note(FieldId::Page, 1, u64::from(page));
                continue;
            }
            // IPHC means the same in pages 0 and 1 (RFC 8025 4); nothing else is defined in page 1.
            0x60..=0x7f if page <= 1 => {
                let encapsulation = iphc::Encapsulation {
                    src: iid::from_mac(src),
                    dst: iid::from_mac(dst),
                };
                return iphc::read(reader, contexts, encapsulation, out);
            }
            _ if page > 0 => {
                return Err(dispatch_problem(reader));
            }
            // RFC 4944 5.2.
            0x80..=0xbf => (src, dst) = mesh(reader, out)?,
            // LOWPAN_BC0, RFC 4944 11.1.
            0x50 => {
                reader.u8(FieldId::Dispatch)?;
                reader.u8(FieldId::Bc0SequenceNumber)?;
            }
            // FRAG1 and FRAGN, RFC 4944 5.3.
            0xc0..=0xc7 => out.fragment = Some(fragment(reader, true)?),
            0xe0..=0xe7 => {
                out.fragment = Some(fragment(reader, false)?);
                out.packet = Some(reader.take_rest().to_vec());
                return Ok(());
            }
            0xe8 | 0xe9 => return rfrag(reader),
            0xea | 0xeb => return rfrag_ack(reader),
            // ESC, RFC 8066 3.
            0x40 => {
                reader.u8(FieldId::Dispatch)?;
                reader.u8(FieldId::EscType)?;
                return Err(reader.problem(1, ProblemKind::Reserved(FieldId::EscType)));
            }
            // An uncompressed IPv6 header, RFC 4944 5.1.
            0x41 => {
                reader.u8(FieldId::Dispatch)?;
                out.packet = Some(reader.take_rest().to_vec());
                return Ok(());
            }
            // HC1, RFC 4944 10.1: recognised, and outdated by RFC 6282 2.
            0x42 => {
                reader.u8(FieldId::Dispatch)?;
                reader.u8(FieldId::Hc1Encoding)?;
                return Ok(());
            }
            // NALP and reserved values.
            _ => return Err(dispatch_problem(reader)),
        }
    }
}

fn dispatch_problem(reader: &mut Reader<'_>) -> super::Problem {
    // The octet was peeked at, so reading it cannot fail.
    match reader.u8(FieldId::Dispatch) {
        Ok(_) => reader.problem(1, ProblemKind::Reserved(FieldId::Dispatch)),
        Err(problem) => problem,
    }
}

/// ```text
/// |1 0|V|F|HopsLft| [deep hops] originator, final
/// ```
/// Mesh addresses travel most significant octet first, unlike those of the MAC header.
fn mesh(reader: &mut Reader<'_>, out: &mut Dissection) -> Read<(MacAddress, MacAddress)> {
    const DEEP_HOPS: u8 = 0x0f;
    let octet = reader.octet(FieldId::MeshHopsLeft)?;
    reader.note(FieldId::MeshV, 1, u64::from(octet >> 5 & 1));
    reader.note(FieldId::MeshF, 1, u64::from(octet >> 4 & 1));
    if octet & DEEP_HOPS == DEEP_HOPS {
        reader.u8(FieldId::MeshHopsLeft)?;
    } else {
        reader.note(FieldId::MeshHopsLeft, 1, u64::from(octet & DEEP_HOPS));
    }
    let originator = mesh_address(reader, octet & 0x20 != 0, FieldId::MeshOriginator)?;
    let final_destination = mesh_address(reader, octet & 0x10 != 0, FieldId::MeshFinal)?;
    out.mesh = Some((originator, final_destination));
    Ok((originator, final_destination))
}

fn mesh_address(reader: &mut Reader<'_>, short: bool, id: FieldId) -> Read<MacAddress> {
    let address = if short {
        let octets = reader.take(2, id)?;
        MacAddress::Short(u16::from_be_bytes([octets[0], octets[1]]))
    } else {
        let mut eui64 = [0; 8];
        eui64.copy_from_slice(reader.take(8, id)?);
        MacAddress::Extended(eui64)
    };
    reader.note_value(id, address.octets(), Value::Mac(address));
    Ok(address)
}

/// ```text
/// FRAG1  |1 1 0 0 0|datagram_size:11|datagram_tag:16|
/// FRAGN  |1 1 1 0 0|datagram_size:11|datagram_tag:16|datagram_offset:8|
/// ```
fn fragment(reader: &mut Reader<'_>, first: bool) -> Read<FragmentInfo> {
    let octets = reader.take(2, FieldId::FragDatagramSize)?;
    let datagram_size = u16::from_be_bytes([octets[0], octets[1]]) & 0x07ff;
    reader.note(FieldId::FragDatagramSize, 2, u64::from(datagram_size));
    let datagram_tag = reader.u16(FieldId::FragDatagramTag)?;
    let datagram_offset = match first {
        true => 0,
        false => reader.u8(FieldId::FragDatagramOffset)?,
    };
    Ok(FragmentInfo {
        datagram_size,
        datagram_tag,
        datagram_offset,
        first,
    })
}

/// ```text
/// |1 1 1 0 1 0 0|E| datagram_tag:8 |X|sequence:5|fragment_size:10| fragment_offset:16 |
/// ```
/// RFC 8931 5.1. Sizes and offsets count octets of the compressed form, so
/// a fragment restores to nothing by itself.
fn rfrag(reader: &mut Reader<'_>) -> Read<()> {
    let octet = reader.octet(FieldId::RfragE)?;
    reader.note(FieldId::RfragE, 1, u64::from(octet & 1));
    reader.u8(FieldId::RfragTag)?;
    let octets = reader.take(2, FieldId::RfragSequence)?;
    let word = u16::from_be_bytes([octets[0], octets[1]]);
    reader.note(FieldId::RfragX, 2, u64::from(word >> 15));
    reader.note(FieldId::RfragSequence, 2, u64::from(word >> 10 & 0x1f));
    reader.note(FieldId::RfragFragmentSize, 2, u64::from(word & 0x03ff));
    reader.u16(FieldId::RfragFragmentOffset)?;
    Ok(())
}

/// `|1 1 1 0 1 0 1|E| datagram_tag:8 | bitmap:32 |`, RFC 8931 5.2.
fn rfrag_ack(reader: &mut Reader<'_>) -> Read<()> {
    let octet = reader.octet(FieldId::RfragE)?;
    reader.note(FieldId::RfragE, 1, u64::from(octet & 1));
    reader.u8(FieldId::RfragTag)?;
    let octets = reader.take(4, FieldId::RfragAckBitmap)?;
    let bitmap = u32::from_be_bytes([octets[0], octets[1], octets[2], octets[3]]);
    reader.note(FieldId::RfragAckBitmap, 4, u64::from(bitmap));
    Ok(())
}
