//! Leaves a run judged again as a run of its own; the old one stays as it is.

use std::path::{Path, PathBuf};

use super::Rejudged;
use crate::catalogue::Catalogue;
use crate::run::{Attempt, Header, Journal, JournalError, Recorded};

/// Lines that are held in memory at once.
const BATCH: usize = 1000;

impl Rejudged {
    /// Writes every attempt that could be judged, with its packets, into a new folder
    /// below `runs`, which reports take as any other run.
    pub fn write(
        &self,
        recorded: &Recorded,
        catalogue: &Catalogue,
        program: &str,
        runs: &Path,
    ) -> Result<PathBuf, JournalError> {
        let old = &recorded.header;
        let name = recorded.folder.file_name().map_or_else(
            || old.started.name(),
            |name| name.to_string_lossy().into_owned(),
        );
        let header = Header {
            sixlo: program.to_owned(),
            catalogue: catalogue.hash.clone(),
            rejudged: Some(name.clone()),
            ..old.clone()
        };
        let mut journal = Journal::create_named(runs, &format!("{name}-rejudged"), header)?;
        let words = recorded.lines.iter().zip(&self.lines).enumerate();
        for (n, (line, word)) in words {
            let Ok(judgement) = word else {
                continue;
            };
            journal.append(&Attempt {
                trial: line.trial.clone(),
                evidence: recorded.evidence(n)?,
                judgement: judgement.clone(),
            })?;
            if n % BATCH == 0 {
                journal.flush()?;
            }
        }
        journal.flush()?;
        Ok(journal.folder().to_owned())
    }
}
