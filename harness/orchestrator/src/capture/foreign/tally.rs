//! What was read of a capture: said beside the verdicts, so that nobody takes a part for the whole.

use std::time::Duration;

use super::link;
use super::trailer::Decision;

/// What was read of a capture.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Its format, such as `pcapng`.
    pub format: &'static str,
    /// It was compressed with gzip.
    pub gzip: bool,
    /// Packets in it.
    pub packets: u64,
    /// Frames among them that were received right, or at least not known to be wrong.
    pub frames: u64,
    /// The frames by their link type and trailer, in the order of their first.
    pub kinds: Vec<Kind>,
    /// Packets that are no such frames.
    pub set_aside: SetAside,
    /// The latest time of a packet, since 1970-01-01 00:00:00 UTC.
    pub last: Duration,
    /// How the file ends.
    pub ending: Ending,
}

/// Frames of one link type whose last octets are of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// The link type's number.
    pub link: u16,
    /// What was found out of their trailer; none where the link type leaves no doubt.
    pub decision: Option<Decision>,
    /// How many, those with a wrong FCS too.
    pub frames: u64,
}

/// Packets that are not judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct SetAside {
    /// Frames whose FCS is wrong, or whose CRC-OK bit is not set.
    pub wrong_fcs: u64,
    /// Packets of which the sniffer kept only the beginning.
    pub snapped: u64,
    /// Packets whose headers contradict themselves, or that are longer than any frame.
    pub unreadable: u64,
    /// Datagrams captured before: ZEP relayed to several nodes.
    pub copies: u64,
    /// ZEP's own acknowledgements.
    pub zep_acks: u64,
    /// Other protocols.
    pub other: u64,
    /// Packets of link types that hold no frames.
    pub unknown_link: u64,
}

/// How a file ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Ending {
    /// It has not been read to its end.
    #[default]
    Open,
    /// Where it may.
    Whole,
    /// Inside of something: it was cut, or is still being written.
    Cut {
        /// What is not whole.
        inside: &'static str,
        /// Octets from the start, after unpacking.
        offset: u64,
    },
    /// In something that cannot be; what follows was not read.
    Damaged {
        /// What it is.
        what: String,
        /// Octets from the start, after unpacking.
        offset: u64,
    },
}

/// Kinds that are told apart; more make one.
const MOST_KINDS: usize = 16;

impl Tally {
    /// Counts frames of this kind, and tells where, so that the next of them are found at once.
    pub(super) fn kind(&mut self, link: u16, decision: Option<Decision>) -> usize {
        let same = |kind: &Kind| {
            let trailer = |decision: Option<Decision>| decision.map(|decision| decision.trailer);
            kind.link == link && trailer(kind.decision) == trailer(decision)
        };
        if let Some(at) = self.kinds.iter().position(same) {
            return at;
        }
        if self.kinds.len() < MOST_KINDS {
            self.kinds.push(Kind {
                link,
                decision,
                frames: 0,
            });
        }
        self.kinds.len() - 1
    }

    pub(super) fn set_aside(&mut self, found: &link::Found) {
        let aside = &mut self.set_aside;
        match found {
            link::Found::Frame(_) => {}
            link::Found::ZepAck => aside.zep_acks += 1,
            link::Found::Unreadable => aside.unreadable += 1,
            link::Found::Other => aside.other += 1,
        }
    }
}
