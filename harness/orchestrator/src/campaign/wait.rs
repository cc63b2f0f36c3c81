//! Lets time pass: the device's own where that is virtual, else the wall's.

use std::time::Duration;

use sixlo_agent_protocol::HostMessage;
use sixlo_judge::testcase::Pattern;

use super::{Broken, Player};

impl Player<'_, '_> {
    /// So much time passes, whatever happens in it.
    pub(super) fn wait(&mut self, time: Duration) -> Result<(), Broken> {
        self.catch_up()?;
        if !self.lane.clock.is_virtual() {
            return self.hear_for(time);
        }
        let end_us = self.lane.clock.after(time);
        self.fire_timers_until(end_us, |_| false)?;
        self.advance(end_us)?;
        self.catch_up()
    }

    /// Goes on when a frame matches, or when time is up.
    pub(super) fn wait_for(&mut self, pattern: &Pattern, limit: Duration) -> Result<(), Broken> {
        let matches = |player: &Self| {
            let mut frames = player.heard.frames().iter();
            frames.any(|frame| pattern.matches_frame(frame))
        };
        self.catch_up()?;
        if self.lane.clock.is_virtual() {
            let end_us = self.lane.clock.after(limit);
            return self.fire_timers_until(end_us, matches);
        }
        self.hear_until(limit, matches).map(|_| ())
    }

    /// Advances a virtual clock to the device's next timer, again and again, until
    /// none is due by `end_us` or `enough`.
    pub(super) fn fire_timers_until(
        &mut self,
        end_us: u64,
        enough: impl Fn(&Self) -> bool,
    ) -> Result<(), Broken> {
        while !enough(self) {
            let Some(due_us) = self.lane.next_timer_us.filter(|&due| due <= end_us) else {
                return Ok(());
            };
            self.advance(due_us)?;
            self.catch_up()?;
        }
        Ok(())
    }

    /// Moves both clocks. A timer that was due before now fires now.
    fn advance(&mut self, to_us: u64) -> Result<(), Broken> {
        self.lane.clock.advance_to(to_us);
        self.lane.next_timer_us = None;
        let to_us = self.lane.clock.now_us();
        self.queue(HostMessage::AdvanceClock { to_us })?;
        Ok(())
    }
}
