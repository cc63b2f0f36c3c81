//! What a radio is in the way of.

use sixlo_transport::TransportError;
use thiserror::Error;

/// Why a radio is of no use now.
#[derive(Debug, Error)]
pub enum RadioTrouble {
    /// Its line is cut.
    #[error(transparent)]
    Line(#[from] TransportError),
    /// It does not answer.
    #[error("it {0} (is it this kind of radio, at this rate, and is it plugged in?)")]
    Silent(&'static str),
    /// It answers, and is not what is wanted.
    #[error("it {0}")]
    Unfit(String),
}
