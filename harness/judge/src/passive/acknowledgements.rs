//! Acknowledgements, matched to the frames they acknowledge by sequence number and time:
//! an immediate one bears no address. IEEE 802.15.4-2015 7.3.3.

use std::collections::VecDeque;
use std::time::Duration;

use super::asking::Key;

/// Frames that may still be acknowledged: each is at once, so a few are enough.
const MOST_AWAITED: usize = 16;

/// Frames that asked for an acknowledgement, and what came.
#[derive(Debug, Default)]
pub(super) struct Acknowledgements {
    awaited: VecDeque<Awaited>,
    pub heard: u64,
    pub without_frame: u64,
}

#[derive(Debug)]
struct Awaited {
    number: u8,
    at: Duration,
    asks: Option<Key>,
}

impl Acknowledgements {
    /// A frame asked for one; `asks` is the request in it.
    pub fn await_for(&mut self, number: u8, at: Duration, asks: Option<Key>) {
        if self.awaited.len() == MOST_AWAITED {
            self.awaited.pop_front();
        }
        self.awaited.push_back(Awaited { number, at, asks });
    }

    /// One came: the request it acknowledges.
    pub fn hear(&mut self, number: u8, at: Duration, window: Duration) -> Option<Key> {
        self.heard += 1;
        let found = self.awaited.iter().rposition(|awaited| {
            awaited.number == number && at.saturating_sub(awaited.at) <= window
        });
        match found.and_then(|place| self.awaited.remove(place)) {
            Some(awaited) => awaited.asks,
            None => {
                self.without_frame += 1;
                None
            }
        }
    }
}
