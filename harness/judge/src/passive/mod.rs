//! Judges exchanges between strangers: frames of a capture go in one at a time with
//! their times, judged exchanges come out, and a summary at the end.
//!
//! No file, no clock; memory is bounded whatever comes. Nobody here sent anything, so
//! nothing proves that a request arrived: silence is never a fail. A fail rests on
//! octets that were captured.

mod exchange;
mod settings;
mod summary;

use std::time::Duration;

pub use exchange::{End, Exchange, Kind};
pub use settings::Settings;
pub use summary::{
    LearntContext, SenderSummary, Summary, Unreadable, UnreadableCount, VerdictCounts,
};

/// A frame of the capture.
#[derive(Debug, Clone, Copy)]
pub struct Heard<'a> {
    /// Packet number in the file, from 1.
    pub number: u64,
    /// When it was heard, since any epoch.
    pub at: Duration,
    /// MAC header and payload; the FCS was right or unknown, and is taken off.
    pub mac: &'a [u8],
}

/// Watches a capture go by.
#[derive(Debug)]
pub struct Observer {
    settings: Settings,
    summary: Summary,
}

impl Observer {
    /// One that has heard nothing yet.
    pub fn new(settings: Settings) -> Self {
        Observer {
            settings,
            summary: Summary::default(),
        }
    }

    /// The next frame; tells the exchanges that are over by then.
    pub fn hear(&mut self, _heard: Heard<'_>, _tell: &mut dyn FnMut(Exchange)) {
        self.summary.frames += 1;
    }

    /// The capture ends: tells what was still open.
    pub fn finish(self, _tell: &mut dyn FnMut(Exchange)) -> Summary {
        let _ = self.settings;
        self.summary
    }
}
