//! Plays a trial and records what happens. It knows no verdict: waiting ends on
//! quiescence (settled, sentinel, deadline), never because an answer was liked.

mod air;
mod answer;
mod broken;
mod ending;
mod hearing;
mod prepare;
mod rest;
mod step;

pub use answer::{answered_in_order, answers, answers_earlier, bears_own_nonce};
use broken::Broken;

use std::collections::BTreeMap;

use sixlo_agent_protocol::HostMessage;
use sixlo_frames::dissect::Dissection;
use sixlo_judge::evidence::{Event, Evidence, Overheard, Phase, Stop, What};
use sixlo_judge::trial::{Stimulus, Trial, TrialStep};

use crate::agent_link::AgentLink;
use crate::rig::Lane;

/// A control or a sentinel is sent so often before the device counts as silent.
const MOST_SENT: usize = 3;

/// Which attempt at a trial this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// 1 for the first.
    pub number: u8,
    /// A deadline in place of the sentinel, and a longer one.
    pub relaxed: bool,
    /// The device is reset behind the trial's last step: does it live through that?
    pub resets_afterwards: bool,
}

impl Attempt {
    /// The first attempt, at full speed.
    pub const FIRST: Attempt = Attempt {
        number: 1,
        relaxed: false,
        resets_afterwards: false,
    };
}

/// Plays one attempt at a trial on a lane's device and returns what was seen.
///
/// A device that crashes, hangs or floods ends the trial and is started again for
/// the next one.
pub fn play(lane: &mut Lane, trial: &Trial, attempt: Attempt) -> Evidence {
    let lossless = lane.is_lossless();
    let mut player = Player::new(lane, trial, attempt);
    let stop = match player.run() {
        Ok(stop) => {
            player.lane.hung_in_a_row = 0;
            stop
        }
        Err(broken) => {
            player.break_off(broken);
            Stop::Broken
        }
    };
    let Player {
        events,
        lane,
        mut on_air,
        counted,
        ..
    } = player;
    // A flood is cut.
    on_air.retain(|at, _| *at < events.len());
    let disturbed = lane.air.take_disturbed();
    lane.is_dirty = trial.dirty || stop == Stop::Broken;
    let overheard = counted.map(|counted| lane.overheard_since(counted));
    Evidence {
        trial: Some(trial.id.clone()),
        attempt: attempt.number,
        relaxed: attempt.relaxed,
        events,
        stop,
        lossless,
        disturbed,
        on_air,
        overheard,
    }
}

/// One attempt being played.
struct Player<'l, 't> {
    lane: &'l mut Lane,
    trial: &'t Trial,
    attempt: Attempt,
    phase: Phase,
    events: Vec<Event>,
    /// Secured frames as they were on air, by their event.
    on_air: BTreeMap<usize, Vec<u8>>,
    /// Frames sent whose command is not answered yet: its number, their event.
    untaken: Vec<(u32, usize)>,
    /// Commands whose refusal matters.
    asked: Vec<Asked>,
    /// The command that asks whether the device has come to rest, until it has.
    asked_to_rest: Option<u32>,
    /// The device may say that it has started again: it was told to.
    is_resetting: bool,
    /// Solicitations of the device that the tester has not answered.
    open_questions: u32,
    /// The device has solicited anybody.
    has_solicited: bool,
    /// Messages of the device in this trial.
    said: usize,
    /// The device's packets, where its answers are waited for.
    packets: Vec<Vec<u8>>,
    /// The device's frames in the steps, where one is awaited.
    frames: Vec<Dissection>,
    awaits: bool,
    /// What a second radio has heard so far of what was sent.
    counted: Option<Overheard>,
}

/// A command whose refusal matters.
struct Asked {
    seq: u32,
    /// When it was given: its answer may come later.
    phase: Phase,
    name: &'static str,
    /// What every trial starts from: that it is refused is no verdict on the device.
    is_base: bool,
}

impl<'l, 't> Player<'l, 't> {
    fn new(lane: &'l mut Lane, trial: &'t Trial, attempt: Attempt) -> Self {
        let awaits = |step: &TrialStep| matches!(step, TrialStep::Await(..));
        Player {
            lane,
            trial,
            attempt,
            phase: Phase::Given,
            events: Vec::with_capacity(16),
            on_air: BTreeMap::new(),
            untaken: Vec::new(),
            asked: Vec::new(),
            asked_to_rest: None,
            is_resetting: false,
            open_questions: 0,
            has_solicited: false,
            said: 0,
            packets: Vec::new(),
            frames: Vec::new(),
            awaits: trial.steps.iter().any(awaits),
            counted: None,
        }
    }

    fn run(&mut self) -> Result<Stop, Broken> {
        self.prepare()?;
        let trial = self.trial;
        if let Some(control) = &trial.control {
            self.phase = Phase::Control;
            self.send_and_wait(control)?;
        }
        let last = trial.steps.len().saturating_sub(1);
        for (number, step) in trial.steps.iter().enumerate() {
            self.phase = Phase::Step(u16::try_from(number).unwrap_or(u16::MAX));
            self.step(step, number == last)?;
        }
        let stop = self.end()?;
        // A bridge may know how much of what is on air it misses.
        if self.lane.spec().is_lossy {
            self.queue(HostMessage::Statistics)?;
            self.catch_up()?;
        }
        if self.attempt.resets_afterwards {
            self.phase = Phase::Step(u16::try_from(trial.steps.len()).unwrap_or(u16::MAX));
            self.step(&TrialStep::Reset, true)?;
        }
        Ok(stop)
    }

    /// Sends this and waits for its answer; once more if the device had to ask for an
    /// address first: it may have dropped its answer meanwhile (RFC 4861 7.2.2); and more
    /// often where the medium may have lost it. Says whether the answer came.
    fn send_and_wait(&mut self, stimulus: &Stimulus) -> Result<bool, Broken> {
        self.has_solicited = false;
        self.send(stimulus)?;
        let mut is_answered = self.come_to_rest(Some(&stimulus.nonce), self.deadline())?;
        for sent in 1..MOST_SENT {
            let may_help = self.lane.spec().is_lossy || (self.has_solicited && sent == 1);
            if is_answered || !may_help {
                break;
            }
            self.send(stimulus)?;
            is_answered = self.come_to_rest(Some(&stimulus.nonce), self.deadline())?;
        }
        Ok(is_answered)
    }

    /// The link to the device.
    fn link(&mut self) -> Result<&mut AgentLink, Broken> {
        self.lane
            .link()
            .ok_or_else(|| Broken::Fault("the device is not running".to_owned()))
    }

    fn record(&mut self, what: What) {
        self.record_in(self.phase, what);
    }

    fn record_in(&mut self, phase: Phase, what: What) {
        self.events.push(Event {
            at_us: self.lane.clock.now_us(),
            phase,
            what,
        });
    }
}
