//! What a fuzzer's octets mean: contexts first, frames behind them.

use std::net::Ipv6Addr;

use sixlo_frames::context::{Context, ContextTable};
use sixlo_frames::dissect::FcsMode;

/// Octets not used yet.
pub struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    /// The next octets; fewer where fewer are left.
    pub fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }

    pub fn octet(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    /// Up to sixteen contexts, of any length, with bits set beyond it.
    pub fn contexts(&mut self) -> ContextTable {
        let mut table = ContextTable::new();
        for _ in 0..self.octet() % 17 {
            let (id, length) = (self.octet(), self.octet());
            let mut prefix = [0; 16];
            let taken = self.take(16);
            prefix[..taken.len()].copy_from_slice(taken);
            table.set(
                id,
                Context {
                    prefix: Ipv6Addr::from(prefix),
                    length,
                },
            );
        }
        table
    }

    pub fn fcs(&mut self) -> FcsMode {
        match self.octet() % 3 {
            0 => FcsMode::Absent,
            1 => FcsMode::Present,
            _ => FcsMode::TiTrailer,
        }
    }
}
