//! What a whole capture comes to.

use std::net::Ipv6Addr;

use sixlo_frames::context::Context;
use sixlo_frames::mac::MacAddress;

use crate::verdict::{Economy, Verdict};

/// What a whole capture comes to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    /// Who sent, in the order of appearance.
    pub senders: Vec<SenderSummary>,
    /// Frames of senders beyond [`Settings::most_senders`](super::Settings::most_senders).
    pub frames_of_other_senders: u64,
    /// Frames heard, acknowledgements and retransmissions included.
    pub frames: u64,
    /// Frames folded into the one they repeat.
    pub retransmissions: u64,
    /// Acknowledgements heard.
    pub acknowledgements: u64,
    /// Of these, the ones whose frame was not heard.
    pub acknowledgements_without_frame: u64,
    /// Frames of which nothing or not all could be read, by reason.
    pub unreadable: Vec<UnreadableCount>,
    /// Contexts learnt from router advertisements, in the order of learning; the first few.
    pub contexts: Vec<LearntContext>,
    /// Exchanges by verdict.
    pub verdicts: VerdictCounts,
    /// Exchanges closed before their time because too many were open.
    pub crowded_out: u64,
}

/// Exchanges by verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VerdictCounts {
    /// Nothing was due.
    pub none: u64,
    /// Right.
    pub pass: u64,
    /// Undecided.
    pub inconc: u64,
    /// Wrong.
    pub fail: u64,
}

/// One sender.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SenderSummary {
    /// Its MAC addresses.
    pub addresses: Vec<MacAddress>,
    /// IPv6 addresses it sent from; the first few.
    pub ipv6: Vec<Ipv6Addr>,
    /// Frames heard, retransmissions included.
    pub frames: u64,
    /// Octets of these frames, FCS left out.
    pub octets: u64,
    /// Frames that repeat the one before.
    pub retransmissions: u64,
    /// Frames the sniffer missed, by the gaps in its sequence numbers: an estimate.
    pub missed: u64,
    /// Of all its frames the share the sniffer missed, 0 to 1; none where its sequence
    /// numbers do not count up.
    pub missed_share: Option<f64>,
    /// Its sequence numbers started anew so often, as after a reboot.
    pub restarts: u64,
    /// What it used and missed, and octets wasted, by topic.
    pub economy: Vec<Economy>,
    /// Octets beyond the smallest legal encoding, in all.
    pub wasted_octets: u64,
}

/// Frames that could not be read, for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableCount {
    /// Why.
    pub reason: Unreadable,
    /// How many.
    pub frames: u64,
    /// Packet number of the first.
    pub first: u64,
}

/// Why nothing can be made of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unreadable {
    /// The MAC header is cut off or reserved.
    MacHeader,
    /// Secured: not read without the key.
    Secured,
    /// Not 6LoWPAN, or a dispatch without a meaning here.
    Dispatch,
    /// Compressed with a context that is not known.
    UnknownContext(u8),
    /// The headers break off or break a rule.
    Headers,
    /// A fragment that does not fit its datagram.
    Fragment,
    /// A fragment of a datagram that was not heard whole.
    Incomplete,
    /// A recoverable fragment of RFC 8931, which is not put together.
    RecoverableFragment,
    /// The packet breaks off before its upper layer.
    Packet,
}

impl Unreadable {
    /// In words.
    pub fn words(self) -> String {
        match self {
            Unreadable::MacHeader => "the MAC header is cut off or reserved".to_owned(),
            Unreadable::Secured => "secured: not read without the key".to_owned(),
            Unreadable::Dispatch => "not 6LoWPAN, or a dispatch without a meaning here".to_owned(),
            Unreadable::UnknownContext(id) => format!("context {id} is not known"),
            Unreadable::Headers => "its headers break off or break a rule".to_owned(),
            Unreadable::Fragment => "a fragment that does not fit its datagram".to_owned(),
            Unreadable::Incomplete => "not all of its fragments were heard".to_owned(),
            Unreadable::RecoverableFragment => {
                "a recoverable fragment (RFC 8931): these are not put together".to_owned()
            }
            Unreadable::Packet => "the packet breaks off before its upper layer".to_owned(),
        }
    }
}

/// A context a router told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LearntContext {
    /// CID.
    pub id: u8,
    /// The prefix.
    pub context: Context,
    /// C: may be used to compress.
    pub compress: bool,
    /// In units of 60 s.
    pub valid_lifetime: u16,
    /// Packet number of the router advertisement.
    pub packet: u64,
}

impl VerdictCounts {
    pub(super) fn count(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::None => self.none += 1,
            Verdict::Pass => self.pass += 1,
            Verdict::Fail => self.fail += 1,
            Verdict::Inconc | Verdict::Error => self.inconc += 1,
        }
    }
}
