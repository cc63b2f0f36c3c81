//! The word on each playing: the judge's, as far as a sniffer can know.

use std::collections::BTreeMap;

use sixlo_frames::mac::MacAddress;
use sixlo_judge::calibration::Calibration;
use sixlo_judge::judge::{calibrate, judge};
use sixlo_judge::profile::{Profile, Simplest};
use sixlo_judge::status::ExitStatus;
use sixlo_judge::testcase::Expectation;
use sixlo_judge::trial::{Trial, TrialStep};
use sixlo_judge::verdict::{Judgement, Outcome, Verdict};

use super::active::{Active, Noted, Way};
use super::evidence::{Meant, meant};
use super::link::Link;
use super::nearest::Nearest;
use super::shape;

/// All that a capture says of a case.
#[derive(Debug)]
pub struct Playings {
    /// Each playing of it, in the order of their first packets.
    pub playings: Vec<Playing>,
    /// Playings beyond those that are kept.
    pub left_out: usize,
    /// Playings that broke off: the packet that they begin with, and the frames heard of them.
    pub broken_off: Vec<(u64, usize)>,
    /// The first frame of the case, in hexadecimal.
    pub first_frame: String,
    /// What came nearest to it: the packet, and what is different about it.
    pub nearest: Option<(u64, Vec<String>)>,
}

/// One playing of the case.
#[derive(Debug)]
pub struct Playing {
    /// The rows of its sweep that it may be; one empty label without a sweep.
    pub labels: Vec<String>,
    /// The injector and the device.
    pub between: (MacAddress, MacAddress),
    /// The packets that are its own, and those between the same nodes meanwhile.
    pub packets: Vec<u64>,
    /// The packet that its first frame is.
    pub first: u64,
    /// The word on it.
    pub judgement: Judgement,
    /// Frames of the case, and how many of them are known to have arrived.
    pub arrived: (usize, usize),
    /// Other addresses would decide it otherwise.
    is_contradicted: bool,
}

impl Playings {
    /// What the process exits with.
    pub fn status(&self) -> ExitStatus {
        let of = |verdict| match verdict {
            Verdict::Pass | Verdict::None => ExitStatus::Success,
            Verdict::Inconc => ExitStatus::Undecided,
            Verdict::Fail => ExitStatus::Unexpected,
            Verdict::Error => ExitStatus::Trouble,
        };
        match self.playings.is_empty() {
            true => ExitStatus::Nothing,
            false => self
                .playings
                .iter()
                .map(|playing| of(playing.judgement.verdict))
                .fold(ExitStatus::Success, ExitStatus::and),
        }
    }
}

pub(super) fn all(links: &[Link], nearest: &Nearest) -> Playings {
    let playings = once_each(links.iter().flat_map(of_link));
    let nearest = match playings.is_empty() {
        true => nearest.to(&links[0]),
        false => None,
    };
    let shapes = &links[0].shapes;
    Playings {
        playings,
        left_out: links.iter().map(|link| link.left_out).sum(),
        broken_off: links
            .iter()
            .flat_map(|link| link.broken_off.clone())
            .collect(),
        first_frame: shapes
            .first()
            .and_then(|shape| Some(shape.frames().next()?.1.shown()))
            .unwrap_or_default(),
        nearest,
    }
}

/// In the order of their first packets. Several sets of addresses may explain one playing:
/// the first that decides it counts, and none where two decide otherwise.
fn once_each(playings: impl Iterator<Item = Playing>) -> Vec<Playing> {
    let mut told: BTreeMap<(u64, Vec<String>), Playing> = BTreeMap::new();
    for playing in playings {
        let key = (playing.first, playing.labels.clone());
        let Some(before) = told.get_mut(&key) else {
            told.insert(key, playing);
            continue;
        };
        let (was, is) = (before.judgement.verdict, playing.judgement.verdict);
        if was == Verdict::Inconc && !before.is_contradicted {
            *before = playing;
        } else if is != Verdict::Inconc && is != was {
            before.is_contradicted = true;
            before.judgement = Judgement::undecided(
                "the capture does not tell which addresses are whose, and they decide",
            );
        }
    }
    told.into_values().collect()
}

fn of_link(link: &Link) -> Vec<Playing> {
    let calibration = calibration(link);
    link.runs
        .iter()
        .filter(|run| link.shapes[run.shape].case == 0)
        .filter_map(|run| playing(link, run, &calibration))
        .collect()
}

/// What the device's oracles are worth, by the calibrations that were played to it, too.
fn calibration(link: &Link) -> Calibration {
    let seen: Vec<_> = link
        .runs
        .iter()
        .filter_map(|run| {
            let case = link.shapes[run.shape].case;
            let Meant { trial, evidence } = meant(link, run).into_iter().next()?;
            (case > 0).then(|| (link.cases[case].clone(), trial, evidence))
        })
        .collect();
    calibrate(&profile(link), &seen)
}

fn profile(link: &Link) -> Profile {
    shape::profile(&link.parameters, Simplest::default())
}

fn playing(link: &Link, run: &Active, calibration: &Calibration) -> Option<Playing> {
    let case = &link.cases[0];
    let profile = profile(link);
    let mut words: Vec<(Meant, Judgement)> = meant(link, run)
        .into_iter()
        .map(|meant| {
            let Meant { trial, evidence } = &meant;
            let judgement = judge(case, trial, &profile, calibration, evidence);
            let judgement = as_heard(trial, run, judgement);
            (meant, judgement)
        })
        .collect();
    let mut labels: Vec<String> = words
        .iter()
        .map(|(meant, _)| meant.trial.label.clone())
        .collect();
    labels.dedup();
    let verdicts = words.iter().map(|(_, judgement)| judgement.verdict);
    let agreed = verdicts
        .clone()
        .all(|verdict| Some(verdict) == verdicts.clone().next());
    if words.is_empty() {
        return None;
    }
    let (meant, mut judgement) = words.swap_remove(0);
    if !agreed {
        judgement = Judgement::undecided(format!(
            "the capture does not tell which of these was played: {}",
            labels.join(", ")
        ));
    }
    let own = run.noted.iter().filter(|noted| noted.is_own);
    let taken = meant.evidence.events.iter().filter(|event| {
        matches!(
            event.what,
            sixlo_judge::evidence::What::Sent {
                cause: sixlo_judge::evidence::Cause::Trial,
                taken: true,
                ..
            }
        )
    });
    Some(Playing {
        labels,
        between: nodes(run)?,
        packets: run.noted.iter().map(|noted| noted.seen.number).collect(),
        first: run.first,
        judgement,
        arrived: (own.count(), taken.count()),
        is_contradicted: false,
    })
}

/// Source and destination of the first frame.
fn nodes(run: &Active) -> Option<(MacAddress, MacAddress)> {
    let own = run
        .noted
        .iter()
        .find(|noted| noted.is_own && noted.seen.way != Way::From)?;
    let contexts = sixlo_frames::context::ContextTable::new();
    let options = sixlo_frames::dissect::DissectOptions {
        contexts: &contexts,
        fcs: sixlo_frames::dissect::FcsMode::Absent,
        keys: None,
    };
    let mac = sixlo_frames::dissect::dissect(&own.seen.mac, &options).mac?;
    Some((mac.src, mac.dst))
}

/// The judge's word, where it does not rest on what no sniffer hears.
fn as_heard(trial: &Trial, run: &Active, judgement: Judgement) -> Judgement {
    if let Some((waited, wanted)) = run.haste {
        return undecided(
            judgement,
            format!("the injector waited {waited} us where the case waits {wanted} us"),
        );
    }
    if judgement.verdict != Verdict::Fail || judgement.outcome == Outcome::Declined {
        return judgement;
    }
    let settings = !trial.given.is_empty()
        || trial
            .steps
            .iter()
            .any(|step| matches!(step, TrialStep::Tester(_)));
    let observed = &judgement.observed;
    if settings {
        let why = format!(
            "{observed}; the case makes settings, and no capture shows whether they were made"
        );
        return undecided(judgement, why);
    }
    let is_unproven = |noted: &&Noted| noted.seen.way == Way::From && !noted.seen.fcs_right;
    if let Some(noted) = run.noted.iter().find(is_unproven) {
        let why = format!(
            "{observed}; packet {} has no FCS that says it was heard unharmed",
            noted.seen.number
        );
        return undecided(judgement, why);
    }
    if trial.then.iter().any(is_about_any_frame) {
        let why = format!("{observed}; in a capture that may be other traffic of the device");
        return undecided(judgement, why);
    }
    judgement
}

fn undecided(judgement: Judgement, cause: String) -> Judgement {
    Judgement {
        verdict: Verdict::Inconc,
        outcome: Outcome::Unknown,
        observed: String::new(),
        cause,
        ..judgement
    }
}

/// Whether it looks at frames that answer nothing.
fn is_about_any_frame(expectation: &Expectation) -> bool {
    match expectation {
        Expectation::Frame(_)
        | Expectation::Never(_)
        | Expectation::FrameCount { .. }
        | Expectation::CountsUp { .. }
        | Expectation::Forwarded(_)
        | Expectation::Encoded(_) => true,
        Expectation::AnyOf(several) => several.iter().any(|(one, _)| is_about_any_frame(one)),
        Expectation::Within(inner, _) | Expectation::AtMostOne(inner) => is_about_any_frame(inner),
        _ => false,
    }
}
