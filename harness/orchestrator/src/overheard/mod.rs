//! Captures that people made, judged: from a file's frames to exchanges with verdicts,
//! and what the whole of it comes to.
//!
//! One pass over the file, in the same memory however long it is. What is shown is a
//! document of [`report`](crate::report), or lines of JSON.

mod collected;
mod document;
mod lines;

use std::path::{Path, PathBuf};

use sixlo_judge::passive::{Exchange, Heard, Observer, Settings, Summary};
use sixlo_judge::status::ExitStatus;

use crate::capture::foreign::{Ending, Fcs, ForeignError, Frames, Tally};
use collected::Collected;

pub use document::{about_exchange, about_file, about_hearing, about_reading};
pub use lines::{exchange_line, file_line};

/// A capture that was judged.
#[derive(Debug, Clone)]
pub struct Overheard {
    /// The file.
    pub path: PathBuf,
    /// What was read of it.
    pub tally: Tally,
    /// What was heard.
    pub summary: Summary,
    /// The exchanges that have to be shown.
    collected: Collected,
}

/// Judges the exchanges of a capture; `tell` is told of each as soon as it is over.
///
/// # Errors
/// If the file cannot be read on, or no frame can be found in it.
pub fn overhear(
    path: &Path,
    mut frames: Frames,
    settings: Settings,
    tell: &mut dyn FnMut(&Exchange),
) -> Result<Overheard, ForeignError> {
    let mut observer = Observer::new(settings);
    let mut collected = Collected::default();
    let mut hear = |exchange: Exchange| {
        tell(&exchange);
        collected.add(exchange);
    };
    while let Some(frame) = frames.next_frame()? {
        // One that was not received as it was sent is counted by the reader, and never judged.
        if frame.fcs != Fcs::Wrong {
            let heard = Heard {
                number: frame.number,
                at: frame.at,
                mac: frame.mac,
                fcs_right: frame.fcs != Fcs::Absent,
            };
            observer.hear(heard, &mut hear);
        }
    }
    let summary = observer.finish(&mut hear);
    Ok(Overheard {
        path: path.to_owned(),
        tally: frames.tally().clone(),
        summary,
        collected,
    })
}

impl Overheard {
    /// What to exit with: wrong, undecided, nothing to judge. A file that is damaged is a
    /// wrong file, whatever its beginning came to; one that only ends early is not.
    pub fn status(&self) -> ExitStatus {
        let verdicts = &self.summary.verdicts;
        let found = match () {
            () if verdicts.fail > 0 => ExitStatus::Unexpected,
            () if verdicts.inconc > 0 => ExitStatus::Undecided,
            () if verdicts.pass > 0 => ExitStatus::Success,
            () => ExitStatus::Nothing,
        };
        match self.tally.ending {
            Ending::Damaged { .. } => found.and(ExitStatus::Usage),
            _ => found,
        }
    }
}

#[cfg(test)]
mod tests;
