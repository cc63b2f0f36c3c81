//! Frames under way, in the order in which they land.

use std::collections::BTreeMap;

/// Which way a frame goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From the tester to the device.
    ToDut,
    /// From the device to the tester.
    FromDut,
}

/// A frame under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Which way it goes.
    pub way: Way,
    /// PSDU, FCS included.
    pub psdu: Vec<u8>,
    /// When it was sent, in microseconds of the lane's clock.
    pub sent_us: u64,
    /// The sender's mark on it.
    pub mark: usize,
}

/// Frames under way.
#[derive(Debug, Clone, Default)]
pub(super) struct InFlight {
    /// By the time they land, in microseconds, then by the order of sending.
    frames: BTreeMap<(u64, u64), Frame>,
    sent: u64,
    /// Number of the last frame landed, one a way.
    landed: [u64; 2],
}

impl InFlight {
    pub fn launch(&mut self, due_us: u64, frame: Frame) {
        self.sent += 1;
        self.frames.insert((due_us, self.sent), frame);
    }

    pub fn next_due_us(&self) -> Option<u64> {
        self.frames
            .first_key_value()
            .map(|((due_us, _), _)| *due_us)
    }

    /// The next frame due by `now_us`, and whether one sent after it was there before.
    pub fn land(&mut self, now_us: u64) -> Option<(Frame, bool)> {
        let first = self.frames.first_entry()?;
        let (due_us, number) = *first.key();
        if due_us > now_us {
            return None;
        }
        let frame = first.remove();
        let last = &mut self.landed[frame.way as usize];
        let is_overtaken = number < *last;
        *last = number.max(*last);
        Some((frame, is_overtaken))
    }

    /// Whatever is under way never lands.
    pub fn clear(&mut self) {
        self.frames.clear();
    }
}
