//! Puts the device into the state a trial starts from.

use sixlo_agent_protocol::{HostMessage, Setting};
use sixlo_judge::evidence::Cause;
use sixlo_judge::testcase::Given;

use super::{Broken, Player};
use crate::rig::Lane;

impl Player<'_, '_> {
    /// Settings first, then a reset, so that whatever the device does when it
    /// starts it does with its settings made. The answers are heard later: all of
    /// this and the control go out in one write.
    pub(super) fn prepare(&mut self) -> Result<(), Broken> {
        let trial = self.trial;
        self.lane
            .revive()
            .map_err(|error| Broken::Fault(error.to_string()))?;
        self.lane.tester.begin(trial);
        for given in &trial.given {
            if let Given::Tester(setting) = given {
                self.lane.tester.set(*setting);
            }
        }
        let gives = trial
            .given
            .iter()
            .any(|given| !matches!(given, Given::Tester(_)));
        let configures = gives || self.lane.has_foreign_settings;
        if configures {
            self.configure(gives)?;
        }
        let resets = configures
            || self.lane.is_dirty
            || self.attempt.number > 1
            || self.lane.profile().reset_is_cheap;
        if resets {
            self.queue(HostMessage::Reset)?;
            self.lane.next_timer_us = None;
        }
        self.introduce()
    }

    /// Makes the tester's sources known. A trial without a control is about a cold start.
    fn introduce(&mut self) -> Result<(), Broken> {
        if self.trial.control.is_none() {
            return Ok(());
        }
        let fresh = self.trial.given.iter().find_map(|given| match given {
            Given::FreshEui64(eui64) => Some(*eui64),
            _ => None,
        });
        let dut = fresh.unwrap_or(self.lane.profile().addresses.dut.eui64);
        for psdu in self.lane.tester.introduce(dut) {
            self.transmit(&psdu, Cause::Automatic)?;
        }
        Ok(())
    }

    fn configure(&mut self, gives: bool) -> Result<(), Broken> {
        let has_defaults = self.lane.hello().hooks & Setting::Defaults.hook() != 0;
        match has_defaults {
            true => {
                self.queue(HostMessage::Configure {
                    setting: Setting::Defaults,
                })?;
            }
            // Nothing else makes a device forget what it was told.
            false if self.lane.has_foreign_settings => {
                self.lane.bury();
                self.lane
                    .revive()
                    .map_err(|error| Broken::Fault(error.to_string()))?;
                self.last_queued = 0;
                self.worked_off = 0;
            }
            false => {}
        }
        for setting in self.lane.base_settings(&self.trial.given) {
            self.queue(HostMessage::Configure { setting })?;
        }
        // What the base lacks is known from hello; what a trial asks for is news.
        for setting in Lane::own_settings(&self.trial.given) {
            let name = Lane::setting_name(&setting);
            let seq = self.queue(HostMessage::Configure { setting })?;
            self.asked.push((seq, self.phase, name));
        }
        self.lane.has_foreign_settings = gives;
        Ok(())
    }

    /// As after power-on, in the middle of a trial.
    pub(super) fn reset(&mut self) -> Result<(), Broken> {
        let seq = self.queue(HostMessage::Reset)?;
        self.asked.push((seq, self.phase, "reset"));
        self.lane.next_timer_us = None;
        self.catch_up()
    }
}
