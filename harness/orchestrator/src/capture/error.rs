//! What can be wrong with a capture.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// What can be wrong with a capture.
#[derive(Debug, Error)]
pub enum CaptureError {
    /// The file cannot be opened or read.
    #[error("cannot read the capture {}: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A range is longer than anything this program records for one attempt.
    #[error(
        "{}: octets {} to {} are too many for one attempt (allowed: {} octets)",
        path.display(), range.start, range.end, super::MAX_RANGE_OCTETS
    )]
    RangeTooLong {
        /// The file.
        path: PathBuf,
        /// The range, in octets from the file's start.
        range: Range<u64>,
    },
    /// Octets in it are not what this program wrote.
    #[error("{}, at octet {offset}: {what}; restore the file from a copy, or record the run again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Octets from its start.
        offset: u64,
        /// What is wrong.
        what: String,
    },
}

impl CaptureError {
    pub(super) fn read(path: &Path, error: io::Error) -> Self {
        CaptureError::Read {
            path: path.to_owned(),
            error,
        }
    }
}
