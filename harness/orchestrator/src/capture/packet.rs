//! One packet of a capture.

use std::borrow::Cow;

/// One packet of a capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet<'a> {
    /// Microseconds since the capture's epoch.
    pub at_us: u64,
    /// Where it was seen.
    pub interface: Interface,
    /// To the device or from it.
    pub direction: Direction,
    /// Its octets: a PSDU with its FCS, or an IPv6 packet.
    pub octets: Cow<'a, [u8]>,
    /// What a reader should know of it; cut after [`MAX_COMMENT_OCTETS`].
    pub comment: Cow<'a, str>,
}

/// The longest comment kept, in octets.
pub const MAX_COMMENT_OCTETS: usize = 1_000;

/// Where a packet was seen; the number is its interface id in every section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interface {
    /// On the air, or its imitation.
    Air = 0,
    /// Inside the device, after reassembly and decompression.
    Delivered = 1,
}

impl Interface {
    pub(super) const ALL: [Interface; 2] = [Interface::Air, Interface::Delivered];

    pub(super) fn of_id(id: u32) -> Option<Self> {
        Interface::ALL
            .into_iter()
            .find(|interface| *interface as u32 == id)
    }
}

/// Which way a packet went, as epb_flags says it (draft-ietf-opsawg-pcapng 4.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the device to us: inbound.
    FromDut = 1,
    /// From us to the device: outbound.
    ToDut = 2,
}

impl Direction {
    /// Bits 0 and 1 of epb_flags.
    const MASK: u32 = 0b11;

    pub(super) fn flags(self) -> u32 {
        self as u32
    }

    pub(super) fn of_flags(flags: u32) -> Option<Self> {
        [Direction::FromDut, Direction::ToDut]
            .into_iter()
            .find(|direction| direction.flags() == flags & Self::MASK)
    }
}
