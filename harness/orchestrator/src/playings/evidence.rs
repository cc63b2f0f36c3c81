//! One playing as the judge takes it: the trial with the injector's own numbers, and the
//! evidence of the sniffer.

use std::collections::BTreeMap;

use sixlo_frames::dissect::{DissectOptions, FcsMode, dissect};
use sixlo_frames::mac::fcs;
use sixlo_frames::reassembly::Reassembler;
use sixlo_judge::evidence::{Cause, Event, Evidence, Phase, Stop, What};
use sixlo_judge::trial::{Stimulus, Trial, TrialStep};

use super::active::{Active, Noted, Way};
use super::form::{Datagram, Read, is_same_frame};
use super::link::Link;
use super::script::Part;
use super::shape::{self, Shape};
use crate::campaign::answers;
use crate::catalogue::compile::with_numbers;

/// A row of a case that may have been played, with the numbers that were.
pub(super) struct Meant {
    pub trial: Trial,
    pub evidence: Evidence,
}

/// What may have been meant by a playing: every way in which all frames are right.
pub(super) fn meant(link: &Link, run: &Active) -> Vec<Meant> {
    let shape = &link.shapes[run.shape];
    run.ways
        .iter()
        .filter_map(|&way| {
            let trial = trial(link, shape, &shape.ways[way], run)?;
            let evidence = evidence(&trial, run);
            Some(Meant { trial, evidence })
        })
        .collect()
}

fn trial(link: &Link, shape: &Shape, way: &shape::Way, run: &Active) -> Option<Trial> {
    let mut numbers = BTreeMap::new();
    let mut read = |datagram: &Datagram, frames: Vec<&[u8]>| {
        let read: &mut Read = numbers.entry(datagram.number).or_default();
        for (form, mac) in datagram.frames.iter().zip(frames) {
            form.read(mac, read);
        }
    };
    for (at, part) in shape.parts.iter().enumerate() {
        if let Part::Send(datagram) = part {
            let step = Phase::Step(u16::try_from(at).ok()?);
            read(datagram, own(run, step));
        }
    }
    for (datagram, phase) in [
        (&way.control, Phase::Control),
        (&way.sentinel, Phase::Sentinel),
    ] {
        if let Some(datagram) = datagram {
            read(datagram, own(run, phase));
        }
    }
    let numbers = numbers
        .into_iter()
        .map(|(number, read)| (number, read.numbers))
        .collect();
    let case = &link.cases[shape.case];
    let profile = shape::profile(&link.parameters, way.simplest);
    let trial = with_numbers(case, &way.label, &profile, &link.parameters, &numbers)?;
    let mut noted = run.noted.iter().filter(|noted| noted.is_own);
    noted
        .all(|noted| {
            let is_it = |psdu: &Vec<u8>| is_same_frame(&noted.seen.mac, psdu);
            datagram(shape, way, noted.phase).is_some_and(Datagram::is_partial)
                || stimulus(&trial, noted.phase)
                    .is_some_and(|stimulus| stimulus.psdus.iter().any(is_it))
        })
        .then_some(trial)
}

fn datagram<'s>(shape: &'s Shape, way: &'s shape::Way, phase: Phase) -> Option<&'s Datagram> {
    match phase {
        Phase::Given => None,
        Phase::Control => way.control.as_ref(),
        Phase::Sentinel => way.sentinel.as_ref(),
        Phase::Step(step) => match shape.parts.get(usize::from(step))? {
            Part::Send(datagram) => Some(datagram),
            _ => None,
        },
    }
}

/// The frames of the case in this part of it.
fn own(run: &Active, phase: Phase) -> Vec<&[u8]> {
    run.noted
        .iter()
        .filter(|noted| noted.is_own && noted.phase == phase)
        .map(|noted| noted.seen.mac.as_slice())
        .collect()
}

fn stimulus(trial: &Trial, phase: Phase) -> Option<&Stimulus> {
    match phase {
        Phase::Given => None,
        Phase::Control => trial.control.as_ref(),
        Phase::Sentinel => trial.sentinel.as_ref(),
        Phase::Step(step) => match trial.steps.get(usize::from(step))? {
            TrialStep::Send(stimulus) => Some(stimulus),
            _ => None,
        },
    }
}

/// What the sniffer heard. Nothing says that it heard all.
fn evidence(trial: &Trial, run: &Active) -> Evidence {
    let packets = restored(trial, run);
    let events = run
        .noted
        .iter()
        .map(|noted| {
            let psdu = [
                noted.seen.mac.as_slice(),
                &fcs(&noted.seen.mac).to_le_bytes(),
            ]
            .concat();
            let what = match noted.seen.way {
                Way::From => What::Heard(psdu),
                Way::To | Way::Automatic => What::Sent {
                    psdu,
                    cause: match noted.is_own {
                        true => Cause::Trial,
                        false => Cause::Automatic,
                    },
                    taken: is_taken(trial, noted, &packets),
                },
            };
            Event {
                at_us: noted.seen.at_us,
                phase: noted.phase,
                what,
            }
        })
        .collect();
    Evidence {
        trial: Some(trial.id.clone()),
        attempt: 1,
        relaxed: false,
        events,
        stop: Stop::Deadline,
        lossless: false,
        disturbed: false,
        on_air: Default::default(),
        overheard: None,
    }
}

/// Whether a frame is known to have arrived: it was acknowledged, or the datagram that it
/// is the whole of was answered.
fn is_taken(trial: &Trial, noted: &Noted, packets: &[Vec<u8>]) -> bool {
    let answered = || {
        let stimulus = noted.is_own.then(|| stimulus(trial, noted.phase)).flatten();
        stimulus.is_some_and(|stimulus| {
            let whole = stimulus.psdus.len() == 1;
            whole
                && packets
                    .iter()
                    .any(|packet| answers(packet, &stimulus.nonce))
        })
    };
    noted.seen.acknowledged || answered()
}

/// The device's packets.
fn restored(trial: &Trial, run: &Active) -> Vec<Vec<u8>> {
    let options = DissectOptions {
        contexts: &trial.contexts,
        fcs: FcsMode::Absent,
        keys: None,
    };
    let mut reassembler = Reassembler::default();
    run.noted
        .iter()
        .filter(|noted| noted.seen.way == Way::From)
        .filter_map(|noted| {
            let dissection = dissect(&noted.seen.mac, &options);
            Some(reassembler.hear(noted.seen.at_us, &dissection)?.packet)
        })
        .collect()
}
