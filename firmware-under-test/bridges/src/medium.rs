//! What carries frames between a bridge and its device.

use std::os::fd::BorrowedFd;

use crate::error::BridgeError;

/// What carries frames between a bridge and its device.
pub trait Medium {
    /// Puts a frame, FCS included, on the medium as it is.
    fn send(&mut self, psdu: &[u8]) -> Result<(), BridgeError>;

    /// The next frame heard, FCS included and right, if there is one; what the bridge
    /// itself sends is not among them.
    fn hear(&mut self) -> Result<Option<Vec<u8>>, BridgeError>;

    /// Readable when there may be something to hear.
    fn descriptor(&self) -> BorrowedFd<'_>;
}
