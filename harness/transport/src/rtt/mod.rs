//! A board at a debug probe: flashed, reset, and talked to over RTT.
//!
//! Probe calls may take for ever, so each board's run on a thread of their own (`worker`);
//! whoever asks waits with a limit. `talk` is what that thread does while a device runs:
//! octets between the two queues of `queues` and the rings of `block`.

mod attached;
mod block;
mod image;
mod last_words;
mod log;
mod queues;
mod ring;
mod session;
mod talk;
mod transport;
mod worker;

use std::path::PathBuf;

pub use attached::{AttachedBoard, Flashed};
pub use log::LogLine;
pub use transport::RttTransport;

/// A board, as a rack's file says where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeBoard {
    /// Its probe: `VID:PID` or `VID:PID:SERIAL`, as probe-rs takes it.
    pub selector: String,
    /// The chip, by the name that probe-rs has for it.
    pub chip: String,
    /// What only this board's chip says; read before anything is written.
    pub chip_id: Option<ChipId>,
    /// The image.
    pub elf: PathBuf,
    /// The interrupt that wakes the firmware; nothing on the board raises it.
    pub doorbell: u16,
    /// The debug port's clock in kHz; none for the probe's own choice.
    pub speed_khz: Option<u32>,
}

/// A word of a chip that tells it from others of its kind, such as FICR.DEVICEID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChipId {
    /// Where it is.
    pub address: u64,
    /// What is there.
    pub value: u32,
}
