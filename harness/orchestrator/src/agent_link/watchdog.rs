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
    /// Since when the oldest unanswered command waits: when it was first tried to be
    /// written, or when the one before it was answered.
    since: Option<Instant>,
}

impl Watchdog {
    /// For a device that is just starting.
    pub fn new() -> Self {
        Watchdog {
            limit: START_LIMIT,
            since: None,
        }
    }

    /// An answer came; others are owed still, or none.
    pub fn answered(&mut self, is_last: bool) {
        self.limit = self.limit.min(LIMIT);
        self.since = (!is_last).then(Instant::now);
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
