//! A run without what is kept back, as a folder of its own.

use std::path::{Path, PathBuf};

use crate::run::{Attempt, Journal, JournalError, Recorded};

/// Lines that are held in memory at once.
const BATCH: usize = 1000;

/// Writes the lines of `recorded` that are left, and their packets, into a new folder below `runs`.
///
/// # Errors
/// If the run cannot be read, or the folder not be written.
pub fn rewrite(recorded: &Recorded, runs: &Path) -> Result<PathBuf, JournalError> {
    let mut journal = Journal::create_named(runs, "published", recorded.header.clone())?;
    for (n, line) in recorded.lines.iter().enumerate() {
        journal.append(&Attempt {
            trial: line.trial.clone(),
            evidence: recorded.evidence(n)?,
            judgement: line.judgement.clone(),
        })?;
        if n % BATCH == 0 {
            journal.flush()?;
        }
    }
    journal.flush()?;
    Ok(journal.folder().to_owned())
}
