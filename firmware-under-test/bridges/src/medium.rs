//! What carries frames between a bridge and its device.

use std::os::fd::BorrowedFd;
use std::time::Instant;

use crate::error::BridgeError;
use crate::radios::Heard;

/// What carries frames between a bridge and its device.
pub trait Medium {
    /// Puts a frame, FCS included, on the medium as it is; says whether it is there, as far
    /// as is known.
    fn send(&mut self, psdu: &[u8]) -> Result<bool, BridgeError>;

    /// The next frame heard, FCS included and right, if there is one; what the bridge
    /// itself sends is not among them.
    fn hear(&mut self) -> Result<Option<Heard>, BridgeError>;

    /// Readable when there may be something to hear; none while it is out of use.
    fn descriptors(&self) -> Vec<BorrowedFd<'_>>;

    /// When it has something to do of its own, such as looking whether it is back.
    fn next_wake(&self) -> Option<Instant> {
        None
    }

    /// What it is and how loud it is there, in words, as far as it tells.
    fn look(&mut self) -> Result<Vec<String>, BridgeError> {
        Ok(Vec::new())
    }

    /// Frames sent, and those among them that a second radio heard; none where nobody can
    /// tell.
    fn overheard(&self) -> Option<Overheard> {
        None
    }
}

/// What a second radio heard of what the first one sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Overheard {
    /// Frames that were put on air, and that it has had the time to hear.
    pub sent: u64,
    /// Those that it heard.
    pub heard: u64,
}
