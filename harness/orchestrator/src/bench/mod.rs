//! How fast the harness is, measured on this machine: judged trials on a device in a
//! process of its own, and frames crafted and dissected beside other programs.
//!
//! Absolute figures say little without the machine they were taken on, so it is
//! named; ratios are taken on the same frames in the same run.

mod codec;
mod error;
mod machine;
mod peer;
mod scapy;
mod shares;
mod trials;
mod tshark;

pub use codec::{Codec, codec};
pub use error::BenchError;
pub use machine::Machine;
pub use peer::{Measured, Peer};
pub use shares::Shares;
pub use trials::{TrialRate, trials};

/// Everything that `sixlo bench` says.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Bench {
    /// Where it was measured.
    pub machine: Machine,
    /// Judged trials.
    pub trials: TrialRate,
    /// Frames.
    pub codec: Codec,
}

#[cfg(test)]
mod tests;
