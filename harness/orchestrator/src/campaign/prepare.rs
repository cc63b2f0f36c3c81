//! Puts the device into the state a trial starts from.

use std::time::Duration;

use sixlo_agent_protocol::{HostMessage, Setting};
use sixlo_judge::evidence::{Cause, What};
use sixlo_judge::testcase::Given;

use super::answer::is_advertisement;
use super::{Asked, Broken, Player};
use crate::rig::Lane;

/// A device that has just been reset may be checking its addresses: a random delay of
/// up to 1 s, then one solicitation and 1 s for its answer (RFC 4862 5.4.2 and 5.1).
const DUPLICATE_ADDRESS_DETECTION: Duration = Duration::from_millis(2100);

/// How long a node may look for a parent: it asks routers for 750 ms, then everybody for
/// 1.25 s, and begins again after a pause (Thread 1.1, 4.5.3).
const JOINING: Duration = Duration::from_secs(30);

/// How long after that it goes on talking to its parent about its addresses.
const SETTLING: Duration = Duration::from_millis(2100);

/// Trials that a device may hang in before it is left alone: each costs the
/// watchdog's time.
const MOST_HANGS: u32 = 3;

impl Player<'_, '_> {
    /// Settings first, then a reset, so that whatever the device does when it
    /// starts it does with its settings made; then the tester introduces itself.
    pub(super) fn prepare(&mut self) -> Result<(), Broken> {
        let trial = self.trial;
        if self.lane.hung_in_a_row >= MOST_HANGS {
            let text = format!("the device hung in {MOST_HANGS} trials in a row: left alone");
            return Err(Broken::Fault(text));
        }
        self.lane.revive()?;
        self.lane.tester.begin(trial);
        if let Some(security) = &mut self.lane.security {
            security.begin(&trial.given);
        }
        let mut given = Vec::new();
        for one in &trial.given {
            match one {
                Given::Tester(setting) => self.lane.tester.set(*setting),
                other => given.push(other.clone()),
            }
        }
        let configures = self.lane.refuses || self.lane.given.as_ref() != Some(&given);
        let resets = configures
            || self.lane.is_dirty
            || self.attempt.number > 1
            || self.lane.profile().reset_is_cheap;
        if configures {
            self.configure(&given)?;
            self.lane.given = Some(given);
        }
        if resets {
            self.queue(HostMessage::Reset)?;
            self.lane.next_timer_us = None;
            self.start_up()?;
        }
        self.tell_network()?;
        // A trial without a control is about a cold start.
        let introductions = match trial.control {
            Some(_) => self.lane.tester.introduce(trial),
            None => Vec::new(),
        };
        for psdu in &introductions {
            self.transmit(psdu, Cause::Automatic)?;
        }
        // An answer to this must not be taken for one to the control.
        self.catch_up()?;
        self.hear_advertisements(introductions.len())
    }

    /// Waits for as many answers to solicitations, where *done* says only that a frame was put
    /// on air: they bear no nonce, and one that comes late would be taken for the control's,
    /// and the control's for the stimulus's.
    fn hear_advertisements(&mut self, wanted: usize) -> Result<(), Broken> {
        if wanted == 0 || !self.lane.spec().is_lossy {
            return Ok(());
        }
        let enough = |player: &Self| {
            let packets = player.packets.iter();
            packets.filter(|packet| is_advertisement(packet)).count() >= wanted
        };
        self.hear_own_time(self.deadline(), enough)?;
        // These are no answers to the control, either.
        self.packets.clear();
        Ok(())
    }

    fn configure(&mut self, given: &[Given]) -> Result<(), Broken> {
        if self.lane.offers(&Setting::Defaults) {
            self.queue(HostMessage::Configure {
                setting: Setting::Defaults,
            })?;
        } else if self
            .lane
            .given
            .as_ref()
            .is_some_and(|given| !given.is_empty())
        {
            // Nothing else makes a device forget what it was told.
            self.lane.bury();
            self.lane.revive()?;
        }
        self.lane.refuses = false;
        for setting in self.lane.base_settings(given) {
            self.ask(setting, true)?;
        }
        for setting in self.lane.own_settings(given) {
            self.ask(setting, false)?;
        }
        Ok(())
    }

    fn ask(&mut self, setting: Setting, is_base: bool) -> Result<(), Broken> {
        let name = Lane::setting_name(&setting);
        let seq = self.queue(HostMessage::Configure { setting })?;
        self.asked.push(Asked {
            seq,
            phase: self.phase,
            name,
            is_base,
        });
        Ok(())
    }

    /// Lets a device whose time is virtual finish what it does when it starts. One that
    /// did nothing the last time, with no settings but those of the base, is not waited
    /// for: all of this and the introduction then go out in one write.
    fn start_up(&mut self) -> Result<(), Broken> {
        if self.lane.tester.forms_network() {
            return self.let_it_join();
        }
        if !self.lane.clock.is_virtual() {
            return Ok(());
        }
        let is_base = self.lane.given.as_ref().is_some_and(Vec::is_empty);
        if is_base && self.lane.starts_at_once == Some(true) {
            return Ok(());
        }
        self.catch_up()?;
        let end_us = self.lane.clock.after(DUPLICATE_ADDRESS_DETECTION);
        if is_base {
            let is_busy = self.lane.next_timer_us.is_some_and(|due| due <= end_us);
            self.lane.starts_at_once = Some(!is_busy);
        }
        self.fire_timers_until(end_us, |_| false)
    }

    /// Lets device and tester find each other in a network, and then the device say there what
    /// it has to say.
    pub(super) fn let_it_join(&mut self) -> Result<(), Broken> {
        self.catch_up()?;
        let now_us = self.lane.clock.now_us();
        for psdu in self.lane.tester.seek_device(now_us) {
            self.transmit_unsecured(&psdu)?;
        }
        self.catch_up()?;
        self.pass_time(JOINING, |player| player.lane.tester.has_device())?;
        self.catch_up()?;
        if !self.lane.tester.has_device() {
            let text = format!("device and tester formed no network in {JOINING:?}");
            return Err(Broken::Fault(text));
        }
        if let Some(trouble) = self.lane.tester.trouble() {
            return Err(Broken::Fault(trouble.to_owned()));
        }
        self.pass_time(SETTLING, |_| false)?;
        self.catch_up()
    }

    /// Tells the device what a trial's network is; what it does not take is as good as a
    /// setting refused.
    fn tell_network(&mut self) -> Result<(), Broken> {
        let trial = self.trial;
        for psdu in self.lane.tester.tell_network(&trial.given) {
            self.transmit(&psdu, Cause::Automatic)?;
        }
        if !self.lane.tester.forms_network() {
            return Ok(());
        }
        self.catch_up()?;
        if let Some((what, why)) = self.lane.tester.unmet(&trial.given) {
            self.record(What::Refused(what.to_owned(), why));
        }
        Ok(())
    }
}
