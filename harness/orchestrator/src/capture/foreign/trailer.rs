//! What the last two octets of an interface's frames are, found out from the frames.
//!
//! Link type 195 says "an FCS"; in practice there is one, or nothing, or what TI's CC24xx
//! radios put in its place: RSSI, then a CRC-OK bit above seven bits of correlation.

use std::fmt;

use sixlo_frames::context::ContextTable;
use sixlo_frames::dissect::{DissectOptions, FcsMode, ProblemKind, dissect, dissect_packet};
use sixlo_frames::field::FieldId;
use sixlo_frames::mac::{FCS_OCTETS, is_fcs_right};

use super::link;

/// What the last two octets of a frame are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trailer {
    /// An FCS.
    Fcs,
    /// TI's RSSI, CRC-OK and correlation.
    Ti,
    /// Two zeros where an FCS would stand.
    Zeros,
    /// Payload: the FCS is gone.
    Absent,
}

/// What was decided of an interface's frames, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// What their last two octets are.
    pub trailer: Trailer,
    /// From what it was decided.
    pub reason: Reason,
}

/// From what it was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It was said on the command line.
    Told,
    /// So many of the first frames end in a right FCS.
    RightFcs(Evidence),
    /// No FCS is right, and acknowledgements or checksums show where frames end.
    Ends(Evidence),
    /// No FCS is right, and the last octets look like CRC-OK and a correlation.
    Looks(Evidence),
    /// Nothing speaks against what the link type says.
    LinkType(Evidence),
}

/// What the first frames of an interface show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Evidence {
    /// Frames looked at.
    pub frames: u32,
    /// Those that end in a right FCS.
    pub fcs_right: u32,
    /// Acknowledgements of three octets, and packets whose checksum is right if all octets
    /// of the frame are theirs.
    pub ends_bare: u32,
    /// Acknowledgements of five octets, and packets whose checksum is right without the
    /// frame's last two octets.
    pub ends_before: u32,
    /// Frames whose last octet has the CRC-OK bit and a correlation as radios give it.
    pub looks_ti: u32,
    /// Frames that end in two zeros.
    pub zeros: u32,
}

/// Correlations that TI's radios give run from about 50 to 110; some go to 127.
const LEAST_CORRELATION: u8 = 30;
const CRC_OK: u8 = 0x80;
/// One right FCS of so many is no chance: that is one in 65,536.
const FCS_SHARE: u32 = 10;
/// Fewer frames than this do not show by their looks what their last octet is.
const FEWEST_BY_LOOKS: u32 = 8;
/// The type bits of the frame control, and those of an immediate acknowledgement.
const TYPE: u8 = 0b111;
const ACK: u8 = 0b010;

impl Evidence {
    pub(super) fn add(&mut self, frame: &[u8], contexts: &ContextTable) {
        let Some((before, &[_, last])) = frame.split_last_chunk::<FCS_OCTETS>() else {
            return;
        };
        self.frames += 1;
        self.fcs_right += u32::from(is_fcs_right(frame));
        self.looks_ti += u32::from(last & CRC_OK != 0 && last & !CRC_OK >= LEAST_CORRELATION);
        self.zeros += u32::from(frame.ends_with(&[0, 0]));
        let is_ack = frame[0] & TYPE == ACK;
        let bare = is_ack && frame.len() == 3 || has_right_checksum(frame, contexts);
        self.ends_bare += u32::from(bare);
        let cut = is_ack && frame.len() == 5 || has_right_checksum(before, contexts);
        self.ends_before += u32::from(cut);
    }

    /// What the last two octets are, where by the letter they are `declared`.
    pub(super) fn decide(self, declared: link::Trailer) -> Decision {
        let most = |count: u32| count * 4 >= self.frames * 3;
        let ends = self.ends_bare + self.ends_before > 0;
        let (trailer, reason) = if self.fcs_right > 0 && self.fcs_right * FCS_SHARE >= self.frames {
            (Trailer::Fcs, Reason::RightFcs(self))
        } else if self.ends_bare > self.ends_before {
            (Trailer::Absent, Reason::Ends(self))
        } else if ends && self.zeros == self.frames {
            (Trailer::Zeros, Reason::Ends(self))
        } else if ends && most(self.looks_ti) {
            (Trailer::Ti, Reason::Ends(self))
        } else if self.frames >= FEWEST_BY_LOOKS && most(self.looks_ti) {
            (Trailer::Ti, Reason::Looks(self))
        } else if declared == link::Trailer::LikelyTi {
            (Trailer::Ti, Reason::LinkType(self))
        } else {
            (Trailer::Fcs, Reason::LinkType(self))
        };
        Decision { trailer, reason }
    }
}

/// Whether these octets, without any trailer, carry a whole packet with a right checksum.
fn has_right_checksum(octets: &[u8], contexts: &ContextTable) -> bool {
    let options = DissectOptions {
        contexts,
        fcs: FcsMode::Absent,
        keys: None,
    };
    let frame = dissect(octets, &options);
    let Some(packet) = frame.packet.filter(|_| frame.fragment.is_none()) else {
        return false;
    };
    // One that was elided is always right.
    if frame.elided_checksum.is_some() || !frame.problems.is_empty() {
        return false;
    }
    let elided = frame
        .fields
        .iter()
        .any(|field| field.id == FieldId::UdpChecksum && field.range.is_empty());
    let packet = dissect_packet(&packet);
    let sums = [
        FieldId::Icmpv6Checksum,
        FieldId::UdpChecksum,
        FieldId::TcpChecksum,
    ];
    !elided
        && sums.into_iter().any(|sum| packet.get(sum).is_some())
        && !packet.has(ProblemKind::WrongLength(FieldId::Ipv6PayloadLength))
        && !sums
            .into_iter()
            .any(|sum| packet.has(ProblemKind::WrongChecksum(sum)))
}

impl fmt::Display for Trailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Trailer::Fcs => "frames end in an FCS",
            Trailer::Ti => "frames end in TI's RSSI and CRC-OK",
            Trailer::Zeros => "frames end in two zeros in place of an FCS",
            Trailer::Absent => "frames have no FCS",
        })
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Told => write!(f, "as told"),
            Reason::RightFcs(seen) => write!(
                f,
                "{} of the first {} end in a right one",
                seen.fcs_right, seen.frames
            ),
            Reason::Ends(seen) => write!(
                f,
                "of the first {} none ends in a right FCS; by acknowledgements and checksums \
                 {} end with their last octet, {} two octets before",
                seen.frames, seen.ends_bare, seen.ends_before
            ),
            Reason::Looks(seen) => write!(
                f,
                "of the first {} none ends in a right FCS, {} in CRC-OK and a correlation",
                seen.frames, seen.looks_ti
            ),
            Reason::LinkType(seen) => write!(
                f,
                "as the link type says, though {} of the first {} are right; \
                 if that is wrong, say --fcs",
                seen.fcs_right, seen.frames
            ),
        }
    }
}
