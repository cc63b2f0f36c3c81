//! A lane's time: the wall's, or the device's own where that is virtual.

use std::time::{Duration, Instant};

/// Microseconds since the lane was opened.
#[derive(Debug, Clone)]
pub enum Clock {
    /// It goes by itself.
    Wall(Instant),
    /// It moves only when the harness advances it.
    Virtual(u64),
}

impl Clock {
    /// A wall clock that starts now.
    pub fn wall() -> Self {
        Clock::Wall(Instant::now())
    }

    /// A virtual clock at its epoch.
    pub fn at_epoch() -> Self {
        Clock::Virtual(0)
    }

    /// The time in microseconds.
    pub fn now_us(&self) -> u64 {
        match self {
            Clock::Wall(start) => u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX),
            Clock::Virtual(now_us) => *now_us,
        }
    }

    /// Moves a virtual clock on; a wall clock goes by itself.
    pub fn advance_to(&mut self, to_us: u64) {
        if let Clock::Virtual(now_us) = self {
            *now_us = to_us.max(*now_us);
        }
    }

    /// Whether the harness advances it.
    pub fn is_virtual(&self) -> bool {
        matches!(self, Clock::Virtual(_))
    }

    /// The time after `wait`, in microseconds.
    pub fn after(&self, wait: Duration) -> u64 {
        let wait = u64::try_from(wait.as_micros()).unwrap_or(u64::MAX);
        self.now_us().saturating_add(wait)
    }
}
