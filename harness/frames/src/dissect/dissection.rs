//! What a dissection holds.

use std::fmt;
use std::ops::Range;

use crate::context::ContextTable;
use crate::field::{FieldId, Value};
use crate::mac::{FrameType, FrameVersion, MacAddress};
use crate::security::{KeyId, Keys};

/// How to read a PSDU.
#[derive(Debug, Clone, Copy)]
pub struct DissectOptions<'a> {
    /// The contexts both sides share.
    pub contexts: &'a ContextTable,
    /// What its last two octets are.
    pub fcs: FcsMode,
    /// The keys of secured frames; none where no link here is secured.
    pub keys: Option<&'a Keys>,
}

/// What the last two octets of a PSDU are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FcsMode {
    /// An FCS.
    #[default]
    Present,
    /// Payload: the FCS is gone.
    Absent,
    /// TI's RSSI and CRC-OK trailer.
    TiTrailer,
}

/// Everything that could be read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dissection {
    /// Fields in the order of their octets.
    pub fields: Vec<Field>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// The MAC header, where one could be read.
    pub mac: Option<MacInfo>,
    /// Originator and final destination of the mesh header, if there is one.
    pub mesh: Option<(MacAddress, MacAddress)>,
    /// The FRAG1 or FRAGN header.
    pub fragment: Option<FragmentInfo>,
    /// Octets of the frame from the dispatch that carries the packet, 0x41 or IPHC, to the
    /// trailer; of a recoverable fragment, its octets of the compressed form.
    pub body: Option<Range<u16>>,
    /// The restored IPv6 packet; for a FRAG1 its restored beginning, for a FRAGN its octets.
    pub packet: Option<Vec<u8>>,
    /// Where in `packet` a UDP checksum was elided that only the whole datagram can restore.
    pub elided_checksum: Option<usize>,
}

/// A field with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Which.
    pub id: FieldId,
    /// Its octets in the frame; empty where it was elided.
    pub range: Range<u16>,
    /// Its value.
    pub value: Value,
}

/// What every frame's MAC header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MacInfo {
    /// Frame type.
    pub frame_type: FrameType,
    /// Frame version.
    pub version: FrameVersion,
    /// Whether the frame is secured: what follows was read if a key opened it.
    pub security_enabled: bool,
    /// Acknowledgement request.
    pub ack_request: bool,
    /// Sequence number.
    pub sequence_number: Option<u8>,
    /// Destination PAN id; where none is on air, the source's.
    pub dst_pan: Option<u16>,
    /// Destination.
    pub dst: MacAddress,
    /// Source.
    pub src: MacAddress,
    /// Whether the FCS is right; none where it cannot be known.
    pub fcs_right: Option<bool>,
}

/// A FRAG1 or FRAGN header, RFC 4944 5.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FragmentInfo {
    /// Octets of the uncompressed datagram.
    pub datagram_size: u16,
    /// The sender's number for it.
    pub datagram_tag: u16,
    /// In units of 8 octets; 0 for FRAG1.
    pub datagram_offset: u8,
    /// FRAG1.
    pub first: bool,
}

/// Something wrong in a frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Where.
    pub range: Range<u16>,
    /// What.
    pub kind: ProblemKind,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// The frame ends inside a field.
    Truncated(FieldId),
    /// The value is reserved.
    Reserved(FieldId),
    /// A context that is not set.
    UnknownContext(u8),
    /// A checksum, FCS included, does not match.
    WrongChecksum(FieldId),
    /// A length does not agree with the octets there are.
    WrongLength(FieldId),
    /// The texts leave its meaning open.
    Ambiguous(FieldId),
    /// A LoWPAN header stands behind one that it must come before, or a second time (RFC 4944 5).
    OutOfOrder(FieldId),
    /// An address was elided, but the encapsulating header has none to take it from.
    NotElidable(FieldId),
    /// Encrypted, or at least authenticated: not read without the key.
    Secured,
    /// Secured under a key that is not known.
    UnknownKey(KeyId),
    /// Secured, and the nonce needs the EUI-64 of a source whose short address alone is known.
    UnknownSource,
    /// Secured under a key that is known, but the MIC does not match.
    WrongMic,
    /// Deeper or longer than this dissector follows.
    TooMuch,
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProblemKind::Truncated(id) => write!(f, "the frame ends inside {}", id.name()),
            ProblemKind::Reserved(id) => write!(f, "{} has a reserved value", id.name()),
            ProblemKind::UnknownContext(id) => write!(f, "context {id} is not set"),
            ProblemKind::WrongChecksum(id) => write!(f, "{} does not match", id.name()),
            ProblemKind::WrongLength(id) => {
                write!(f, "{} does not agree with the octets there are", id.name())
            }
            ProblemKind::Ambiguous(id) => {
                write!(f, "the texts leave the meaning of {} open", id.name())
            }
            ProblemKind::OutOfOrder(id) => write!(f, "{} out of order", id.name()),
            ProblemKind::NotElidable(id) => {
                write!(
                    f,
                    "{} was elided, and there is nothing to take it from",
                    id.name()
                )
            }
            ProblemKind::Secured => f.write_str("secured: not read without the key"),
            ProblemKind::UnknownKey(id) => write!(
                f,
                "secured: no key is known with mode {} and index {}",
                id.mode(),
                id.index()
            ),
            ProblemKind::UnknownSource => {
                f.write_str("secured: nobody knows the EUI-64 of its source")
            }
            ProblemKind::WrongMic => f.write_str("secured: the MIC does not match"),
            ProblemKind::TooMuch => f.write_str("deeper or longer than is followed here"),
        }
    }
}

impl Dissection {
    /// Who the datagram is from and to: by the mesh header, else by the MAC header.
    pub fn ends(&self) -> Option<(MacAddress, MacAddress)> {
        self.mesh.or(self.mac.map(|mac| (mac.src, mac.dst)))
    }

    /// Whether it is a secured frame that a key has opened.
    pub fn is_opened(&self) -> bool {
        let is_closed = |kind| {
            use ProblemKind::{Secured, UnknownKey, UnknownSource, WrongMic};
            matches!(kind, Secured | UnknownKey(_) | UnknownSource | WrongMic)
        };
        self.mac.is_some_and(|mac| mac.security_enabled)
            && !self.problems.iter().any(|problem| is_closed(problem.kind))
    }

    /// Whether something of this kind is wrong.
    pub fn has(&self, kind: ProblemKind) -> bool {
        self.problems.iter().any(|problem| problem.kind == kind)
    }

    /// The first value of a field.
    pub fn get(&self, id: FieldId) -> Option<&Value> {
        self.all(id).next()
    }

    /// Every value of a field, in order.
    pub fn all(&self, id: FieldId) -> impl Iterator<Item = &Value> {
        self.fields
            .iter()
            .filter(move |field| field.id == id)
            .map(|field| &field.value)
    }
}
