//! Datagrams captured more than once.
//!
//! Nodes that speak ZEP do so by way of a dispatcher that sends each datagram on to every
//! other node, and all of it runs over one captured interface; a capture of all interfaces has
//! loopback's datagrams twice. The copies are equal in every octet, time and sequence number
//! included; a retransmission is not.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// Datagrams remembered: those of a dispatcher's nodes, and what they send meanwhile.
const REMEMBERED: usize = 64;
/// How long a copy may come after the first.
const APART: Duration = Duration::from_millis(500);

/// The datagrams captured last.
pub(super) struct Copies {
    keys: RandomState,
    last: [(u64, Duration); REMEMBERED],
    next: usize,
}

impl Copies {
    pub fn new() -> Self {
        Copies {
            keys: RandomState::new(),
            last: [(0, Duration::MAX); REMEMBERED],
            next: 0,
        }
    }

    /// Whether this datagram was captured shortly before; it is remembered.
    pub fn knows(&mut self, datagram: &[u8], at: Duration) -> bool {
        let key = self.keys.hash_one(datagram);
        let same = |&(other, first): &(u64, Duration)| {
            other == key && first != Duration::MAX && at.abs_diff(first) <= APART
        };
        let known = self.last.iter().any(same);
        if !known {
            self.last[self.next] = (key, at);
            self.next = (self.next + 1) % REMEMBERED;
        }
        known
    }
}
