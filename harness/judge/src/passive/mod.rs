//! Judges exchanges between strangers: frames of a capture go in one at a time with
//! their times, judged exchanges come out, and a summary at the end.
//!
//! No file, no clock; memory is bounded whatever comes. Nobody here sent anything, so
//! nothing proves that a request arrived: silence is never a fail. A fail rests on
//! octets that were captured with a right FCS, and that no frame the sniffer may have
//! missed explains.

mod acknowledgements;
mod asking;
mod conclude;
mod contexts;
mod dispatch;
mod echo;
mod exchange;
mod fragments;
mod frame;
mod neighbor;
mod numbers;
mod packet;
mod router;
mod sender;
mod settings;
mod summary;
mod table;
mod udp;
mod unread;

use std::time::Duration;

pub use exchange::{End, Exchange, Kind};
pub use settings::Settings;
pub use summary::{
    LearntContext, SenderSummary, Summary, Unreadable, UnreadableCount, VerdictCounts,
};

use acknowledgements::Acknowledgements;
use asking::Key;
use contexts::Contexts;
use fragments::Fragments;
use sender::Senders;
use table::Table;
use unread::Unread;

/// A frame of the capture.
#[derive(Debug, Clone, Copy)]
pub struct Heard<'a> {
    /// Packet number in the file, from 1.
    pub number: u64,
    /// When it was heard, since any epoch.
    pub at: Duration,
    /// MAC header and payload; the FCS is taken off. A frame with a wrong FCS is none.
    pub mac: &'a [u8],
    /// Whether an FCS or a CRC-OK bit says that it was heard unharmed. Without one its
    /// octets prove no wrong checksum.
    pub fcs_right: bool,
}

/// Watches a capture go by.
#[derive(Debug)]
pub struct Observer {
    settings: Settings,
    contexts: Contexts,
    senders: Senders,
    acknowledgements: Acknowledgements,
    fragments: Fragments,
    table: Table,
    unread: Unread,
    /// The request in the frame at hand.
    asks: Option<Key>,
    last_at: Duration,
    frames: u64,
    retransmissions: u64,
    verdicts: VerdictCounts,
}

impl Observer {
    /// One that has heard nothing yet.
    pub fn new(settings: Settings) -> Self {
        Observer {
            contexts: Contexts::new(settings.contexts),
            senders: Senders::new(settings.most_senders),
            acknowledgements: Acknowledgements::default(),
            fragments: Fragments::default(),
            table: Table::new(settings.timeout, settings.most_open),
            unread: Unread::default(),
            asks: None,
            last_at: Duration::ZERO,
            frames: 0,
            retransmissions: 0,
            verdicts: VerdictCounts::default(),
            settings,
        }
    }

    /// The next frame; tells the exchanges that are over by then.
    pub fn hear(&mut self, heard: Heard<'_>, tell: &mut dyn FnMut(Exchange)) {
        self.frames += 1;
        self.last_at = heard.at;
        self.contexts.expire(heard.at);
        self.table.expire(heard.at);
        self.frame(&heard);
        self.tell_over(tell);
    }

    /// The capture ends: tells what was still open.
    pub fn finish(mut self, tell: &mut dyn FnMut(Exchange)) -> Summary {
        self.table.end(self.last_at);
        self.tell_over(tell);
        Summary {
            frames_of_other_senders: self.senders.frames_of_others,
            senders: self.senders.summaries(),
            frames: self.frames,
            retransmissions: self.retransmissions,
            acknowledgements: self.acknowledgements.heard,
            acknowledgements_without_frame: self.acknowledgements.without_frame,
            unreadable: self.unread.counts,
            contexts: self.contexts.told,
            verdicts: self.verdicts,
            crowded_out: self.table.crowded_out,
        }
    }

    fn tell_over(&mut self, tell: &mut dyn FnMut(Exchange)) {
        for over in std::mem::take(&mut self.table.over) {
            let exchange = self.conclude(over);
            self.verdicts.count(exchange.verdict);
            tell(exchange);
        }
    }
}

#[cfg(test)]
mod tests;
