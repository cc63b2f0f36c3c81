//! Extension headers from LOWPAN_NHC, RFC 6282 4.2, and from GHC, RFC 7400 3.2.

use std::net::Ipv6Addr;

use super::ProblemKind;
use super::reader::{Read, Reader};
use super::restoring::Restoring;
use crate::field::{FieldId, Value};
use crate::ghc::{self, Dictionary};

/// EID of the fragment header.
const FRAGMENT: u8 = 2;

/// True if NHC goes on behind it.
///
/// ```text
/// |1 1 1 0| EID |NH| [next header] length, octets behind the length
/// ```
/// The length counts octets, not units of eight.
pub(super) fn extension(
    reader: &mut Reader<'_>,
    restoring: &mut Restoring<'_>,
    nhc: u8,
) -> Read<bool> {
    let eid = nhc >> 1 & 7;
    let goes_on = nhc & 1 != 0;
    reader.note(FieldId::NhcExtensionEid, 1, u64::from(eid));
    reader.note(FieldId::NhcExtensionNh, 1, u64::from(nhc & 1));
    let next_header = next_header(reader, goes_on)?;
    if eid == FRAGMENT {
        // The reserved octet stands where the length would: the texts do not say
        // which it is. This reading keeps the octet, as Wireshark does.
        let octets = reader.take(7, FieldId::NhcExtensionLength)?;
        reader.remark(7, ProblemKind::Ambiguous(FieldId::NhcExtensionLength));
        restoring.octets.push(next_header);
        restoring.octets.extend_from_slice(octets);
        return Ok(goes_on);
    }
    let length = reader.u8(FieldId::NhcExtensionLength)?;
    let octets = reader.take(usize::from(length), FieldId::ExtensionOctets)?;
    restore(reader, restoring, next_header, octets, eid)?;
    Ok(goes_on)
}

/// True if NHC goes on behind it.
///
/// ```text
/// |1 0 1 1| EID |NH| [next header] bytecode, stop code
/// ```
/// The length does not travel; it follows from what the bytecode restores.
pub(super) fn ghc_extension(
    reader: &mut Reader<'_>,
    restoring: &mut Restoring<'_>,
    nhc: u8,
    (src, dst): (Ipv6Addr, Ipv6Addr),
) -> Read<bool> {
    let goes_on = nhc & 1 != 0;
    reader.note(FieldId::NhcGhc, 1, u64::from(nhc));
    let next_header = next_header(reader, goes_on)?;
    let dictionary = Dictionary::new(src, dst);
    let decoded = match ghc::decode(reader.rest(), &dictionary, restoring.room()) {
        Ok(decoded) if decoded.stopped => decoded,
        _ => {
            let bytecode = reader.take_rest();
            return Err(reader.problem(
                bytecode.len(),
                ProblemKind::Reserved(FieldId::NhcGhcBytecode),
            ));
        }
    };
    let bytecode = reader.take(decoded.consumed, FieldId::NhcGhcBytecode)?;
    reader.note_value(
        FieldId::NhcGhcBytecode,
        bytecode.len(),
        Value::Bytes(bytecode.to_vec()),
    );
    let eid = nhc >> 1 & 3;
    restore(reader, restoring, next_header, &decoded.octets, eid)?;
    Ok(goes_on)
}

/// In line, or filled in by what follows.
fn next_header(reader: &mut Reader<'_>, goes_on: bool) -> Read<u8> {
    match goes_on {
        true => Ok(0),
        false => reader.u8(FieldId::ExtensionNextHeader),
    }
}

/// Writes an extension header that holds `octets` behind its length. Only an
/// options header may be padded by the decoder: with Pad1, or with PadN of up
/// to 7 octets. RFC 6282 4.2.
fn restore(
    reader: &Reader<'_>,
    restoring: &mut Restoring<'_>,
    next_header: u8,
    octets: &[u8],
    eid: u8,
) -> Read<()> {
    let has_options = matches!(eid, 0 | 3);
    let length = (octets.len() + 2).next_multiple_of(8);
    let missing = length - octets.len() - 2;
    let wrong = ProblemKind::WrongLength(FieldId::NhcExtensionLength);
    let Ok(hdr_ext_len) = u8::try_from(length / 8 - 1) else {
        return Err(reader.problem(0, wrong));
    };
    if missing > 0 && !has_options {
        return Err(reader.problem(0, wrong));
    }
    restoring
        .octets
        .extend_from_slice(&[next_header, hdr_ext_len]);
    restoring.octets.extend_from_slice(octets);
    let padding: &[u8] = match missing {
        1 => &[0],
        _ => &[1, (missing as u8).saturating_sub(2), 0, 0, 0, 0, 0][..missing],
    };
    restoring.octets.extend_from_slice(padding);
    Ok(())
}
