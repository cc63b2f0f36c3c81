//! The LoWPAN headers up to the dispatch that carries the packet. RFC 4944 5.

use super::reader::{Read, Reader};
use super::restoring::Encapsulation;
use super::{Dissection, Problem, ProblemKind, fragment, iphc, mesh};
use crate::context::ContextTable;
use crate::field::FieldId;
use crate::mac::MacAddress;

/// Reads everything behind the MAC header into `out`; `ends` are its source and destination.
pub(super) fn read(
    reader: &mut Reader<'_>,
    contexts: &ContextTable,
    mut ends: (MacAddress, MacAddress),
    out: &mut Dissection,
) -> Read<()> {
    let mut page = 0;
    let mut place_before = 0;
    while let Some(dispatch) = reader.peek() {
        // 0xf0 to 0xff choose a page, whatever the page is. RFC 8025 3.
        if dispatch >= 0xf0 {
            page = reader.octet(FieldId::Page)? & 0x0f;
            reader.note(FieldId::Page, 1, u64::from(page));
            continue;
        }
        // IPHC means the same in page 1 (RFC 8025 4), where we know nothing else.
        if page > 1 || page == 1 && !matches!(dispatch, 0x60..=0x7f) {
            return Err(unknown(reader));
        }
        let place = place(dispatch);
        if place <= place_before {
            return Err(reader.problem(0, ProblemKind::OutOfOrder(FieldId::Dispatch)));
        }
        place_before = place;
        reader.note_next(FieldId::Dispatch, dispatch);
        match dispatch {
            // RFC 4944 5.2.
            0x80..=0xbf => {
                ends = mesh::read(reader)?;
                out.mesh = Some(ends);
            }
            // LOWPAN_BC0, RFC 4944 11.1.
            0x50 => {
                reader.octet(FieldId::Dispatch)?;
                reader.u8(FieldId::Bc0SequenceNumber)?;
            }
            // FRAG1, RFC 4944 5.3.
            0xc0..=0xc7 => out.fragment = Some(fragment::read(reader, true)?),
            // FRAGN: octets of the packet as they are.
            0xe0..=0xe7 => {
                out.fragment = Some(fragment::read(reader, false)?);
                return as_is(reader, out);
            }
            0xe8 | 0xe9 => {
                fragment::recoverable(reader)?;
                out.body = Some(reader.range_of_rest());
                return Ok(());
            }
            0xea | 0xeb => return fragment::acknowledgement(reader),
            0x60..=0x7f => {
                out.body = Some(reader.range_of_rest());
                return iphc::read(reader, contexts, Encapsulation::of(ends), out);
            }
            // An uncompressed IPv6 header, RFC 4944 5.1.
            0x41 => {
                out.body = Some(reader.range_of_rest());
                reader.octet(FieldId::Dispatch)?;
                return as_is(reader, out);
            }
            // HC1, RFC 4944 10.1.
            0x42 => {
                reader.octet(FieldId::Dispatch)?;
                return hc1(reader);
            }
            // ESC, RFC 8066 3: we understand no extension type.
            0x40 => {
                reader.octet(FieldId::Dispatch)?;
                reader.u8(FieldId::EscType)?;
                return Err(reader.problem(1, ProblemKind::Reserved(FieldId::EscType)));
            }
            // NALP and reserved values.
            _ => return Err(unknown(reader)),
        }
    }
    match place_before {
        0 => Ok(()),
        _ => Err(reader.problem(0, ProblemKind::Truncated(FieldId::Dispatch))),
    }
}

/// Mesh, broadcast and fragment header come in this order, each once at most,
/// and before everything else. RFC 4944 5.
fn place(dispatch: u8) -> u8 {
    match dispatch {
        0x80..=0xbf => 1,
        0x50 => 2,
        0xc0..=0xc7 | 0xe0..=0xe7 => 3,
        _ => 4,
    }
}

/// Notes the dispatch that comes next, which was peeked at, and why nothing is made of it.
fn unknown(reader: &mut Reader<'_>) -> Problem {
    match reader.u8(FieldId::Dispatch) {
        Ok(_) => reader.problem(1, ProblemKind::Reserved(FieldId::Dispatch)),
        Err(problem) => problem,
    }
}

/// Octets of the packet as they are.
fn as_is(reader: &mut Reader<'_>, out: &mut Dissection) -> Read<()> {
    let octets = reader.take_rest();
    if let Some(problem) = out.fragment.and_then(|f| f.problem_with(octets.len())) {
        reader.remark(octets.len(), problem);
    }
    out.packet = Some(octets.to_vec());
    Ok(())
}

/// Recognised, but not restored: RFC 6282 2 recommends against it.
///
/// ```text
/// | SA  | DA  |T| NH  |2| hop limit, non-compressed fields
/// ```
fn hc1(reader: &mut Reader<'_>) -> Read<()> {
    let octet = reader.u8(FieldId::Hc1Encoding)?;
    for (id, value) in [
        (FieldId::Hc1Src, octet >> 6),
        (FieldId::Hc1Dst, octet >> 4 & 3),
        (FieldId::Hc1TrafficClassAndFlowLabel, octet >> 3 & 1),
        (FieldId::Hc1NextHeader, octet >> 1 & 3),
        (FieldId::Hc1Hc2, octet & 1),
    ] {
        reader.note(id, 1, u64::from(value));
    }
    Ok(())
}
