//! Plays a trial and records what happens. It knows no verdict: waiting ends on
//! quiescence (settled, sentinel, deadline), never because an answer was liked.

mod answer;
mod hearing;
mod prepare;
mod send;
mod wait;

use std::time::Duration;

use sixlo_judge::evidence::{Event, Evidence, Phase, Stop, What};
use sixlo_judge::testcase::Expectation;
use sixlo_judge::trial::{Trial, TrialStep};

use crate::agent_link::LinkError;
use crate::rig::Lane;

/// Which attempt at a trial this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// 1 for the first.
    pub number: u8,
    /// A deadline in place of the sentinel, and a longer one.
    pub relaxed: bool,
}

impl Attempt {
    /// The first attempt, at full speed.
    pub const FIRST: Attempt = Attempt {
        number: 1,
        relaxed: false,
    };
}

/// How often a control is sent before its silence counts.
const CONTROLS: usize = 2;
/// How much longer a relaxed attempt waits.
const RELAXED: u32 = 2;

/// Plays one attempt at a trial on a lane's device and returns what was seen.
///
/// A device that crashes, hangs or floods ends the trial and is started again for
/// the next one.
pub fn play(lane: &mut Lane, trial: &Trial, attempt: Attempt) -> Evidence {
    let lossless = lane.air.is_lossless();
    let mut player = Player {
        lane,
        trial,
        attempt,
        phase: Phase::Given,
        events: Vec::with_capacity(16),
        untaken: Vec::new(),
        asked: Vec::new(),
        worked_off: 0,
        last_queued: 0,
        open_questions: 0,
        said: 0,
        heard: answer::Heard::new(trial),
    };
    let stop = match player.run() {
        Ok(stop) => stop,
        Err(broken) => {
            player.break_off(broken);
            Stop::Broken
        }
    };
    let Player { events, lane, .. } = player;
    lane.is_dirty = trial.dirty || stop == Stop::Broken;
    Evidence {
        trial: Some(trial.id.clone()),
        attempt: attempt.number,
        relaxed: attempt.relaxed,
        events,
        stop,
        lossless,
    }
}

/// Why a trial breaks off.
enum Broken {
    /// The link says why.
    Link(LinkError),
    /// The device says it has rebooted.
    Rebooted,
    /// It speaks no protocol.
    Nonsense(String),
    /// The bench's trouble.
    Fault(String),
}

impl From<LinkError> for Broken {
    fn from(error: LinkError) -> Self {
        Broken::Link(error)
    }
}

/// One attempt being played.
struct Player<'l, 't> {
    lane: &'l mut Lane,
    trial: &'t Trial,
    attempt: Attempt,
    phase: Phase,
    events: Vec<Event>,
    /// Frames sent whose command is not answered yet: its number, their event.
    untaken: Vec<(u32, usize)>,
    /// Commands whose refusal is recorded: number, phase in which they were queued, name.
    asked: Vec<(u32, Phase, &'static str)>,
    /// The highest command the device has answered.
    worked_off: u32,
    last_queued: u32,
    /// Solicitations of the device that the tester has not answered.
    open_questions: u32,
    /// Messages of the device in this trial.
    said: usize,
    heard: answer::Heard,
}

impl Player<'_, '_> {
    fn run(&mut self) -> Result<Stop, Broken> {
        self.prepare()?;
        let trial = self.trial;
        if let Some(control) = &trial.control {
            self.phase = Phase::Control;
            // Twice at most: whoever resolves the source first may drop its first answer
            // meanwhile (RFC 4861 7.2.2).
            for _ in 0..CONTROLS {
                self.send(control)?;
                if self.come_to_rest(Some(&control.nonce), self.deadline())? {
                    break;
                }
            }
        }
        let last = trial.steps.len().saturating_sub(1);
        for (number, step) in trial.steps.iter().enumerate() {
            self.phase = Phase::Step(u16::try_from(number).unwrap_or(u16::MAX));
            self.step(step, number == last)?;
        }
        if self.lane.profile().settles {
            self.come_to_rest(None, self.longest_expected())?;
            self.ask_if_alive()?;
            return Ok(Stop::Settled);
        }
        self.end_unsettled()
    }

    fn step(&mut self, step: &TrialStep, is_last: bool) -> Result<(), Broken> {
        match step {
            TrialStep::Send(stimulus) => {
                self.send(stimulus)?;
                if !is_last {
                    self.come_to_rest(Some(&stimulus.nonce), self.deadline())?;
                }
                Ok(())
            }
            TrialStep::SendIpv6(packet) => self.send_ipv6(packet),
            TrialStep::Await(pattern, limit) => self.wait_for(pattern, *limit),
            TrialStep::Wait(time) => self.wait(*time),
            TrialStep::Reset => self.reset(),
            TrialStep::Tester(setting) => {
                self.lane.tester.set(*setting);
                Ok(())
            }
        }
    }

    /// A device that does not say settled: its answer to the sentinel proves
    /// the silence before it; a relaxed attempt waits for the deadline instead.
    fn end_unsettled(&mut self) -> Result<Stop, Broken> {
        let expected = self.longest_expected();
        let sentinel = match (&self.trial.sentinel, self.attempt.relaxed) {
            (Some(sentinel), false) if expected <= self.deadline() => sentinel,
            _ => {
                self.hear_for(expected)?;
                return Ok(Stop::Deadline);
            }
        };
        // Held back while the device asks for an address or its answer is incomplete:
        // a full queue may drop the older packet (RFC 4861 7.2.2).
        self.hear_while_busy()?;
        self.phase = Phase::Sentinel;
        self.send(sentinel)?;
        match self.come_to_rest(Some(&sentinel.nonce), self.deadline())? {
            true => Ok(Stop::Sentinel),
            false => Ok(Stop::Deadline),
        }
    }

    /// A device that settles needs no sentinel, unless the case wants to know whether it lives on.
    fn ask_if_alive(&mut self) -> Result<(), Broken> {
        if let Some(sentinel) = &self.trial.sentinel
            && self.trial.then.iter().any(wants_life)
        {
            self.phase = Phase::Sentinel;
            self.send(sentinel)?;
            self.come_to_rest(Some(&sentinel.nonce), self.deadline())?;
        }
        Ok(())
    }

    /// How long an answer may take: the device's PIXIT item.
    fn deadline(&self) -> Duration {
        let reply_within = self.lane.profile().reply_within;
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

    fn record(&mut self, what: What) {
        self.events.push(Event {
            at_us: self.lane.clock.now_us(),
            phase: self.phase,
            what,
        });
    }

    /// Records why the trial breaks off, and ends a device that is of no more use.
    fn break_off(&mut self, broken: Broken) {
        let what = match broken {
            Broken::Link(LinkError::Closed) => What::Exited(self.lane.bury()),
            Broken::Link(LinkError::Silent(limit)) => {
                self.lane.bury();
                What::Hung(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX))
            }
            Broken::Link(LinkError::Flooded) => {
                self.lane.bury();
                What::Flooded
            }
            Broken::Link(error @ LinkError::Io(_)) => {
                self.lane.bury();
                What::Fault(error.to_string())
            }
            Broken::Rebooted => {
                self.lane.has_foreign_settings = true;
                What::Rebooted
            }
            Broken::Nonsense(text) => {
                self.lane.bury();
                What::Fault(format!("the device's agent talks nonsense: {text}"))
            }
            Broken::Fault(text) => What::Fault(text),
        };
        self.record(what);
    }
}

fn wants_life(expectation: &Expectation) -> bool {
    match expectation {
        Expectation::Alive => true,
        Expectation::AnyOf(several) => several.iter().any(|(one, _)| wants_life(one)),
        Expectation::Within(inner, _) | Expectation::AtMostOne(inner) => wants_life(inner),
        _ => false,
    }
}

fn allowed(expectation: &Expectation) -> Option<Duration> {
    match expectation {
        Expectation::Within(_, time) => Some(*time),
        Expectation::AnyOf(several) => several.iter().filter_map(|(one, _)| allowed(one)).max(),
        _ => None,
    }
}
