//! The fewest and shortest frames that still bring a device down in the same way, found by
//! sending them. Whether a frame ought to be taken is no question here: to break down is wrong
//! whatever the frame is, so guards are shrunk like valid cases.

use std::time::Instant;

use sixlo_frames::context::ContextTable;
use sixlo_frames::dissect::{DissectOptions, FcsMode, dissect};
use sixlo_frames::mac::{fcs, is_fcs_right};
use sixlo_judge::evidence::Evidence;
use sixlo_judge::profile::Profile;
use sixlo_judge::testcase::{Expectation, TestCase};
use sixlo_judge::trial::{Stimulus, Trial, TrialStep};

use super::{Breakdown, end_of, signature};
use crate::campaign::{Attempt, play};
use crate::catalogue::{Parameters, compile};
use crate::rig::{Lane, LaneSettings};
use crate::run::memory::ends_in_given;
use crate::run::shrink::ShrinkError;
use crate::run::{Device, Selection};

/// Tries of one breakdown; each costs a start of the device if it works.
const MOST_TRIES: usize = 250;
/// Octets behind the MAC header that are tried one by one as an end of the frame.
const ONE_BY_ONE: usize = 24;

/// What trying came to.
#[derive(Debug, Clone)]
pub enum Found {
    /// The fewest frames that were found.
    Minimal(Box<Minimal>),
    /// Played again, the device does not break down, or does in another way.
    NotAgain(String),
}

/// The fewest frames that bring the device down.
#[derive(Debug, Clone)]
pub struct Minimal {
    /// What is done, a frame a step.
    pub steps: Vec<TrialStep>,
    /// The frames, in the order in which they are sent. PSDUs, FCS included.
    pub frames: Vec<Vec<u8>>,
    /// Contexts that they are read with.
    pub contexts: ContextTable,
    /// It needs the settings of its case.
    pub needs_settings: bool,
    /// It needs the plain exchange before it, which lets the device learn the sender's address.
    pub needs_control: bool,
    /// It takes a reset afterwards.
    pub resets_afterwards: bool,
    /// Whatever was to be tried has been; else there was no time for it.
    pub is_smallest: bool,
    /// How the device ends.
    pub words: String,
    /// What was seen in the last of the tries that worked.
    pub evidence: Evidence,
    /// How often something was tried.
    pub tries: usize,
}

/// A device that is brought down on purpose.
pub struct Hunter<'a> {
    parameters: &'a Parameters,
    lane: Lane,
    profile: Profile,
    /// When to stop looking for something smaller.
    until: Instant,
}

impl<'a> Hunter<'a> {
    /// Opens the device. Nothing is tried after `until`.
    ///
    /// # Errors
    /// If it is not there, or cannot be opened.
    pub fn open(
        device: &Device,
        parameters: &'a Parameters,
        selection: &Selection,
        until: Instant,
    ) -> Result<Self, ShrinkError> {
        if let Some(lacks) = device.lacks() {
            return Err(ShrinkError::Missing(lacks));
        }
        let settings = LaneSettings {
            addresses: parameters.addresses.clone(),
            air: selection.air(),
            cpu: None,
        };
        let lane = device.open(settings)?;
        let profile = Profile {
            class_unsupported_type: parameters.class_unsupported_type,
            ..lane.profile().clone()
        };
        Ok(Hunter {
            parameters,
            lane,
            profile,
            until,
        })
    }

    /// The fewest frames that bring the device down as this breakdown did. `case` is its trial's.
    pub fn minimal(&mut self, breakdown: &Breakdown, case: &TestCase) -> Found {
        let compiled = compile(case, &self.profile, self.parameters).trials;
        let wanted = &breakdown.trial;
        let mut trials = compiled
            .into_iter()
            .filter(|trial| (&trial.label, trial.time) == (&wanted.label, wanted.time));
        let Some(trial) = trials.next() else {
            return Found::NotAgain("the catalogue of today makes no such trial".to_owned());
        };
        let trial = in_single_frames(trial);
        let mut tries = Tries {
            hunter: self,
            signature: breakdown.signature(),
            otherwise: None,
            attempt: Attempt {
                resets_afterwards: breakdown.afterwards,
                ..Attempt::FIRST
            },
            count: 0,
        };
        let Some(evidence) = tries.ends(&trial) else {
            return Found::NotAgain(match tries.otherwise {
                None => "played again, it does not".to_owned(),
                Some(words) => format!("played again, it ends otherwise: {words}"),
            });
        };
        if tries.ends(&trial).is_none() {
            return Found::NotAgain("played again it did, and once more it did not".to_owned());
        }
        Found::Minimal(Box::new(tries.reduce(trial, evidence)))
    }
}

/// The same trial in steps of one frame each, with nothing expected but that the device lives.
fn in_single_frames(trial: Trial) -> Trial {
    let steps = trial.steps.into_iter().flat_map(|step| match step {
        TrialStep::Send(stimulus) => {
            let single = |psdu: &Vec<u8>| {
                TrialStep::Send(Stimulus {
                    psdus: vec![psdu.clone()],
                    packet: Vec::new(),
                    ..stimulus.clone()
                })
            };
            stimulus.psdus.iter().map(single).collect()
        }
        other => vec![other],
    });
    Trial {
        steps: steps.collect(),
        then: vec![Expectation::Alive],
        features: Vec::new(),
        dirty: true,
        ..trial
    }
}

struct Tries<'h, 'a> {
    hunter: &'h mut Hunter<'a>,
    signature: String,
    attempt: Attempt,
    /// How the device ended last, where it was not in the way that is looked for.
    otherwise: Option<String>,
    count: usize,
}

impl Tries<'_, '_> {
    fn are_over(&self) -> bool {
        self.count >= MOST_TRIES || Instant::now() >= self.hunter.until
    }

    /// What was seen, if the device ended in the way that is looked for.
    fn ends(&mut self, trial: &Trial) -> Option<Evidence> {
        self.count += 1;
        // One that hangs at each try is no device to be left alone: that is what is looked for.
        self.hunter.lane.hung_in_a_row = 0;
        let mut evidence = play(&mut self.hunter.lane, trial, self.attempt);
        // What an earlier try has left in the device is none of this one's.
        if ends_in_given(&evidence.events) {
            evidence = play(&mut self.hunter.lane, trial, self.attempt);
        }
        let words = end_of(trial, self.attempt, &evidence.events)?;
        if signature(&words) == self.signature {
            return Some(evidence);
        }
        self.otherwise = Some(words);
        None
    }

    /// Takes `smaller` in place of `trial` if it does the same.
    fn take(&mut self, best: &mut (Trial, Evidence), smaller: Trial) -> bool {
        if self.are_over() {
            return false;
        }
        let Some(evidence) = self.ends(&smaller) else {
            return false;
        };
        *best = (smaller, evidence);
        true
    }

    fn reduce(mut self, trial: Trial, evidence: Evidence) -> Minimal {
        let mut best = (trial, evidence);
        self.steps(&mut best);
        for part in [without_settings, without_control] {
            let smaller = part(&best.0);
            self.take(&mut best, smaller);
        }
        for at in 0..best.0.steps.len() {
            self.shorten(&mut best, at);
        }
        let is_smallest = !self.are_over();
        let (trial, evidence) = best;
        Minimal {
            frames: trial.steps.iter().filter_map(frame).cloned().collect(),
            contexts: trial.contexts,
            needs_settings: !trial.given.is_empty(),
            needs_control: trial.control.is_some(),
            resets_afterwards: self.attempt.resets_afterwards,
            is_smallest,
            words: end_of(&trial, self.attempt, &evidence.events).unwrap_or_default(),
            steps: trial.steps,
            evidence,
            tries: self.count,
        }
    }

    /// Leaves out steps, from the last, until none can be left out.
    fn steps(&mut self, best: &mut (Trial, Evidence)) {
        let mut is_smaller = true;
        while is_smaller && !self.are_over() {
            is_smaller = false;
            for at in (0..best.0.steps.len()).rev() {
                if best.0.steps.len() == 1 {
                    return;
                }
                let mut smaller = best.0.clone();
                smaller.steps.remove(at);
                is_smaller |= self.take(best, smaller);
            }
        }
    }

    /// Cuts a frame behind its first octets, as few as do.
    fn shorten(&mut self, best: &mut (Trial, Evidence), at: usize) {
        let Some(psdu) = frame(&best.0.steps[at]).cloned() else {
            return;
        };
        let Some(header) = mac_header_octets(&psdu).filter(|_| is_fcs_right(&psdu)) else {
            return;
        };
        let payload = psdu.len().saturating_sub(header + 2);
        let few = 1..payload.min(ONE_BY_ONE);
        let left_out = std::iter::successors(Some(payload / 2), |length| Some(length / 2));
        let halves = left_out
            .take_while(|length| *length > 0)
            .map(|length| payload - length)
            .filter(|length| *length >= ONE_BY_ONE);
        for length in few.chain(halves) {
            let mut shorter = psdu[..header + length].to_vec();
            let sum = fcs(&shorter);
            shorter.extend(sum.to_le_bytes());
            let mut smaller = best.0.clone();
            if let TrialStep::Send(stimulus) = &mut smaller.steps[at] {
                stimulus.psdus = vec![shorter];
            }
            if self.take(best, smaller) || self.are_over() {
                return;
            }
        }
    }
}

fn without_settings(trial: &Trial) -> Trial {
    Trial {
        given: Vec::new(),
        ..trial.clone()
    }
}

fn without_control(trial: &Trial) -> Trial {
    Trial {
        control: None,
        ..trial.clone()
    }
}

fn frame(step: &TrialStep) -> Option<&Vec<u8>> {
    match step {
        TrialStep::Send(stimulus) => stimulus.psdus.first(),
        _ => None,
    }
}

/// Octets before the MAC payload: where the first field behind the MAC header begins.
fn mac_header_octets(psdu: &[u8]) -> Option<usize> {
    let contexts = ContextTable::default();
    let options = DissectOptions {
        contexts: &contexts,
        fcs: FcsMode::Present,
        keys: None,
    };
    let dissection = dissect(psdu, &options);
    let mac = dissection.mac?;
    let is_mac = |field: &&sixlo_frames::dissect::Field| field.id.name().starts_with("mac.");
    let ends = dissection.fields.iter().filter(is_mac);
    let trailer = psdu.len().checked_sub(2)?;
    let end = ends
        .map(|field| usize::from(field.range.end))
        .filter(|end| *end <= trailer)
        .max()?;
    (!mac.security_enabled).then_some(end)
}
