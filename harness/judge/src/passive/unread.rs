//! Frames that could not be read, and between whom they went: a reply may be among them.

use std::collections::HashMap;
use std::time::Duration;

use sixlo_frames::mac::MacAddress;

use super::summary::{Unreadable, UnreadableCount};

/// Pairs of nodes remembered.
const MOST_PAIRS: usize = 1024;

/// Counts by reason, and the last one of each pair of nodes.
#[derive(Debug, Default)]
pub(super) struct Unread {
    pub counts: Vec<UnreadableCount>,
    between: HashMap<(MacAddress, MacAddress), (u64, Duration, Unreadable)>,
}

impl Unread {
    /// One more frame.
    pub fn count(&mut self, number: u64, reason: Unreadable) {
        match self.counts.iter_mut().find(|count| count.reason == reason) {
            Some(count) => count.frames += 1,
            None => self.counts.push(UnreadableCount {
                reason,
                frames: 1,
                first: number,
            }),
        }
    }

    /// The last one from `src` to `dst`.
    pub fn between(
        &mut self,
        ends: (MacAddress, MacAddress),
        number: u64,
        at: Duration,
        reason: Unreadable,
    ) {
        if self.between.len() >= MOST_PAIRS && !self.between.contains_key(&ends) {
            self.between.clear();
        }
        self.between.insert(ends, (number, at, reason));
    }

    /// A datagram is whole now.
    pub fn completed(&mut self, ends: (MacAddress, MacAddress)) {
        if let Some((.., Unreadable::Incomplete)) = self.between.get(&ends) {
            self.between.remove(&ends);
        }
    }

    /// The last one from `src` to `dst`, if it came after `start`.
    pub fn since(
        &self,
        src: MacAddress,
        dst: MacAddress,
        start: Duration,
    ) -> Option<(u64, Unreadable)> {
        let (number, at, reason) = self.between.get(&(src, dst))?;
        (*at >= start).then_some((*number, *reason))
    }
}
