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
    /// Which datagram of the case: sends with one number carry one datagram, and
    /// share nonce and datagram_tag.
    pub number: u16,
    /// What the author left to the harness.
    pub filled: Filled,
}

/// What the harness fills in trial by trial, because the author said nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filled {
    /// The echo's identifier.
    pub identifier: bool,
    /// The echo's sequence number.
    pub sequence: bool,
    /// The first octets of the UDP data, as many as a nonce has.
    pub udp_data: bool,
    /// Two octets behind the UDP data, so that the checksum is `ffff`.
    pub sums_to_zero: bool,
    /// datagram_tag.
    pub tag: bool,
    /// LOWPAN_BC0's sequence number.
    pub bc0: bool,
}
