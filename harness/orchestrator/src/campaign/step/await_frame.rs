//! Goes on when a frame has come.

use std::time::Duration;

use sixlo_judge::testcase::Pattern;

use crate::campaign::{Broken, Player};

impl Player<'_, '_> {
    /// Goes on when a frame of the steps so far matches, or when time is up.
    pub(super) fn await_frame(&mut self, pattern: &Pattern, limit: Duration) -> Result<(), Broken> {
        let mut looked_at = 0;
        let matches = |player: &Self| {
            let new = &player.frames[looked_at..];
            looked_at = player.frames.len();
            new.iter().any(|frame| pattern.matches_frame(frame))
        };
        self.catch_up()?;
        if self.lane.clock.is_virtual() {
            let end_us = self.lane.clock.after(limit);
            return self.fire_timers_until(end_us, matches);
        }
        self.hear_until(limit, matches).map(|_| ())
    }
}
