//! A datagram and how it goes on air, as a case describes it.

use sixlo_frames::craft::FrameSpec;
use sixlo_frames::packet::Packet;

use crate::trial::Identity;

/// The uncompressed IPv6 packet that is meant.
pub type Datagram = Packet;

/// A datagram, and the frames that carry it.
#[derive(Debug, Clone, PartialEq)]
pub struct Send {
    /// Which of the tester's identities sends.
    pub from: Identity,
    /// What is meant.
    pub datagram: Datagram,
    /// How it is compressed, wrapped and cut.
    pub frames: FrameSpec,
    /// Order and repetition of the crafted frames: indices; empty means as crafted.
    pub order: Vec<usize>,
}
