//! Hears the device out, answers it as its neighbour, and knows when it has come to rest.

use std::time::{Duration, Instant};

use sixlo_judge::evidence::{Cause, What};
use sixlo_judge::trial::Nonce;

use super::{Broken, Player};
use crate::agent_link::{LinkError, Said};
use crate::rig::WATCHDOG;

/// Messages of the device in one trial; one that says more floods.
const MOST_SAID: usize = 20_000;

impl Player<'_, '_> {
    /// Hears until every command has been answered, those included that the
    /// tester's own answers make meanwhile.
    ///
    /// A device that leaves one unanswered for the watchdog's time has hung.
    pub(super) fn catch_up(&mut self) -> Result<(), Broken> {
        while self.worked_off != self.last_queued {
            self.hear(WATCHDOG)?;
        }
        Ok(())
    }

    /// Waits until the device has come to rest: settled, with virtual timers due
    /// within `limit` fired; or, where it does not settle, until `nonce` is
    /// answered or `limit` has passed. Says whether `nonce` was answered.
    pub(super) fn come_to_rest(
        &mut self,
        nonce: Option<&Nonce>,
        limit: Duration,
    ) -> Result<bool, Broken> {
        self.catch_up()?;
        let answered = |player: &Self| nonce.is_some_and(|nonce| player.heard.answers(nonce));
        if self.lane.profile().settles {
            if self.lane.clock.is_virtual() {
                // Not ended by an answer: a second, wrong or late one is evidence, too.
                self.fire_timers_until(self.lane.clock.after(limit), |_| false)?;
            }
            return Ok(answered(self));
        }
        self.hear_until(limit, answered)
    }

    /// Hears for so long, whatever comes.
    pub(super) fn hear_for(&mut self, time: Duration) -> Result<(), Broken> {
        self.catch_up()?;
        if self.lane.clock.is_virtual() {
            return self.fire_timers_until(self.lane.clock.after(time), |_| false);
        }
        self.hear_until(time, |_| false).map(|_| ())
    }

    /// Hears while the device asks for an address, or its answer is incomplete.
    pub(super) fn hear_while_busy(&mut self) -> Result<(), Broken> {
        self.catch_up()?;
        let rested =
            |player: &Self| player.open_questions == 0 && !player.lane.tester.has_partial_answer();
        self.hear_until(self.deadline(), rested).map(|_| ())
    }

    /// Hears until `enough`, or until `limit` of wall time has passed; says whether it was enough.
    pub(super) fn hear_until(
        &mut self,
        limit: Duration,
        enough: impl Fn(&Self) -> bool,
    ) -> Result<bool, Broken> {
        let end = Instant::now() + limit;
        loop {
            if enough(self) {
                return Ok(true);
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(false);
            }
            match self.hear(left) {
                Err(Broken::Link(LinkError::Silent(_))) => return Ok(enough(self)),
                other => other?,
            }
        }
    }

    /// Hears one message.
    fn hear(&mut self, limit: Duration) -> Result<(), Broken> {
        self.said += 1;
        if self.said > MOST_SAID {
            return Err(LinkError::Flooded.into());
        }
        let device = self
            .lane
            .device
            .as_mut()
            .ok_or_else(|| Broken::Fault("the device is not running".to_owned()))?;
        let said = device.link.hear(limit)?;
        self.take(said)
    }

    fn take(&mut self, said: Said) -> Result<(), Broken> {
        match said {
            Said::Transmitted(psdu) => self.take_frame(psdu)?,
            Said::Delivered(packet) => self.record(What::Delivered(packet)),
            Said::Settled { seq, next_timer_us } => {
                self.work_off(seq);
                self.lane.next_timer_us = next_timer_us;
                self.record(What::Settled { next_timer_us });
            }
            Said::Done(seq) | Said::Statistics(seq) => self.work_off(seq),
            Said::Unsupported(seq) => {
                self.record_answer(seq, |name| What::Unsupported(name.to_owned()));
                self.work_off(seq);
            }
            Said::Refused(seq, text) => {
                self.record_answer(seq, |name| What::Refused(name.to_owned(), text));
                self.work_off(seq);
            }
            Said::Hello(..) => return Err(Broken::Rebooted),
            Said::Nonsense(text) => return Err(Broken::Nonsense(text)),
            // What a sniffer hears is not for this lane; a log line is for people.
            Said::Captured(_) | Said::Log(_) => {}
        }
        Ok(())
    }

    /// A frame of the device: through the air to the tester, and its answer back.
    fn take_frame(&mut self, psdu: Vec<u8>) -> Result<(), Broken> {
        for _ in 0..self.lane.air.arrivals() {
            let now_us = self.lane.clock.now_us();
            let asks = self.heard.take(now_us, &psdu);
            let answers = self.lane.tester.hear(now_us, &psdu);
            self.record(What::Heard(psdu.clone()));
            if answers.is_empty() {
                self.open_questions += u32::from(asks);
            }
            for answer in answers {
                self.transmit(&answer, Cause::Automatic)?;
            }
        }
        Ok(())
    }

    /// The device has worked off everything up to this command.
    fn work_off(&mut self, seq: u32) {
        self.worked_off = self.worked_off.max(seq);
        let events = &mut self.events;
        self.untaken.retain(|&(sent, event)| {
            if sent > seq {
                return true;
            }
            if let What::Sent { taken, .. } = &mut events[event].what {
                *taken = true;
            }
            false
        });
    }

    /// An answer to a command belongs to the phase in which that was given.
    fn record_answer(&mut self, seq: u32, what: impl FnOnce(&'static str) -> What) {
        let asked = self.asked.iter().find(|(asked, ..)| *asked == seq);
        if let Some(&(_, phase, name)) = asked {
            let now = std::mem::replace(&mut self.phase, phase);
            self.record(what(name));
            self.phase = now;
        }
    }
}
