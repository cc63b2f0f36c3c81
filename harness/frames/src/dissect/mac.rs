//! The MAC header and trailer. IEEE 802.15.4-2015 7.2.

use super::reader::{Read, Reader};
use super::{FcsMode, MacInfo, ProblemKind};
use crate::field::{FieldId, Value};
use crate::mac::{FCS_OCTETS, FrameType, FrameVersion, MacAddress, is_fcs_right};
use crate::security::{OpenError, read_auxiliary};

/// The last two octets of a PSDU.
pub(super) enum Trailer {
    /// An FCS; none where the PSDU is shorter than one.
    Fcs(Option<u16>),
    /// `rssi`, then the CRC-OK bit and seven bits of link quality.
    Ti([u8; FCS_OCTETS]),
}

/// Splits a PSDU into MAC header and payload on the one side and trailer on the other.
pub(super) fn split_trailer(psdu: &[u8], mode: FcsMode) -> (&[u8], Option<Trailer>) {
    match (mode, psdu.split_last_chunk::<FCS_OCTETS>()) {
        (FcsMode::Absent, _) => (psdu, None),
        (_, None) => (psdu, Some(Trailer::Fcs(None))),
        (FcsMode::Present, Some((octets, trailer))) => {
            let fcs = u16::from_le_bytes(*trailer);
            (octets, Some(Trailer::Fcs(Some(fcs))))
        }
        (FcsMode::TiTrailer, Some((octets, trailer))) => (octets, Some(Trailer::Ti(*trailer))),
    }
}

impl Trailer {
    /// Whether the frame came over the air unharmed.
    pub(super) fn is_right(&self, psdu: &[u8]) -> bool {
        match self {
            Trailer::Fcs(_) => is_fcs_right(psdu),
            Trailer::Ti([_, quality]) => quality & 0x80 != 0,
        }
    }

    /// Notes it as what stands behind the `end` octets before it.
    pub(super) fn note(&self, end: usize, right: Option<bool>, reader: &mut Reader<'_>) {
        reader.skip_to_trailer(end);
        match *self {
            Trailer::Fcs(fcs) => {
                if let Some(fcs) = fcs {
                    reader.note(FieldId::MacFcs, FCS_OCTETS, u64::from(fcs));
                }
                if right == Some(false) {
                    reader.remark(
                        fcs.map_or(0, |_| FCS_OCTETS),
                        ProblemKind::WrongChecksum(FieldId::MacFcs),
                    );
                }
            }
            Trailer::Ti([rssi, quality]) => {
                reader.note(FieldId::MacRssi, 2, u64::from(rssi));
                reader.note(FieldId::MacCrcOk, 1, u64::from(quality >> 7));
                reader.note(FieldId::MacLqi, 1, u64::from(quality & 0x7f));
                if right == Some(false) {
                    reader.remark(1, ProblemKind::WrongChecksum(FieldId::MacCrcOk));
                }
            }
        }
    }
}

/// What the header says about itself and about what follows it.
pub(crate) struct Header {
    pub info: MacInfo,
    /// Header information elements follow (2015 frames).
    pub has_elements: bool,
}

/// Reads the header up to the addresses.
///
/// ```text
///   bits  0-2 type, 3 security, 4 pending, 5 AR, 6 PAN id compression,
///         8 sequence number suppression, 9 IE present (2015),
///         10-11 destination mode, 12-13 version, 14-15 source mode
/// ```
pub(crate) fn header(reader: &mut Reader<'_>, fcs_right: Option<bool>) -> Read<Header> {
    let octets = reader.take(2, FieldId::MacFrameType)?;
    let control = u16::from_le_bytes([octets[0], octets[1]]);
    let bit = |n: u32| control >> n & 1 != 0;
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
    let frame_type = match control & 7 {
        0 => FrameType::Beacon,
        1 => FrameType::Data,
        2 => FrameType::Ack,
        3 => FrameType::Command,
        _ => return Err(reader.problem(2, ProblemKind::Reserved(FieldId::MacFrameType))),
    };
    let version = match control >> 12 & 3 {
        0 => FrameVersion::V2003,
        1 => FrameVersion::V2006,
        2 => FrameVersion::V2015,
        _ => return Err(reader.problem(2, ProblemKind::Reserved(FieldId::MacFrameVersion))),
    };
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
    Ok(Header {
        info: MacInfo {
            frame_type,
            version,
            security_enabled: bit(3),
            ack_request: bit(5),
            sequence_number,
            dst_pan: dst_pan.or(src_pan),
            dst,
            src,
            fcs_right,
        },
        has_elements: version == FrameVersion::V2015 && bit(9),
    })
}

/// Reads what stands between the addresses and the payload; `closed` says why what
/// follows the security header cannot be read, if it cannot.
pub(super) fn before_payload(
    reader: &mut Reader<'_>,
    header: &Header,
    closed: Option<ProblemKind>,
) -> Read<()> {
    if header.info.security_enabled {
        // Security of 2003 has another header.
        if header.info.version != FrameVersion::V2003 {
            read_auxiliary(reader)?;
        }
        if let Some(closed) = closed {
            return Err(reader.problem(0, closed));
        }
    }
    if header.has_elements {
        skip_header_elements(reader)?;
    }
    if header.info.frame_type == FrameType::Command {
        reader.u8(FieldId::MacCommand)?;
    }
    Ok(())
}

/// What is wrong with a secured frame that nobody here can open.
pub(super) fn closed(error: OpenError) -> ProblemKind {
    match error {
        OpenError::UnknownKey(id) => ProblemKind::UnknownKey(id),
        OpenError::UnknownSource => ProblemKind::UnknownSource,
        OpenError::WrongMic => ProblemKind::WrongMic,
        OpenError::Plain | OpenError::Truncated | OpenError::Unsupported => ProblemKind::Secured,
    }
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
            let mut eui64 = reader.array::<8>(id)?;
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
pub(crate) fn skip_header_elements(reader: &mut Reader<'_>) -> Read<()> {
    const TERMINATION_1: u16 = 0x7e;
    const TERMINATION_2: u16 = 0x7f;
    while !reader.rest().is_empty() {
        let element = u16::from_le_bytes(reader.array(FieldId::MacElement)?);
        reader.take(usize::from(element & 0x7f), FieldId::MacElement)?;
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
        let element = u16::from_le_bytes(reader.array(FieldId::MacElement)?);
        reader.take(usize::from(element & 0x7ff), FieldId::MacElement)?;
        if element >> 11 & 0xf == TERMINATION {
            break;
        }
    }
    Ok(())
}
