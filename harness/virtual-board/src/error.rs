//! What goes wrong with an emulated board.

use std::io;

use thiserror::Error;

/// Why an emulated board does not start, or no longer answers.
#[derive(Debug, Error)]
pub enum BoardError {
    /// There is no emulator.
    #[error("cannot start qemu-system-arm: {0} (Debian's package qemu-system-arm has it)")]
    NoEmulator(io::Error),
    /// It did not come up.
    #[error("qemu-system-arm did not open its {channel} within {seconds} s")]
    NotUp {
        /// Which of its sockets.
        channel: &'static str,
        /// How long was waited.
        seconds: u64,
    },
    /// One of its sockets failed: the board has no power any more, or the emulator ended.
    #[error("the emulated board's {channel}: {error}")]
    Gone {
        /// Which of its sockets.
        channel: &'static str,
        /// What the system says.
        error: io::Error,
    },
    /// It said what nobody expects.
    #[error("the emulated board's {channel} answered `{answer}` to `{asked}`")]
    Answer {
        /// Which of its sockets.
        channel: &'static str,
        /// What was asked.
        asked: String,
        /// What it said.
        answer: String,
    },
    /// It is switched off, or the emulator has ended.
    #[error("the board has no power")]
    NoPower,
    /// Its memory could not be shared.
    #[error("cannot share the emulated board's memory: {0}")]
    Memory(io::Error),
}
