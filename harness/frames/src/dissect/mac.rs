//! The MAC header. IEEE 802.15.4-2015 7.2.

use super::reader::{Read, Reader};
use super::{DissectOptions, FcsMode, MacInfo, Problem, ProblemKind};
use crate::field::{FieldId, Value};
use crate::mac::{FCS_OCTETS, FrameType, FrameVersion, MacAddress, is_fcs_right};

/// Splits a PSDU into MAC header and payload on the one side and trailer on the other.
pub(super) fn split_trailer<'a>(
    psdu: &'a [u8],
    options: &DissectOptions<'_>,
) -> (&'a [u8], Option<bool>) {
    let split = match options.fcs {
        FcsMode::Absent => None,
        FcsMode::Present | FcsMode::TiTrailer => psdu.split_last_chunk::<FCS_OCTETS>(),
    };
    match (split, options.fcs) {
        (Some((octets, trailer)), FcsMode::TiTrailer) => (octets, Some(trailer[1] & 0x80 != 0)),
        (Some((octets, _)), _) => (octets, Some(is_fcs_right(psdu))),
        (None, FcsMode::Absent) => (psdu, None),
        (None, _) => (psdu, Some(false)),
    }
}

/// Reads the MAC header, information elements included.
pub(super) fn read(reader: &mut Reader<'_>, fcs_right: Option<bool>) -> Read<MacInfo> {
    let octets = reader.take(2, FieldId::MacFrameType)?;
    let control = u16::from_le_bytes([octets[0], octets[1]]);
    let bit = |n: u32| control >> n & 1 != 0;
    let frame_type = match control & 7 {
        0 => FrameType::Beacon,
        1 => FrameType::Data,
        2 => FrameType::Ack,
        3 => FrameType::Command,
        other => FrameType::Other(other as u8),
    };
    let version = match control >> 12 & 3 {
        0 => FrameVersion::V2003,
        1 => FrameVersion::V2006,
        2 => FrameVersion::V2015,
        _ => FrameVersion::Reserved,
    };
    for (id, value) in [
        (FieldId::MacFrameType, control & 7),
        (FieldId::MacSecurityEnabled, control >> 3 & 1),
        (FieldId::MacFramePending, control >> 4 & 1),
        (FieldId::MacAckRequest, control >> 5 & 1),
        (FieldId::MacPanIdCompression, control >> 6 & 1),
        (FieldId::MacFrameVersion, control >> 12 & 3),
    ] {
        reader.note(id, 2, u64::from(value));
    }
    if matches!(frame_type, FrameType::Other(_)) {
        return Err(reader.problem(2, ProblemKind::Reserved(FieldId::MacFrameType)));
    }
    if version == FrameVersion::Reserved {
        return Err(reader.problem(2, ProblemKind::Reserved(FieldId::MacFrameVersion)));
    }
    let suppressed = version == FrameVersion::V2015 && bit(8);
    let sequence_number = match suppressed {
        true => None,
        false => Some(reader.u8(FieldId::MacSequenceNumber)?),
    };
    let (dst_mode, src_mode) = (control >> 10 & 3, control >> 14 & 3);
    let (has_dst_pan, has_src_pan) = pan_ids(version, dst_mode, src_mode, bit(6));
    let dst_pan = pan_id(reader, has_dst_pan, FieldId::MacDstPan)?;
    let dst = address(reader, dst_mode, FieldId::MacDst)?;
    let src_pan = pan_id(reader, has_src_pan, FieldId::MacSrcPan)?;
    let src = address(reader, src_mode, FieldId::MacSrc)?;
    if bit(3) {
        // Secured: what follows cannot be read without the key.
        return Err(reader.problem(2, ProblemKind::Secured));
    }
    if version == FrameVersion::V2015 && bit(9) {
        skip_header_elements(reader)?;
    }
    Ok(MacInfo {
        frame_type,
        ack_request: bit(5),
        sequence_number,
        dst_pan: dst_pan.or(src_pan),
        dst,
        src,
        fcs_right,
    })
}

/// Which PAN ids are on air: 7.2.1.5, and for 2015 frames table 7-2.
fn pan_ids(version: FrameVersion, dst_mode: u16, src_mode: u16, compression: bool) -> (bool, bool) {
    let (dst, src) = (dst_mode != 0, src_mode != 0);
    if version != FrameVersion::V2015 {
        return (dst, src && !(compression && dst));
    }
    match (dst, src) {
        (false, false) => (compression, false),
        (true, false) => (!compression, false),
        (false, true) => (false, !compression),
        (true, true) if dst_mode == 3 && src_mode == 3 => (!compression, false),
        (true, true) => (true, !compression),
    }
}

fn pan_id(reader: &mut Reader<'_>, present: bool, id: FieldId) -> Read<Option<u16>> {
    if !present {
        return Ok(None);
    }
    let octets = reader.take(2, id)?;
    let pan_id = u16::from_le_bytes([octets[0], octets[1]]);
    reader.note(id, 2, u64::from(pan_id));
    Ok(Some(pan_id))
}

fn address(reader: &mut Reader<'_>, mode: u16, id: FieldId) -> Read<MacAddress> {
    let address = match mode {
        0 => return Ok(MacAddress::Absent),
        2 => {
            let octets = reader.take(2, id)?;
            MacAddress::Short(u16::from_le_bytes([octets[0], octets[1]]))
        }
        3 => {
            let mut eui64 = [0; 8];
            eui64.copy_from_slice(reader.take(8, id)?);
            eui64.reverse();
            MacAddress::Extended(eui64)
        }
        _ => return Err(reader.problem(0, ProblemKind::Reserved(id))),
    };
    reader.note_value(id, address.octets(), Value::Mac(address));
    Ok(address)
}

/// Header information elements end with one of two termination elements or with
/// the frame; payload information elements follow the first. 7.4.
fn skip_header_elements(reader: &mut Reader<'_>) -> Read<()> {
    const TERMINATION_1: u16 = 0x7e;
    const TERMINATION_2: u16 = 0x7f;
    while !reader.rest().is_empty() {
        let octets = reader.take(2, FieldId::MacFrameType)?;
        let element = u16::from_le_bytes([octets[0], octets[1]]);
        reader.take(usize::from(element & 0x7f), FieldId::MacFrameType)?;
        match element >> 7 & 0xff {
            TERMINATION_1 => return skip_payload_elements(reader),
            TERMINATION_2 => return Ok(()),
            _ => {}
        }
    }
    Ok(())
}

fn skip_payload_elements(reader: &mut Reader<'_>) -> Read<()> {
    const TERMINATION: u16 = 0xf;
    while !reader.rest().is_empty() {
        let octets = reader.take(2, FieldId::MacFrameType)?;
        let element = u16::from_le_bytes([octets[0], octets[1]]);
        reader.take(usize::from(element & 0x7ff), FieldId::MacFrameType)?;
        if element >> 11 & 0xf == TERMINATION {
            break;
        }
    }
    Ok(())
}

/// A wrong FCS, as a problem of the frame's last two octets.
pub(super) fn fcs_problem(psdu: &[u8]) -> Problem {
    Problem {
        range: super::reader::range(psdu.len().saturating_sub(FCS_OCTETS), psdu.len()),
        kind: ProblemKind::WrongChecksum(FieldId::MacFcs),
    }
}
