//! Why a medium is not to be trusted.

use thiserror::Error;

/// Why a medium is not to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum MediumError {
    /// It does not do to frames what it is told.
    #[error("the air {what} {measured:.3} of the frames, and was told {told:.3}")]
    Share {
        /// What it does to them.
        what: &'static str,
        /// The share that is meant.
        told: f64,
        /// The share measured.
        measured: f64,
    },
}
