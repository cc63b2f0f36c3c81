//! What goes wrong between harness and device.

use std::time::Duration;

use rustix::io::Errno;
use thiserror::Error;

/// Why a transport carries nothing any more: the bench's trouble, never the device's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TransportError {
    /// Nobody reads at the other end any more; what was said before can still be heard.
    #[error("nobody reads at the other end any more")]
    Unread,
    /// The operating system's trouble.
    #[error("{0}")]
    System(Errno),
    /// What lies between, such as a probe or a serial line, is gone or does not work.
    #[error("{way}: {why}")]
    Way {
        /// What it is, such as `probe 1366:1015:000683`.
        way: String,
        /// What is wrong, and what can be done.
        why: String,
    },
    /// What lies between does not answer.
    #[error("{way}: no answer to `{asked}` within {} ms; unplug it and plug it in again", .limit.as_millis())]
    Stuck {
        /// What it is.
        way: String,
        /// What it was asked for.
        asked: &'static str,
        /// How long was waited.
        limit: Duration,
    },
}

impl From<Errno> for TransportError {
    fn from(error: Errno) -> Self {
        match error {
            Errno::PIPE => TransportError::Unread,
            error => TransportError::System(error),
        }
    }
}
