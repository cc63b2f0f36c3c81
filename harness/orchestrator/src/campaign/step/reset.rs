//! As after power-on, in the middle of a trial.

use sixlo_agent_protocol::HostMessage;

use crate::campaign::{Asked, Broken, Player};

impl Player<'_, '_> {
    pub(super) fn reset(&mut self) -> Result<(), Broken> {
        let seq = self.queue(HostMessage::Reset)?;
        self.asked.push(Asked {
            seq,
            phase: self.phase,
            name: "reset",
            is_base: false,
        });
        self.lane.next_timer_us = None;
        self.is_resetting = true;
        self.catch_up()?;
        self.is_resetting = false;
        match self.lane.tester.forms_network() {
            true => self.let_it_join(),
            false => Ok(()),
        }
    }
}
