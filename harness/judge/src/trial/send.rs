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
    /// Order and repetition of the crafted frames.
    pub order: Order,
    /// Which datagram of the case: sends with one number carry one datagram, and
    /// share nonce and datagram_tag.
    pub number: u16,
    /// What the author left to the harness.
    pub filled: Filled,
}

/// Which of the crafted frames go on air, and in which order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Order {
    /// As crafted.
    #[default]
    InOrder,
    /// Last first.
    Reversed,
    /// Each one twice in a row.
    EachTwice,
    /// The first one only.
    First,
    /// All but the first one.
    AllButFirst,
    /// The last one only.
    Last,
    /// All but the last one.
    AllButLast,
    /// All of them, so many times.
    Times(u8),
    /// By index, from 0; an index beyond the last frame stands for none.
    Indices(Vec<usize>),
}

impl Order {
    /// The indices of `count` frames in this order.
    pub fn of(&self, count: usize) -> Vec<usize> {
        match self {
            Order::InOrder => (0..count).collect(),
            Order::Reversed => (0..count).rev().collect(),
            Order::EachTwice => (0..count).flat_map(|index| [index, index]).collect(),
            Order::First => (0..count.min(1)).collect(),
            Order::AllButFirst => (1..count.max(1)).collect(),
            Order::Last => (count.saturating_sub(1)..count).collect(),
            Order::AllButLast => (0..count.saturating_sub(1)).collect(),
            Order::Times(times) => (0..*times).flat_map(|_| 0..count).collect(),
            Order::Indices(indices) => indices.iter().copied().filter(|&i| i < count).collect(),
        }
    }
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
    /// The dispatch: that of the DUT's simplest form.
    pub dispatch: bool,
}

#[cfg(test)]
mod tests {
    use super::Order;

    #[test]
    fn orders_of_three_frames() {
        for (order, expected) in [
            (Order::InOrder, &[0, 1, 2][..]),
            (Order::Reversed, &[2, 1, 0]),
            (Order::EachTwice, &[0, 0, 1, 1, 2, 2]),
            (Order::First, &[0]),
            (Order::AllButFirst, &[1, 2]),
            (Order::Last, &[2]),
            (Order::AllButLast, &[0, 1]),
            (Order::Times(2), &[0, 1, 2, 0, 1, 2]),
            (Order::Indices(vec![2, 0, 7]), &[2, 0]),
        ] {
            assert_eq!(order.of(3), expected, "{order:?}");
        }
        assert_eq!(Order::AllButFirst.of(0), [] as [usize; 0]);
        assert_eq!(Order::Last.of(0), [] as [usize; 0]);
    }
}
