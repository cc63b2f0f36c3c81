//! What the air does to frames.

use std::time::Duration;

/// What the air does to frames; nothing by default.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct AirSettings {
    /// Share of transmissions lost, 0 to 1, each way.
    pub loss: f64,
    /// Share of transmissions that arrive twice.
    pub duplication: f64,
    /// Share of frames held back for [`HELD_BACK`](Self::HELD_BACK), so that those
    /// behind them overtake.
    pub reordering: f64,
    /// The longest that a frame is under way. How long each one is, is drawn from the
    /// seed; by itself this keeps the order of sending.
    pub delay: Duration,
    /// Frames take as long as at 250 kbit/s, one after the other.
    pub paced: bool,
    /// The least time between two frames towards the device.
    pub pause: Duration,
    /// Seed of everything random.
    pub seed: u64,
}

impl AirSettings {
    /// How long a frame is held back to be overtaken.
    pub const HELD_BACK: Duration = Duration::from_millis(10);
    /// How long the largest datagram, 1280 octets in fragments, lasts at 250 kbit/s.
    const LARGEST_DATAGRAM: Duration = Duration::from_millis(80);

    /// Frames arrive in the moment in which they are sent, or not at all.
    pub(super) fn is_instant(&self) -> bool {
        self.reordering <= 0.0 && self.delay.is_zero() && !self.paced && self.pause.is_zero()
    }

    /// The longest that a datagram is under way.
    pub(super) fn longest_flight(&self) -> Duration {
        let held_back = match self.reordering > 0.0 {
            true => Self::HELD_BACK,
            false => Duration::ZERO,
        };
        let on_air = match self.paced {
            true => Self::LARGEST_DATAGRAM,
            false => Duration::ZERO,
        };
        self.delay + held_back + on_air + self.pause
    }
}
