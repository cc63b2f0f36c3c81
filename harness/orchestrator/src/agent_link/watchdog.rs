//! How long a device may owe an answer. Always wall time: one whose time is virtual
//! can hang, too. Of a start, the time that the machine was busy with others is not counted.

use std::time::{Duration, Instant};

/// A device that owes an answer for so long has hung.
const LIMIT: Duration = Duration::from_secs(2);
/// A device that is starting gets longer: a guest kernel boots meanwhile.
const START_LIMIT: Duration = Duration::from_secs(20);
/// Less than that is no reason to wait on.
const LEAST: Duration = Duration::from_millis(1);

/// Barks when an answer is owed for too long.
pub(super) struct Watchdog {
    limit: Duration,
    /// What the limit comes to once the device has started.
    started: Duration,
    /// Since when the oldest unanswered command waits: when it was first tried to be
    /// written, or when the one before it was answered.
    since: Option<Instant>,
    is_starting: bool,
    /// How long the device has been kept from running since it began.
    held_up: Option<Box<dyn Fn() -> Duration + Send>>,
    /// So much of that has been given to it.
    given: Duration,
}

impl Watchdog {
    /// For a device that is just starting.
    pub fn new() -> Self {
        Watchdog {
            limit: START_LIMIT,
            started: LIMIT,
            since: None,
            is_starting: true,
            held_up: None,
            given: Duration::ZERO,
        }
    }

    /// Asked when a start takes too long.
    pub fn held_up_by(&mut self, total: Box<dyn Fn() -> Duration + Send>) {
        self.held_up = Some(total);
    }

    /// Whether it is too early to bark, for the device has been kept from starting by others.
    /// It gets that time, and is looked at again.
    pub fn is_put_off(&mut self) -> bool {
        let Some(held_up) = self.held_up.as_ref().filter(|_| self.is_starting) else {
            return false;
        };
        let more = held_up().saturating_sub(self.given);
        self.given += more;
        self.since = self.since.map(|since| since + more);
        more >= LEAST
    }

    /// An answer came; others are owed still, or none.
    pub fn answered(&mut self, is_last: bool) {
        self.is_starting = false;
        self.limit = self.limit.min(self.started);
        self.since = (!is_last).then(Instant::now);
    }

    /// For one that watches its device itself, and counts what a busy machine gives it: how
    /// long it may then take on the wall, nobody knows. It gets as long as a start.
    pub fn be_patient(&mut self) {
        self.limit = START_LIMIT;
        self.started = START_LIMIT;
    }

    /// When it barks if no answer comes: one is owed at least since `now`.
    pub fn barks_at(&mut self, now: Instant) -> Instant {
        *self.since.get_or_insert(now) + self.limit
    }

    /// The time it gives.
    pub fn limit(&self) -> Duration {
        self.limit
    }

    #[cfg(test)]
    pub fn set_limit(&mut self, limit: Duration) {
        self.limit = limit;
    }
}
