//! A lane's time: the wall's, or the device's own where that is virtual.

use std::time::{Duration, Instant};

use sixlo_agent_protocol::Abilities;

use crate::agent_link::Hello;

/// Microseconds: of a wall clock since the lane was opened, of a virtual one as the
/// device counts them.
#[derive(Debug, Clone)]
pub enum Clock {
    /// It goes by itself.
    Wall(Instant),
    /// It moves only when the harness advances it.
    Virtual(u64),
}

impl Clock {
    /// The clock of a device that says this of itself.
    pub fn of(hello: &Hello) -> Self {
        match hello.abilities.has(Abilities::VIRTUAL_TIME) {
            true => Clock::Virtual(hello.clock_us),
            false => Clock::Wall(Instant::now()),
        }
    }

    /// The time in microseconds.
    pub fn now_us(&self) -> u64 {
        match self {
            Clock::Wall(start) => u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX),
            Clock::Virtual(now_us) => *now_us,
        }
    }

    /// Moves a virtual clock on; a wall clock goes by itself, and neither goes back.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_virtual_clock_moves_when_told_and_never_back() {
        let mut clock = Clock::Virtual(5);
        assert_eq!(clock.after(Duration::from_millis(2)), 2005);
        clock.advance_to(3000);
        clock.advance_to(1000);
        assert_eq!(clock.now_us(), 3000);
        assert_eq!(clock.after(Duration::MAX), u64::MAX);
    }

    #[test]
    fn a_wall_clock_cannot_be_advanced() {
        let mut clock = Clock::Wall(Instant::now());
        clock.advance_to(u64::MAX);
        assert!(!clock.is_virtual() && clock.now_us() < 3_600_000_000);
    }
}
