//! How long a device may owe an answer. Always wall time: one whose time is virtual
//! can hang, too.

use std::time::{Duration, Instant};

/// A device that owes an answer for so long has hung.
const LIMIT: Duration = Duration::from_secs(2);
/// A device that is starting gets longer: a guest kernel boots meanwhile.
const START_LIMIT: Duration = Duration::from_secs(20);

/// Barks when an answer is owed for too long.
pub(super) struct Watchdog {
    limit: Duration,
    /// What the limit comes to once the device has started.
    started: Duration,
    /// Since when the oldest unanswered command waits: when it was first tried to be
    /// written, or when the one before it was answered.
    since: Option<Instant>,
}

impl Watchdog {
    /// For a device that is just starting.
    pub fn new() -> Self {
        Watchdog {
            limit: START_LIMIT,
            started: LIMIT,
            since: None,
        }
    }

    /// An answer came; others are owed still, or none.
    pub fn answered(&mut self, is_last: bool) {
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
