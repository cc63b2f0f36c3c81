//! Fragment headers of RFC 4944 5.3 and RFC 8931 5.

use super::reader::{Read, Reader};
use super::{FragmentInfo, ProblemKind};
use crate::field::FieldId;

/// ```text
/// FRAG1  |1 1 0 0 0|datagram_size:11|datagram_tag:16|
/// FRAGN  |1 1 1 0 0|datagram_size:11|datagram_tag:16|datagram_offset:8|
/// ```
pub(super) fn read(reader: &mut Reader<'_>, first: bool) -> Read<FragmentInfo> {
    let octets = reader.array(FieldId::FragDatagramSize)?;
    let datagram_size = u16::from_be_bytes(octets) & 0x07ff;
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

impl FragmentInfo {
    /// What is wrong with this header above `octets` of the uncompressed
    /// datagram: they must lie in it, and all but the last fragment hold a
    /// multiple of 8 octets.
    pub(super) fn problem_with(&self, octets: usize) -> Option<ProblemKind> {
        let size = usize::from(self.datagram_size);
        match usize::from(self.datagram_offset) * 8 + octets {
            end if end > size => Some(ProblemKind::WrongLength(FieldId::FragDatagramSize)),
            end if octets == 0 || end < size && !octets.is_multiple_of(8) => {
                Some(ProblemKind::WrongLength(FieldId::FragDatagramOffset))
            }
            _ => None,
        }
    }
}

/// ```text
/// |1 1 1 0 1 0 0|E| datagram_tag:8 |X|sequence:5|fragment_size:10| fragment_offset:16 |
/// ```
/// RFC 8931 5.1. Sizes and offsets count octets of the compressed form, so a
/// fragment restores to nothing by itself; sequence 0 has the whole size in
/// place of the offset.
pub(super) fn recoverable(reader: &mut Reader<'_>) -> Read<()> {
    let octet = reader.octet(FieldId::RfragE)?;
    reader.note(FieldId::RfragE, 1, u64::from(octet & 1));
    reader.u8(FieldId::RfragTag)?;
    let word = u16::from_be_bytes(reader.array(FieldId::RfragSequence)?);
    reader.note(FieldId::RfragX, 2, u64::from(word >> 15));
    reader.note(FieldId::RfragSequence, 2, u64::from(word >> 10 & 0x1f));
    reader.note(FieldId::RfragFragmentSize, 2, u64::from(word & 0x03ff));
    reader.u16(FieldId::RfragFragmentOffset)?;
    let size = usize::from(word & 0x03ff);
    if size != reader.rest().len() {
        reader.remark(6, ProblemKind::WrongLength(FieldId::RfragFragmentSize));
    }
    Ok(())
}

/// `|1 1 1 0 1 0 1|E| datagram_tag:8 | bitmap:32 |`, RFC 8931 5.2.
pub(super) fn acknowledgement(reader: &mut Reader<'_>) -> Read<()> {
    let octet = reader.octet(FieldId::RfragE)?;
    reader.note(FieldId::RfragE, 1, u64::from(octet & 1));
    reader.u8(FieldId::RfragTag)?;
    let bitmap = u32::from_be_bytes(reader.array(FieldId::RfragAckBitmap)?);
    reader.note(FieldId::RfragAckBitmap, 4, u64::from(bitmap));
    Ok(())
}
