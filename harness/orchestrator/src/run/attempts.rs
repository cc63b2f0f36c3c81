//! One trial, as often as it takes: played, judged, recorded, played again.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use sixlo_judge::calibration::Calibration;
use sixlo_judge::conclude;
use sixlo_judge::evidence::{self, Evidence, Overheard, Phase, What};
use sixlo_judge::judge::judge;
use sixlo_judge::profile::Profile;
use sixlo_judge::testcase::{Kind, TestCase};
use sixlo_judge::trial::{Trial, TrialStep};
use sixlo_judge::verdict::{Judgement, Outcome, Verdict};

use super::event::{Event, Judged};
use super::handover::Handover;
use super::journal::Attempt;
use super::memory::{Course, LastTrial, Memory};
use super::recorder::Stopped;
use super::silent::{SilentTrial, SilentTrials, rests_on_silence};
use crate::campaign::{self, play};
use crate::rig::Lane;

/// What is the same for all trials of a device.
pub(super) struct Bench<'a> {
    pub profile: &'a Profile,
    pub calibration: Calibration,
    /// A SHOULD that was not kept is a fail.
    pub strict: bool,
    /// Share of frames that the air loses, each way.
    pub loss: f64,
}

impl Bench<'_> {
    /// Plays a trial until more attempts could not change the word on it.
    /// `before` are the attempts that an earlier, killed run recorded. A calibration
    /// case gives back the evidence of its last attempt.
    pub fn settle<'t>(
        &self,
        lane: &mut Lane,
        (case, trial): (&'t TestCase, &'t Trial),
        before: &[Judgement],
        memory: &mut Memory<'t>,
        handover: &mut Handover,
    ) -> Result<Option<Evidence>, Stopped> {
        let start = Instant::now();
        let mut last = None;
        let mut course = Course::default();
        let (attempts, word) = self.repeat(lane, (case, trial), before, |attempt| {
            course.note(&attempt.evidence);
            if case.kind == Kind::Calibration {
                last = Some(attempt.evidence.clone());
            }
            handover.record(attempt)
        })?;
        let was_played = attempts.len() > before.len();
        let took = match was_played {
            true => start.elapsed(),
            false => Duration::ZERO,
        };
        let silent_trial = rests_on_silence(&word).then(|| SilentTrial {
            case,
            trial,
            attempts: attempts.len(),
            word: word.clone(),
        });
        let lines = lane.log();
        if !lines.is_empty() {
            handover.tell(Event::Logged {
                dut: trial.dut.clone(),
                lines,
            })?;
        }
        handover.tell(Event::Judged(Box::new(Judged {
            trial: trial.meta(),
            attempts: attempts.len(),
            judgement: word,
            took,
        })))?;
        if let Some(silent_trial) = silent_trial {
            memory.silent.remember(silent_trial);
        }
        if !lane.strays.is_empty() || lane.is_tardy() {
            self.amend(lane, &mut memory.silent, &trial.meta().title(), handover)?;
        }
        lane.collects_strays = !memory.silent.is_empty();
        if was_played {
            let this = LastTrial {
                case,
                trial,
                attempts,
            };
            let before = match course.has_ended {
                true => memory.last.take(),
                false => memory.last.replace(this),
            };
            if let Some(before) = before.filter(|_| course.ended_before) {
                // This one may have left the same behind.
                self.part(lane, memory, handover)?;
                self.look_afterwards(lane, before, handover)?;
            }
        }
        Ok(last)
    }

    /// The end of a lane: the last trial has none behind it that would show what it left.
    pub fn end(
        &self,
        lane: &mut Lane,
        memory: &mut Memory,
        handover: &mut Handover,
    ) -> Result<(), Stopped> {
        if !memory.silent.is_empty() {
            lane.hear_out();
        }
        self.amend(lane, &mut memory.silent, "the end of the run", handover)?;
        self.part(lane, memory, handover)
    }

    /// Resets the device in no trial's name. If it does not live through that, its last
    /// trial is looked at.
    fn part(
        &self,
        lane: &mut Lane,
        memory: &mut Memory,
        handover: &mut Handover,
    ) -> Result<(), Stopped> {
        match memory.last.take() {
            Some(last) if !lane.lives_through_reset() => self.look_afterwards(lane, last, handover),
            _ => Ok(()),
        }
    }

    /// The device was gone before the trial behind this one had begun: whether it was this
    /// one that brought it down shows when it is played again, with a reset behind it.
    fn look_afterwards(
        &self,
        lane: &mut Lane,
        last: LastTrial,
        handover: &mut Handover,
    ) -> Result<(), Stopped> {
        let LastTrial {
            case,
            trial,
            mut attempts,
        } = last;
        let way = self.way(trial);
        let before = word(&attempts, way);
        let start = Instant::now();
        // Every fail is repeated once.
        for _ in 0..2 {
            let attempt = campaign::Attempt {
                number: u8::try_from(attempts.len() + 1).unwrap_or(u8::MAX),
                relaxed: false,
                resets_afterwards: true,
            };
            let (evidence, judgement) = self.attempt(lane, case, trial, attempt);
            let has_ended = judgement.outcome == Outcome::Crashed;
            attempts.push(judgement.clone());
            handover.record(Attempt {
                trial: trial.meta(),
                evidence,
                judgement,
            })?;
            if !has_ended {
                break;
            }
        }
        handover.tell(Event::Amended {
            judged: Box::new(Judged {
                trial: trial.meta(),
                attempts: attempts.len(),
                judgement: word(&attempts, way),
                took: start.elapsed(),
            }),
            before: before.verdict,
        })
    }

    /// Plays a trial until more attempts could not change the word on it: all judgements,
    /// those of `before` first, and the word.
    pub fn repeat<E>(
        &self,
        lane: &mut Lane,
        (case, trial): (&TestCase, &Trial),
        before: &[Judgement],
        mut record: impl FnMut(Attempt) -> Result<(), E>,
    ) -> Result<(Vec<Judgement>, Judgement), E> {
        let way = self.way(trial);
        let mut attempts = before.to_vec();
        let mut is_again = false;
        while is_again || wants_more(&attempts, way) {
            let number = u8::try_from(attempts.len() + 1).unwrap_or(u8::MAX);
            let attempt = campaign::Attempt {
                number,
                relaxed: conclude::wants_relaxed(&attempts),
                resets_afterwards: false,
            };
            let (evidence, judgement) = self.attempt(lane, case, trial, attempt);
            let is_first_trouble = attempts.iter().all(|one| one.verdict != Verdict::Error);
            is_again = judgement.verdict == Verdict::Error
                && (lane.replace() || (is_first_trouble && lane.has_returned()));
            attempts.push(judgement.clone());
            record(Attempt {
                trial: trial.meta(),
                evidence,
                judgement,
            })?;
        }
        let word = word(&attempts, way);
        Ok((attempts, word))
    }

    fn way(&self, trial: &Trial) -> Way {
        Way {
            frames: frames(trial),
            loss: either(self.loss, self.profile.loss),
        }
    }

    /// Makes void what rested on the silence of trials whose answers have come since, and
    /// believes the device's settled and sentinels no longer.
    pub fn amend(
        &self,
        lane: &mut Lane,
        silent: &mut SilentTrials,
        during: &str,
        handover: &mut Handover,
    ) -> Result<(), Stopped> {
        for packet in std::mem::take(&mut lane.strays) {
            if let Some(late) = silent.answered_by(&packet) {
                lane.distrust();
                let words = format!("an answer came late, during {during}");
                self.void(late, words, handover)?;
            }
        }
        while lane.is_tardy()
            && let Some(unprovable) = silent.unprovable()
        {
            let words = "the device answers late, and an answer to this bears no nonce";
            self.void(unprovable, words.to_owned(), handover)?;
        }
        Ok(())
    }

    fn void(
        &self,
        silent: SilentTrial,
        words: String,
        handover: &mut Handover,
    ) -> Result<(), Stopped> {
        let SilentTrial {
            case,
            trial,
            attempts,
            word,
        } = silent;
        let evidence = Evidence {
            trial: Some(trial.id.clone()),
            attempt: u8::try_from(attempts + 1).unwrap_or(u8::MAX),
            events: vec![evidence::Event {
                at_us: 0,
                phase: Phase::Given,
                what: What::Late(words),
            }],
            ..Evidence::default()
        };
        let judgement = judge(case, trial, self.profile, &self.calibration, &evidence);
        handover.record(Attempt {
            trial: trial.meta(),
            evidence,
            judgement: judgement.clone(),
        })?;
        handover.tell(Event::Amended {
            judged: Box::new(Judged {
                trial: trial.meta(),
                attempts: attempts + 1,
                judgement,
                took: Duration::ZERO,
            }),
            before: word.verdict,
        })
    }

    /// One attempt, played and judged. A panic of the harness in either costs this
    /// trial alone: its word is an error, and the device is started again.
    fn attempt(
        &self,
        lane: &mut Lane,
        case: &TestCase,
        trial: &Trial,
        attempt: campaign::Attempt,
    ) -> (Evidence, Judgement) {
        let played = catch_unwind(AssertUnwindSafe(|| {
            let evidence = play(lane, trial, attempt);
            let judgement = judge(case, trial, self.profile, &self.calibration, &evidence);
            (evidence, self.weigh(judgement))
        }));
        played.unwrap_or_else(|panic| {
            lane.abandon();
            let words = format!("the harness panicked: {}", message(&*panic));
            let evidence = Evidence {
                trial: Some(trial.id.clone()),
                attempt: attempt.number,
                relaxed: attempt.relaxed,
                events: vec![evidence::Event {
                    at_us: 0,
                    phase: Phase::Given,
                    what: What::Fault(words.clone()),
                }],
                ..Evidence::default()
            };
            let judgement = Judgement {
                verdict: Verdict::Error,
                ..Judgement::undecided(words)
            };
            (evidence, judgement)
        })
    }

    fn weigh(&self, judgement: Judgement) -> Judgement {
        match self.strict {
            true => judgement.strictly(),
            false => judgement,
        }
    }
}

/// What a panic says.
fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a word")
}

/// The way to a device and back, as a trial uses it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    /// Frames that the trial puts on air.
    pub frames: usize,
    /// Share of frames lost each way, as it was asked for or measured before.
    pub loss: f64,
}

impl Way {
    /// The share of exchanges that is lost, as these attempts show it: every frame of the
    /// stimulus, as many of the answer, and an address resolution. None where nothing is.
    ///
    /// A radio that missed more of the frames that are known to have been on air than was
    /// measured before is believed: of the two ways it is the one back.
    fn lost_exchanges(self, attempts: &[Judgement]) -> Option<f64> {
        let overheard = attempts.iter().filter_map(|attempt| attempt.overheard);
        let overheard = overheard.reduce(Overheard::and).unwrap_or_default();
        let loss = self.loss.max(conclude::lost_each_way(overheard.missed()));
        let carried = i32::try_from(2 * self.frames.max(1) + 2).unwrap_or(i32::MAX);
        (loss > 0.0).then(|| 1.0 - (1.0 - loss).powi(carried))
    }
}

/// What several attempts come to.
pub(super) fn word(attempts: &[Judgement], way: Way) -> Judgement {
    match way.lost_exchanges(attempts) {
        None => conclude::conclude(attempts),
        Some(loss) => conclude::conclude_on_lossy(attempts, loss),
    }
}

/// Silence may be the medium's doing until it has come often enough.
fn wants_more(attempts: &[Judgement], way: Way) -> bool {
    attempts.is_empty()
        || conclude::wants_repeat(attempts)
        || way
            .lost_exchanges(attempts)
            .is_some_and(|loss| conclude::wants_repeat_on_lossy(attempts, loss))
}

/// Frames that a trial puts on air.
fn frames(trial: &Trial) -> usize {
    trial
        .steps
        .iter()
        .map(|step| match step {
            TrialStep::Send(stimulus) => stimulus.psdus.len(),
            _ => 0,
        })
        .sum()
}

/// The share of frames lost by one of two losers: the air as it was asked for, and the way
/// to the device as it was measured.
pub(super) fn either(one: f64, other: f64) -> f64 {
    1.0 - (1.0 - one) * (1.0 - other)
}

#[cfg(test)]
mod tests;
