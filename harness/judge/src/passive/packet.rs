//! A packet of the capture, and how far its octets are proof.

use std::time::Duration;

use sixlo_frames::dissect::{Dissection, ProblemKind};
use sixlo_frames::field::{FieldId, Value};
use sixlo_frames::mac::MacAddress;

use super::contexts::Contexts;
use super::exchange::End;
use super::sender::{SenderId, Senders};
use super::summary::Unreadable;
use crate::reading::Reading;

/// Bit n: context n.
pub(super) type ContextMask = u16;

/// A whole packet.
#[derive(Debug)]
pub(super) struct Packet {
    /// Of the frame that completed it.
    pub number: u64,
    /// When it was complete.
    pub at: Duration,
    pub octets: Vec<u8>,
    pub reading: Reading,
    /// By the mesh header, without one by the MAC header.
    pub src: MacAddress,
    pub dst: MacAddress,
    /// Who put this copy on the air.
    pub hop: MacAddress,
    /// The sender at that address.
    pub sender: Option<SenderId>,
    /// Contexts it was restored with.
    pub contexts: ContextMask,
    /// When its first fragment was heard; none where it came in one frame.
    pub started: Option<Duration>,
    /// The FCS of the frame that completed it was seen to be right.
    pub fcs_right: bool,
    pub checksum_right: bool,
}

impl Packet {
    /// Who sent it.
    pub fn from(&self) -> End {
        End {
            mac: self.src,
            ipv6: self.reading.src,
        }
    }

    /// Whom it is for.
    pub fn to(&self) -> End {
        End {
            mac: self.dst,
            ipv6: self.reading.dst,
        }
    }

    /// Whether its octets prove what a wrong checksum says of its sender; if not, why.
    pub fn proof(&self, senders: &Senders, contexts: &Contexts) -> Result<(), String> {
        if !self.fcs_right {
            return Err(format!(
                "packet {} has no FCS that says it was heard unharmed",
                self.number
            ));
        }
        let sender = self.sender.map(|id| senders.get(id));
        let unproven = (0..16).find(|&id| {
            let proven = sender.is_some_and(|sender| sender.proven[id] == contexts.edition(id));
            self.contexts & 1 << id != 0 && !proven
        });
        if let Some(id) = unproven {
            return Err(format!(
                "packet {} was restored with context {id}, and no right checksum of this sender's confirms that it has the same",
                self.number
            ));
        }
        match (self.started, sender) {
            (Some(started), Some(sender)) if !sender.numbers.whole_since(started) => Err(format!(
                "packet {} may be put together from two datagrams: the sniffer missed frames between its fragments",
                self.number
            )),
            (Some(_), None) => Err(format!(
                "packet {} may be put together from two datagrams",
                self.number
            )),
            _ => Ok(()),
        }
    }
}

/// The contexts a frame was restored with.
pub(super) fn contexts_of(frame: &Dissection) -> ContextMask {
    let mut mask = 0;
    let mut stateful = false;
    for field in &frame.fields {
        let Value::Uint(value) = field.value else {
            continue;
        };
        match field.id {
            FieldId::IphcSci | FieldId::IphcDci => mask |= 1 << (value & 0x0f),
            FieldId::IphcSac | FieldId::IphcDac => stateful |= value != 0,
            _ => {}
        }
    }
    match (stateful, mask) {
        (false, _) => 0,
        // Without the octet context 0 applies. RFC 6282 3.1.1.
        (true, 0) => 1,
        (true, mask) => mask,
    }
}

/// Why nothing was restored from a data frame; none where there was nothing to restore.
pub(super) fn unreadable(frame: &Dissection) -> Option<Unreadable> {
    if frame.get(FieldId::RfragTag).is_some() {
        return Some(Unreadable::RecoverableFragment);
    }
    let mut reason = frame
        .get(FieldId::Hc1Encoding)
        .map(|_| Unreadable::Dispatch);
    for problem in &frame.problems {
        reason = Some(match problem.kind {
            ProblemKind::Secured => return Some(Unreadable::Secured),
            ProblemKind::UnknownContext(id) => return Some(Unreadable::UnknownContext(id)),
            ProblemKind::Reserved(FieldId::Dispatch | FieldId::EscType) => Unreadable::Dispatch,
            _ => Unreadable::Headers,
        });
    }
    reason
}
