//! A recorded run, judged again: today's judge and today's catalogue on yesterday's evidence.
//!
//! A trial's name is a hash of all that its octets come from, so a line is judged only
//! by the case it was played for; and no verdict is made from evidence that is damaged.

mod cells;
mod changes;
mod device;
mod told;
mod write;

use std::thread;

use sixlo_judge::name::CaseId;
use sixlo_judge::status::ExitStatus;
use sixlo_judge::verdict::Judgement;
use thiserror::Error;

use crate::catalogue::{Catalogue, Parameters};
use crate::run::{Damage, JournalError, Recorded};

pub use cells::{CellChange, changed_cells};
pub use changes::Change;
pub use told::told;

/// A run, judged again.
#[derive(Debug)]
pub struct Rejudged {
    /// The word on each of the run's lines, in their order.
    pub lines: Vec<Result<Judgement, CannotJudge>>,
    /// Lines of which nothing can be said at all.
    pub damage: Damage,
}

/// Why an attempt cannot be judged again.
#[derive(Debug, Error)]
pub enum CannotJudge {
    /// No case of this name.
    #[error("the catalogue holds the case no longer")]
    Gone,
    /// A case of this name, and another text.
    #[error("the case has changed since")]
    Changed,
    /// The same text makes other frames.
    #[error("the case is made into other frames today")]
    OtherFrames,
    /// A calibration of today's that the run does not hold.
    #[error("it was not played")]
    Unplayed,
    /// Nobody knows what the device is.
    #[error("run.json holds no device of this name")]
    NoProfile,
    /// Its evidence cannot be read.
    #[error(transparent)]
    Damaged(JournalError),
    /// What the device's oracles are worth is not known.
    #[error("it rests on the calibration {}: {}", .0.case, .0.why)]
    Uncalibrated(Uncalibrated),
}

/// A calibration that says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncalibrated {
    /// Its case.
    pub case: CaseId,
    /// Why, in words.
    pub why: String,
    /// Whether its evidence is damaged.
    pub is_damage: bool,
}

impl CannotJudge {
    /// Whether the run is damaged, and not merely older than the catalogue.
    pub fn is_damage(&self) -> bool {
        match self {
            CannotJudge::NoProfile | CannotJudge::Damaged(_) => true,
            CannotJudge::Uncalibrated(calibration) => calibration.is_damage,
            _ => false,
        }
    }
}

/// Judges everything that a run recorded again, one device a thread.
pub fn rejudge(
    recorded: &Recorded,
    damage: Damage,
    catalogue: &Catalogue,
    parameters: &Parameters,
) -> Rejudged {
    let mut words: Vec<Option<_>> = recorded.lines.iter().map(|_| None).collect();
    thread::scope(|scope| {
        let devices: Vec<_> = recorded
            .header
            .profiles
            .iter()
            .map(|profile| {
                scope.spawn(move || device::rejudge(recorded, profile, catalogue, parameters))
            })
            .collect();
        for device in devices {
            for (n, word) in device.join().expect("the judge does not panic") {
                words[n] = Some(word);
            }
        }
    });
    Rejudged {
        lines: words
            .into_iter()
            .map(|word| word.unwrap_or(Err(CannotJudge::NoProfile)))
            .collect(),
        damage,
    }
}

impl Rejudged {
    /// Attempts that were judged.
    pub fn judged(&self) -> usize {
        self.lines.iter().filter(|line| line.is_ok()).count()
    }

    /// The run with the new words in place of the old; what could not be judged keeps its word.
    #[must_use]
    pub fn applied(&self, recorded: &Recorded) -> Recorded {
        let mut recorded = recorded.clone();
        for (line, word) in recorded.lines.iter_mut().zip(&self.lines) {
            if let Ok(judgement) = word {
                line.judgement = judgement.clone();
            }
        }
        recorded
    }

    /// What the process exits with.
    pub fn status(&self, recorded: &Recorded) -> ExitStatus {
        let is_damaged =
            |line: &Result<_, CannotJudge>| line.as_ref().is_err_and(CannotJudge::is_damage);
        let changed = match self.changes(recorded).is_empty() {
            true => ExitStatus::Success,
            false => ExitStatus::Unexpected,
        };
        let damaged = match self.damage.lines > 0 || self.lines.iter().any(is_damaged) {
            true => ExitStatus::Trouble,
            false => ExitStatus::Success,
        };
        let nothing = match self.judged() {
            0 => ExitStatus::Nothing,
            _ => ExitStatus::Success,
        };
        changed.and(damaged).and(nothing)
    }
}
