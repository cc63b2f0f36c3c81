//! Why nothing can be said of a device.

use thiserror::Error;

use super::diagnosis::next_step;
use crate::rig::RigError;
use crate::run::{JournalError, SelectionError};

/// Why nothing can be said of a device.
#[derive(Debug, Error)]
pub enum ProbeError {
    /// It cannot be judged at all.
    #[error("{error}\nnext: {}", next_step(error))]
    Rig {
        /// Why.
        error: RigError,
    },
    /// It broke down between its greeting and its first trial.
    #[error(
        "{dut}: {why}\nnext: see its last words; start it by hand, and let it run under a debugger"
    )]
    LeftOut {
        /// The device.
        dut: String,
        /// Why.
        why: String,
    },
    /// The catalogue lacks the rows' cases.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// What was seen could not be written or read.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl From<RigError> for ProbeError {
    fn from(error: RigError) -> Self {
        ProbeError::Rig { error }
    }
}
