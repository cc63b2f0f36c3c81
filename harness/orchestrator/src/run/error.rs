//! What can go wrong with a run's folder.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::line::EvidenceError;
use crate::capture::CaptureError;

/// What can go wrong with a run's folder.
#[derive(Debug, Error)]
pub enum JournalError {
    /// A file or folder cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A run's folder cannot be made.
    #[error(
        "cannot write {}: {error}; nothing is recorded: make room, or name another folder with --runs",
        path.display()
    )]
    Create {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file or folder cannot be written.
    #[error(
        "cannot write {}: {error}; what was recorded before stays valid: \
         make room, then `sixlo run --resume {}`",
        path.display(), folder.display()
    )]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The run's folder.
        folder: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// No run there.
    #[error("{} is no run: it holds no run.json (allowed: a folder that `sixlo run` made)", path.display())]
    NoRun {
        /// The folder.
        path: PathBuf,
    },
    /// No run at all.
    #[error("no run in {}; `sixlo run` makes one", path.display())]
    Empty {
        /// The folder of all runs.
        path: PathBuf,
    },
    /// A line of trials.jsonl, or run.json, is not what this program wrote.
    #[error("{}:{line}: {what}; restore the file from a copy, or record the run again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// A capture is shorter than its lines say.
    #[error(
        "{} holds {length} octets, trials.jsonl accounts for {recorded}; \
         restore the file from a copy, or record the run again",
        path.display()
    )]
    CaptureCut {
        /// The capture.
        path: PathBuf,
        /// Its length in octets.
        length: u64,
        /// How many there should be at least.
        recorded: u64,
    },
    /// A capture cannot be read.
    #[error(transparent)]
    Capture(#[from] CaptureError),
    /// A line and its packets do not belong together.
    #[error("{}:{line}: {error}", path.display())]
    Evidence {
        /// trials.jsonl.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// Why.
        error: EvidenceError,
    },
}

impl JournalError {
    pub(super) fn read(path: &Path, error: io::Error) -> Self {
        JournalError::Read {
            path: path.to_owned(),
            error,
        }
    }

    /// A line that is not the JSON it should be.
    pub(super) fn no_json(path: &Path, line: usize, error: &serde_json::Error) -> Self {
        let inside = format!(" at line {} column {}", error.line(), error.column());
        let what = error.to_string().replace(&inside, "");
        let column = error.column();
        JournalError::damaged(path, line, format!("column {column}: {what}"))
    }

    pub(super) fn damaged(path: &Path, line: usize, what: impl ToString) -> Self {
        JournalError::Damaged {
            path: path.to_owned(),
            line,
            what: what.to_string(),
        }
    }
}
