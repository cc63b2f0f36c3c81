//! What an injector does when it plays a case, as far as a sniffer hears it.

use std::time::Duration;

use sixlo_frames::mac::is_fcs_right;
use sixlo_judge::profile::Profile;
use sixlo_judge::testcase::{Expectation, Step, TestCase};
use sixlo_judge::trial::{Stimulus, Trial, TrialStep};
use thiserror::Error;

use super::form::{Datagram, probes};
use crate::catalogue::Parameters;
use crate::catalogue::compile::{CONTROL, SENTINEL, with_same_numbers};

/// Why nobody can judge a case by what a sniffer hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unheard {
    /// It has an agent send a packet.
    #[error("its agent gives the device a packet to send, which no sniffer hears")]
    SendIpv6,
    /// It resets the device.
    #[error("it resets the device, which no sniffer hears")]
    Reset,
    /// It sends nothing.
    #[error("it puts no frame on air")]
    Silent,
    /// Its FCS is wrong.
    #[error("its frames' FCS is wrong: a sniffer's frames of that kind are set aside")]
    WrongFcs,
    /// Its compressed form depends on its numbers.
    #[error("its frames have other lengths with other identifiers, so that they cannot be told")]
    Unsteady,
}

/// What happens on air while a case, or one row of its sweep, is played.
#[derive(Debug, Clone)]
pub(super) struct Script {
    pub label: String,
    /// One a step.
    pub parts: Vec<Part>,
    pub control: Option<Datagram>,
    pub sentinel: Option<Datagram>,
    /// How long answers may take behind the last frame, beyond the usual time.
    pub patience: Duration,
}

/// What a step looks like on air.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Send(Datagram),
    Wait(Duration),
    Await(Duration),
    /// The tester changes, which nobody hears: it shows in what it sends.
    Unheard,
}

/// The scripts of a case on a device, one a row of its sweep that applies.
pub(super) fn of(
    case: &TestCase,
    profile: &Profile,
    parameters: &Parameters,
) -> Result<Vec<Script>, Unheard> {
    let mut probes: Vec<_> = probes()
        .into_iter()
        .map(|probe| with_same_numbers(case, profile, parameters, probe))
        .collect();
    let mut scripts = Vec::new();
    loop {
        let row: Option<Vec<(&[Step], Trial)>> = probes.iter_mut().map(Iterator::next).collect();
        let Some(row) = row else {
            return Ok(scripts);
        };
        let steps = row.first().map_or(&[][..], |(steps, _)| *steps);
        let probed: Vec<Trial> = row.into_iter().map(|(_, trial)| trial).collect();
        scripts.push(script(steps, &probed)?);
    }
}

/// From one row's trials with each of the probes.
fn script(steps: &[Step], probed: &[Trial]) -> Result<Script, Unheard> {
    let numbers: Vec<u16> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Send(send) => Some(send.number),
            _ => None,
        })
        .collect();
    let trial = &probed[0];
    let mut sends = numbers.into_iter();
    let parts = trial
        .steps
        .iter()
        .enumerate()
        .map(|(at, step)| match step {
            TrialStep::Send(_) => {
                let stimuli = probed.iter().map(|trial| match &trial.steps[at] {
                    TrialStep::Send(stimulus) => Some(stimulus),
                    _ => None,
                });
                let number = sends.next().unwrap_or_default();
                datagram(number, stimuli)
                    .map(Part::Send)
                    .ok_or(Unheard::Unsteady)
            }
            TrialStep::Wait(time) => Ok(Part::Wait(*time)),
            TrialStep::Await(_, limit) => Ok(Part::Await(*limit)),
            TrialStep::Tester(_) => Ok(Part::Unheard),
            TrialStep::SendIpv6(_) => Err(Unheard::SendIpv6),
            TrialStep::Reset => Err(Unheard::Reset),
        })
        .collect::<Result<Vec<Part>, Unheard>>()?;
    let has_right_fcs = |step: &TrialStep| match step {
        TrialStep::Send(stimulus) => stimulus.psdus.iter().all(|psdu| is_fcs_right(psdu)),
        _ => true,
    };
    if !trial.steps.iter().all(has_right_fcs) {
        return Err(Unheard::WrongFcs);
    }
    let is_heard =
        |part: &Part| matches!(part, Part::Send(datagram) if !datagram.frames.is_empty());
    if !parts.iter().any(is_heard) {
        return Err(Unheard::Silent);
    }
    let behind = |of: fn(&Trial) -> &Option<Stimulus>, number| {
        datagram(number, probed.iter().map(|trial| of(trial).as_ref()))
    };
    Ok(Script {
        label: trial.label.clone(),
        patience: patience(&parts, &trial.then),
        parts,
        control: behind(|trial| &trial.control, CONTROL),
        sentinel: behind(|trial| &trial.sentinel, SENTINEL),
    })
}

fn datagram<'a>(
    number: u16,
    probed: impl Iterator<Item = Option<&'a Stimulus>>,
) -> Option<Datagram> {
    let probed: Option<Vec<&Stimulus>> = probed.collect();
    Datagram::of(number, &probed?)
}

/// What is waited for behind the last frame.
fn patience(parts: &[Part], then: &[Expectation]) -> Duration {
    let behind = parts
        .iter()
        .rev()
        .take_while(|part| !matches!(part, Part::Send(_)))
        .map(|part| match part {
            Part::Wait(time) | Part::Await(time) => *time,
            Part::Send(_) | Part::Unheard => Duration::ZERO,
        })
        .sum::<Duration>();
    behind + then.iter().map(within).max().unwrap_or_default()
}

fn within(expectation: &Expectation) -> Duration {
    match expectation {
        Expectation::Within(inner, limit) => (*limit).max(within(inner)),
        Expectation::AtMostOne(inner) => within(inner),
        Expectation::AnyOf(several) => several
            .iter()
            .map(|(one, _)| within(one))
            .max()
            .unwrap_or_default(),
        _ => Duration::ZERO,
    }
}
