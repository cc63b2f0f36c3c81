//! Why nothing could be measured.

use std::path::PathBuf;

use thiserror::Error;

use crate::run::{JournalError, SelectionError};

/// Why nothing could be measured.
#[derive(Debug, Error)]
pub enum BenchError {
    /// The device is not there, or no case is of the kind that is measured.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// The device could not be opened.
    #[error("{dut}: {why}")]
    LeftOut {
        /// Which one.
        dut: String,
        /// Why.
        why: String,
    },
    /// No trial of the usual kind applies to the device.
    #[error("{0}: no trial of one frame applies to it (allowed: a device of `sixlo stack list`)")]
    NoTrials(String),
    /// Evidence could not be written or read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A file of the system or of another program.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

impl BenchError {
    /// What the system says of this file.
    pub(super) fn file(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        BenchError::File {
            path: path.into(),
            source,
        }
    }
}
