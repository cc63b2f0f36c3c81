//! The end of a trial: when silence has been waited for long enough.

use std::time::Duration;

use sixlo_judge::evidence::{Phase, Stop};
use sixlo_judge::testcase::Expectation;

use super::{Broken, Player};

/// How much longer a relaxed attempt waits.
const RELAXED: u32 = 2;

impl Player<'_, '_> {
    /// Waits until nothing more is to come, and says what tells so.
    pub(super) fn end(&mut self) -> Result<Stop, Broken> {
        match self.lane.settles() {
            true => self.end_settled(),
            false => self.end_unsettled(),
        }
    }

    /// A device that says settled needs no sentinel, unless the case asks whether it
    /// still answers one.
    fn end_settled(&mut self) -> Result<Stop, Broken> {
        self.come_to_rest(None, self.longest_expected())?;
        if self.trial.then.iter().any(asks_for_life)
            && let Some(sentinel) = &self.trial.sentinel
        {
            self.phase = Phase::Sentinel;
            self.send_and_wait(sentinel)?;
        }
        Ok(Stop::Settled)
    }

    /// The answer of one that does not settle to the sentinel proves the silence
    /// before it; a relaxed attempt waits for the deadline instead, and so does every
    /// attempt at a device that does not answer in order.
    fn end_unsettled(&mut self) -> Result<Stop, Broken> {
        let expected = self.longest_expected();
        let waits = self.attempt.relaxed || !self.lane.keeps_order || expected > self.deadline();
        if waits {
            self.hear_for(expected)?;
        }
        // Where frames are lost, silence counts between answered liveness checks alone.
        let asks = self.trial.then.iter().any(asks_for_life) || !self.lane.is_lossless();
        let sentinel = self.trial.sentinel.as_ref().filter(|_| asks || !waits);
        let Some(sentinel) = sentinel else {
            if !waits {
                self.hear_for(expected)?;
            }
            return Ok(Stop::Deadline);
        };
        // Held back while the device asks for an address or its answer is incomplete:
        // a full queue may drop the older packet (RFC 4861 7.2.2).
        self.hear_while_busy()?;
        self.phase = Phase::Sentinel;
        match self.send_and_wait(sentinel)? {
            true if !waits => Ok(Stop::Sentinel),
            _ => Ok(Stop::Deadline),
        }
    }

    /// How long an answer may take: the device's PIXIT item, and the air's own time.
    pub(super) fn deadline(&self) -> Duration {
        let reply_within = self.lane.profile().reply_within + self.lane.air.longest_exchange();
        match self.attempt.relaxed {
            true => reply_within * RELAXED,
            false => reply_within,
        }
    }

    /// The longest time that an expectation allows.
    fn longest_expected(&self) -> Duration {
        let allowed = self.trial.then.iter().filter_map(allowed).max();
        allowed.unwrap_or_default().max(self.deadline())
    }
}

/// The time that an expectation allows, if it says one.
fn allowed(expectation: &Expectation) -> Option<Duration> {
    match expectation {
        Expectation::Within(inner, time) => {
            Some(allowed(inner).map_or(*time, |one| one.max(*time)))
        }
        Expectation::AtMostOne(inner) => allowed(inner),
        Expectation::AnyOf(several) => several.iter().filter_map(|(one, _)| allowed(one)).max(),
        _ => None,
    }
}

/// Whether it asks that the device still answers.
fn asks_for_life(expectation: &Expectation) -> bool {
    match expectation {
        Expectation::Alive => true,
        Expectation::Within(inner, _) | Expectation::AtMostOne(inner) => asks_for_life(inner),
        Expectation::AnyOf(several) => several.iter().any(|(one, _)| asks_for_life(one)),
        _ => false,
    }
}
