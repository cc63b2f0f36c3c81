//! Lets time pass: the device's own where that is virtual, else the wall's.

use std::time::Duration;

use crate::campaign::{Broken, Player};

impl Player<'_, '_> {
    /// So much time passes, whatever happens in it.
    pub(super) fn wait(&mut self, time: Duration) -> Result<(), Broken> {
        if !self.lane.clock.is_virtual() {
            return self.hear_for(time);
        }
        let end_us = self.lane.clock.after(time);
        self.hear_for(time)?;
        self.advance_to(end_us)
    }
}
