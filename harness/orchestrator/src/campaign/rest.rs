//! Waiting until the device has come to rest, on the lane's own clock.

use std::time::{Duration, Instant};

use sixlo_agent_protocol::HostMessage;
use sixlo_judge::trial::Nonce;

use super::answer::answers;
use super::{Broken, Player};

/// Times that a device is asked whether it has come to rest; it may take a second to answer. One
/// that computes for ever is told from one that waits after a second on a CPU, which was a minute
/// on the wall where twenty others wanted the same two.
const MOST_RESTS: u32 = 300;
/// Timers fired one by one in one wait; a device that has more gets the rest at once.
const MOST_FIRED: usize = 1000;

impl Player<'_, '_> {
    /// Waits until the device has come to rest: settled, with virtual timers due
    /// within `limit` fired; or, where it does not settle, until `nonce` is
    /// answered or `limit` has passed. Says whether `nonce` was answered.
    pub(super) fn come_to_rest(
        &mut self,
        nonce: Option<&Nonce>,
        limit: Duration,
    ) -> Result<bool, Broken> {
        self.catch_up()?;
        let mut looked_at = 0;
        let mut is_answered = move |player: &Self| {
            let new = &player.packets[looked_at..];
            looked_at = player.packets.len();
            nonce.is_some_and(|nonce| new.iter().any(|packet| answers(packet, nonce)))
        };
        if self.lane.settles() || self.lane.clock.is_virtual() {
            if self.lane.clock.is_virtual() {
                // Not ended by an answer: a second, wrong or late one is evidence, too.
                self.fire_timers_until(self.lane.clock.after(limit), |_| false)?;
                self.catch_up()?;
            }
            return Ok(is_answered(self));
        }
        self.hear_own_time(limit, is_answered)
    }

    /// Hears for so long, whatever comes.
    pub(super) fn hear_for(&mut self, time: Duration) -> Result<(), Broken> {
        self.catch_up()?;
        self.pass_time(time, |_| false)
    }

    /// Lets so much time pass on the lane's clock, or less if it is `enough`.
    pub(super) fn pass_time(
        &mut self,
        time: Duration,
        enough: impl FnMut(&Self) -> bool,
    ) -> Result<(), Broken> {
        if self.lane.clock.is_virtual() {
            return self.fire_timers_until(self.lane.clock.after(time), enough);
        }
        self.hear_own_time(time, enough).map(|_| ())
    }

    /// Hears while the device asks for an address, or its answer is incomplete.
    pub(super) fn hear_while_busy(&mut self) -> Result<(), Broken> {
        self.catch_up()?;
        let rested =
            |player: &Self| player.open_questions == 0 && !player.lane.tester.has_partial_answer();
        self.hear_own_time(self.deadline(), rested).map(|_| ())
    }

    /// Hears until `enough`, or until the device has had `limit` of time; says whether it was
    /// enough. That the machine had no time for it is no silence of the device, so where somebody
    /// can look at it from outside, wall time alone does not end the waiting.
    pub(super) fn hear_own_time(
        &mut self,
        limit: Duration,
        mut enough: impl FnMut(&Self) -> bool,
    ) -> Result<bool, Broken> {
        if self.hear_until(limit, &mut enough)? {
            return Ok(true);
        }
        let for_us = u64::try_from(limit.as_micros()).unwrap_or(u64::MAX);
        for _ in 0..MOST_RESTS {
            if !self.lane.rests {
                return Ok(false);
            }
            let seq = self.queue(HostMessage::Rest { for_us })?;
            self.asked_to_rest = Some(seq);
            self.hear_all()?;
            if enough(self) {
                return Ok(true);
            }
            // It stands there still where it was refused.
            if self.asked_to_rest.take().is_none() {
                return Ok(false);
            }
        }
        Err(Broken::Fault(format!(
            "the machine gave the device less than {limit:?} in {MOST_RESTS} s"
        )))
    }

    /// Hears until `enough`, or until `limit` of wall time has passed; says whether it was enough.
    pub(super) fn hear_until(
        &mut self,
        limit: Duration,
        mut enough: impl FnMut(&Self) -> bool,
    ) -> Result<bool, Broken> {
        let end = Instant::now() + limit;
        loop {
            if enough(self) {
                return Ok(true);
            }
            let event = self.next_event();
            let wake = event.map_or(end, |event| event.min(end));
            match self.link()?.hear_until(wake)? {
                Some(said) => self.take(said)?,
                None if wake < end => self.do_what_is_due()?,
                None => return Ok(false),
            }
        }
    }

    /// When the next frame under way lands, or the tester speaks by itself, on the lane's clock.
    fn next_event_us(&self) -> Option<u64> {
        let landing = self.lane.air.next_due_us();
        landing.into_iter().chain(self.lane.tester.due_us()).min()
    }

    /// The same on the wall's clock.
    fn next_event(&self) -> Option<Instant> {
        let due_us = self.next_event_us()?;
        let left_us = due_us.saturating_sub(self.lane.clock.now_us());
        Some(Instant::now() + Duration::from_micros(left_us))
    }

    /// Lands what is due, and lets the tester say what it says by itself.
    fn do_what_is_due(&mut self) -> Result<(), Broken> {
        self.land_due()?;
        let now_us = self.lane.clock.now_us();
        for psdu in self.lane.tester.wake(now_us) {
            self.transmit_unsecured(&psdu)?;
        }
        Ok(())
    }

    /// Advances a virtual clock to the device's next timer, the next frame's landing or the next word of the tester,
    /// again and again, until none is due by `end_us` or `enough`. One at a time: the tester answers what a
    /// timer makes the device say before the next one is due.
    pub(super) fn fire_timers_until(
        &mut self,
        end_us: u64,
        mut enough: impl FnMut(&Self) -> bool,
    ) -> Result<(), Broken> {
        for fired in 0..MOST_FIRED {
            // What is due still after it was fired never will be.
            let fires = |due: &u64| fired == 0 || *due > self.lane.clock.now_us();
            let timer = self.lane.next_timer_us.filter(fires);
            let next = timer.into_iter().chain(self.next_event_us()).min();
            let due_us = next.filter(|&due| due <= end_us);
            let Some(due_us) = due_us.filter(|_| !enough(self)) else {
                return Ok(());
            };
            self.advance_to(due_us)?;
        }
        self.advance_to(end_us)
    }

    /// Moves both clocks and lands what is due. A timer that was due before now fires now.
    pub(super) fn advance_to(&mut self, to_us: u64) -> Result<(), Broken> {
        self.lane.clock.advance_to(to_us);
        self.lane.next_timer_us = None;
        let to_us = self.lane.clock.now_us();
        self.queue(HostMessage::AdvanceClock { to_us })?;
        self.hear_all()?;
        self.do_what_is_due()
    }
}
