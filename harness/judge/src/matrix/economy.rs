//! Sending: what a device's own frames used, over all its trials.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cell, Entry, Judged};
use crate::judge::is_weighed;
use crate::name::Topic;

/// A row's economy, summed over every frame the device sent in the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Sums {
    /// Frames that used the feature and restore to what was meant.
    pub used: u64,
    /// Frames that could have used it and did not.
    pub missed: u64,
    /// Frames that could have and by rule did not have to.
    #[serde(default)]
    pub excused: u64,
    /// Frames that used it and do not restore to what was meant.
    pub wrong: u64,
    /// Octets on air beyond the smallest legal encoding.
    pub wasted_octets: u64,
}

impl Sums {
    pub(super) fn of(topic: &Topic, judged: &[Judged]) -> Self {
        let mut sums = Sums::default();
        let economies = judged.iter().flat_map(|judged| &judged.judgement.economy);
        for economy in economies.filter(|economy| economy.topic == *topic) {
            sums.used += u64::from(economy.used);
            sums.missed += u64::from(economy.missed);
            sums.excused += u64::from(economy.excused);
            sums.wrong += u64::from(economy.wrong);
            sums.wasted_octets += u64::from(economy.wasted_octets);
        }
        sums
    }

    /// The sending cell: the device's own frames and the sending cases' verdicts
    /// together. A case of a means of compression passes by any form that restores,
    /// so whether the means is used its frames alone tell.
    pub(super) fn colour(&self, topic: &Topic, entry: Entry) -> Entry {
        let tally = &entry.tally;
        let used = self.used > 0 || (tally.passed > 0 && !is_weighed(topic));
        let missed = self.missed > 0 || tally.absent > 0 || (self.excused > 0 && !used);
        let wrong = self.wrong > 0 || tally.wrong > 0;
        let cell = match (used, wrong, missed) {
            _ if entry.by_port => Cell::NotRun,
            _ if tally.crashed > 0 => Cell::Crashed,
            (true, true, _) | (true, _, true) => Cell::Partly,
            (false, true, _) => Cell::Wrong,
            _ if tally.undecided > 0 => Cell::Undecided,
            (true, false, false) => Cell::Yes,
            (false, false, true) => Cell::No,
            (false, false, false) => Cell::NotRun,
        };
        Entry { cell, ..entry }
    }
}
