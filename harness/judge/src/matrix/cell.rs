//! A cell's mark from what was decided behind it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Judged;
use crate::verdict::{Outcome, Verdict};

/// The mark of a feature on a device. Texts stand in `words`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cell {
    /// `!`
    Crashed,
    /// `~`
    Partly,
    /// `o`
    Yes,
    /// Blank.
    No,
    /// `x`
    Wrong,
    /// `?`
    Undecided,
    /// `-`
    NotRun,
    /// `#`: its trials are not among those that the matrix was made of.
    Withheld,
}

/// The trials of valid cases behind a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Tally {
    /// Passed.
    pub passed: u32,
    /// Failed by a wrong value.
    pub wrong: u32,
    /// Failed by being dropped or declined.
    pub absent: u32,
    /// Crashed, hung or rebooted.
    pub crashed: u32,
    /// Undecided, or trouble of the bench.
    pub undecided: u32,
}

impl Tally {
    pub(super) fn of<'a>(judged: impl Iterator<Item = &'a &'a Judged<'a>>) -> Self {
        let mut tally = Tally::default();
        for judged in judged {
            match (judged.verdict(), judged.judgement.outcome) {
                (Verdict::None, _) => {}
                // A SHOULD that was not kept by silence: no fail, and no sign of the feature.
                (Verdict::Pass, Outcome::Dropped | Outcome::Declined) => {}
                (Verdict::Pass, _) => tally.passed += 1,
                (Verdict::Fail, Outcome::Crashed) => tally.crashed += 1,
                (Verdict::Fail, Outcome::Dropped | Outcome::Declined) => tally.absent += 1,
                (Verdict::Fail, _) => tally.wrong += 1,
                // The bench's trouble colours no cell: it leaves the case undecided.
                (Verdict::Inconc | Verdict::Error, _) => tally.undecided += 1,
            }
        }
        tally
    }

    /// Trials in all.
    pub fn total(&self) -> u32 {
        self.passed + self.failed() + self.crashed + self.undecided
    }

    /// Failed in any way but a crash.
    pub fn failed(&self) -> u32 {
        self.wrong + self.absent
    }

    /// The mark, in this order of precedence.
    pub fn cell(&self) -> Cell {
        match (self.passed, self.failed(), self.undecided) {
            _ if self.crashed > 0 => Cell::Crashed,
            (1.., 1.., _) => Cell::Partly,
            (1.., 0, 0) => Cell::Yes,
            (0, 1.., 0) if self.wrong > 0 => Cell::Wrong,
            (0, 1.., 0) => Cell::No,
            (_, _, 1..) => Cell::Undecided,
            (0, 0, 0) => Cell::NotRun,
        }
    }
}

impl Cell {
    /// Whether frames that need this feature are known to be lost on the device.
    pub fn lacks(self) -> bool {
        matches!(self, Cell::Crashed | Cell::Partly | Cell::No | Cell::Wrong)
    }

    /// Whether nothing is known.
    pub fn is_open(self) -> bool {
        matches!(self, Cell::Undecided | Cell::NotRun | Cell::Withheld)
    }
}

/// The guards beside a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Guards {
    /// Passed, their twins having passed.
    pub passed: u32,
    /// Failed, their twins having passed.
    pub failed: u32,
    /// Crashed, hung or rebooted.
    pub crashed: u32,
    /// Undecided, or without a twin that passed.
    pub undecided: u32,
}

impl Guards {
    pub(super) fn of<'a>(judged: impl Iterator<Item = &'a &'a Judged<'a>>) -> Self {
        let mut guards = Guards::default();
        for judged in judged.filter(|judged| judged.case.disputed.is_none()) {
            match (judged.verdict(), judged.judgement.outcome) {
                (Verdict::None, _) => {}
                (Verdict::Pass, _) => guards.passed += 1,
                (Verdict::Fail, Outcome::Crashed) => guards.crashed += 1,
                (Verdict::Fail, _) => guards.failed += 1,
                (Verdict::Inconc | Verdict::Error, _) => guards.undecided += 1,
            }
        }
        guards
    }

    /// The mark beside the cell: `!` a guard crashed it, `*` a guard failed,
    /// else nothing. Undecided guards leave no mark.
    pub fn mark(&self) -> &'static str {
        match self {
            Guards { crashed: 1.., .. } => "!",
            Guards { failed: 1.., .. } => "*",
            _ => "",
        }
    }
}
