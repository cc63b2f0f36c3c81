//! Sends everything, in order, some time after it was due.

use std::collections::VecDeque;

use sixlo_agent::Outbox;

use crate::around::{Meddler, Said};

/// Holds each frame for the same time.
pub struct Slow {
    delay_us: u64,
    /// Frames with the time at which they go out, soonest first.
    held: VecDeque<(u64, Said)>,
}

impl Slow {
    /// Delays by `delay_ms` milliseconds of the device's own time.
    pub fn new(delay_ms: u32) -> Self {
        Slow {
            delay_us: u64::from(delay_ms) * 1000,
            held: VecDeque::new(),
        }
    }
}

impl Meddler for Slow {
    fn label(&self) -> &'static str {
        "sends late"
    }

    fn said(&mut self, batch: Vec<Said>, now_us: u64, out: &mut dyn Outbox) {
        let at = now_us.saturating_add(self.delay_us);
        for said in batch {
            match said {
                Said::Frame(_) => self.held.push_back((at, said)),
                // What the harness is told about the inside is told at once.
                Said::Packet(_) | Said::Line(_) => said.pass(out),
            }
        }
    }

    fn next_timer_us(&self) -> Option<u64> {
        self.held.front().map(|(at, _)| *at)
    }

    fn advance(&mut self, now_us: u64, out: &mut dyn Outbox) {
        while let Some((_, said)) = self.held.pop_front_if(|(at, _)| *at <= now_us) {
            said.pass(out);
        }
    }

    fn reset(&mut self) {
        self.held.clear();
    }
}
