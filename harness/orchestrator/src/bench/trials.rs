//! Judged trials a second, on one core, by the very way that `sixlo run` takes.

use std::collections::{HashMap, HashSet};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use sixlo_judge::judge::{calibrate, judge};
use sixlo_judge::name::{CaseId, TrialId};
use sixlo_judge::profile::Profile;
use sixlo_judge::testcase::{Direction, Kind, TestCase};
use sixlo_judge::trial::{Trial, TrialStep};
use sixlo_judge::verdict::Verdict;

use super::error::BenchError;
use super::shares::{Shares, Used};
use crate::catalogue::{Catalogue, Parameters, compile};
use crate::run::{
    Attempt, Before, Device, Event, Header, Journal, LeftOut, Recorded, Selected, Selection, run,
};

/// Judged trials a second, and who used the time.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct TrialRate {
    /// The device.
    pub dut: String,
    /// Different trials, each played again and again.
    pub kinds: usize,
    /// Trials judged.
    pub trials: usize,
    /// Of these, passed.
    pub passed: usize,
    /// Wall time in seconds, from the first trial until the last line was written.
    pub seconds: f64,
    /// Trials a second.
    pub rate: f64,
    /// Octets of evidence written.
    pub evidence_octets: u64,
    /// Below which folder.
    pub runs: PathBuf,
    /// Who used this time.
    pub shares: Shares,
    /// Judging one trial, in microseconds, measured by itself.
    pub judging_us: f64,
    /// Writing one trial's evidence, in microseconds, measured by itself.
    pub writing_us: f64,
}

/// Plays trials of one frame on one device for about `time`, on one core. Evidence is
/// written below `runs` and taken away in the end.
///
/// # Errors
/// If the device cannot be opened, nothing of that kind applies to it, or the evidence
/// cannot be written.
pub fn trials(
    catalogue: &Catalogue,
    parameters: &Parameters,
    devices: &[Device],
    dut: &str,
    runs: &Path,
    time: Duration,
) -> Result<TrialRate, BenchError> {
    pin();
    let bench = Bench {
        parameters,
        devices,
        runs,
        selection: Selection {
            duts: vec![dut.to_owned()],
            ..Selection::default()
        },
    };
    // A device says only when it is opened which trials it plays.
    let all = Catalogue {
        cases: usual(catalogue),
        ..catalogue.clone()
    };
    let first = bench.play(&all)?;
    let usual = Catalogue {
        cases: of_one_frame(&all.cases, &first, parameters),
        ..all
    };
    if usual.cases.is_empty() {
        return Err(BenchError::NoTrials(dut.to_owned()));
    }
    let warm = bench.play(&usual)?;
    let (judging_us, writing_us) = bench.alone(&usual, &warm)?;
    let many = repeated(&usual, (ROUND_TRIALS / warm.trials.max(1)).max(1));
    let mut total = bench.play(&many)?;
    while total.seconds < time.as_secs_f64() {
        total.add(bench.play(&many)?);
    }
    Ok(TrialRate {
        dut: dut.to_owned(),
        kinds: warm.trials,
        trials: total.trials,
        passed: total.passed,
        seconds: total.seconds,
        rate: total.trials as f64 / total.seconds,
        evidence_octets: total.octets,
        runs: runs.to_owned(),
        shares: total.used.of(total.seconds),
        judging_us,
        writing_us,
    })
}

/// Trials planned at a time: as many as keep memory small and a start cheap beside them.
const ROUND_TRIALS: usize = 20_000;

/// This thread and those it starts share one core, with the device, too.
fn pin() {
    let Ok(allowed) = sched_getaffinity(None) else {
        return;
    };
    let last = (0..CpuSet::MAX_CPU).rev().find(|&cpu| allowed.is_set(cpu));
    let mut one = CpuSet::new();
    one.set(last.unwrap_or(0));
    // Where it is not allowed the figures are of more cores than one, and higher.
    let _ = sched_setaffinity(None, &one);
}

/// Valid frames to a device that answers them: no sweep of hundreds of rows, which
/// would outweigh all others.
fn usual(catalogue: &Catalogue) -> Vec<TestCase> {
    let is_usual = |case: &&TestCase| {
        case.kind == Kind::Valid && case.direction == Direction::Receive && case.sweep.is_none()
    };
    let alone = |case: &TestCase| TestCase {
        builds_on: None,
        ..case.clone()
    };
    catalogue.cases.iter().filter(is_usual).map(alone).collect()
}

/// Cases that the device passes, whose trials are a control and a stimulus of one
/// frame each.
fn of_one_frame(cases: &[TestCase], first: &Played, parameters: &Parameters) -> Vec<TestCase> {
    let one_frame = |trial: &Trial| {
        let stimulus = match &trial.steps[..] {
            [TrialStep::Send(stimulus)] => stimulus,
            _ => return false,
        };
        let control = trial.control.as_ref();
        stimulus.psdus.len() == 1 && control.is_some_and(|control| control.psdus.len() == 1)
    };
    let has = |case: &&TestCase| {
        let trials = compile(case, &first.profile, parameters).trials;
        first.right.contains(&case.id) && trials.iter().all(one_frame)
    };
    cases.iter().filter(has).cloned().collect()
}

/// The same cases under other names: no trial is played twice in a run.
fn repeated(catalogue: &Catalogue, rounds: usize) -> Catalogue {
    let round = |round: usize| {
        catalogue.cases.iter().map(move |case| TestCase {
            id: format!("{}.{round}", case.id).as_str().into(),
            text_hash: format!("{}.{round}", case.text_hash),
            ..case.clone()
        })
    };
    Catalogue {
        cases: (0..rounds).flat_map(round).collect(),
        ..catalogue.clone()
    }
}

/// What stays the same from run to run.
struct Bench<'a> {
    parameters: &'a Parameters,
    devices: &'a [Device],
    runs: &'a Path,
    selection: Selection,
}

/// One run.
struct Played {
    profile: Profile,
    trials: usize,
    passed: usize,
    /// Cases of which a trial passed.
    right: HashSet<CaseId>,
    /// From the first trial until everything was written.
    seconds: f64,
    /// In that time.
    used: Used,
    octets: u64,
    recorded: Vec<Attempt>,
}

impl Played {
    fn add(&mut self, other: Played) {
        self.trials += other.trials;
        self.passed += other.passed;
        self.seconds += other.seconds;
        self.octets += other.octets;
        self.used = self.used.and(other.used);
    }
}

impl Bench<'_> {
    fn play(&self, catalogue: &Catalogue) -> Result<Played, BenchError> {
        let selected = Selected::new(
            catalogue,
            self.parameters,
            &self.selection,
            self.devices.to_vec(),
        )?;
        let journal = Journal::create(self.runs, Header::begin(catalogue, &self.selection, None))?;
        let folder = Folder(journal.folder().to_owned());
        let (mut opened, mut left_out) = (None, None);
        let (mut begin, mut before) = (Instant::now(), Used::default());
        let (mut trials, mut passed, mut right) = (0, 0, HashSet::new());
        run(
            &selected,
            journal,
            &Before::default(),
            &AtomicBool::new(false),
            |event| match event {
                Event::Opened { profile, .. } => {
                    opened = Some(profile);
                    (begin, before) = (Instant::now(), Used::now());
                }
                Event::LeftOut(why) => left_out = Some(why),
                Event::Judged(judged) => {
                    trials += 1;
                    if judged.judgement.verdict == Verdict::Pass {
                        passed += 1;
                        right.insert(judged.trial.case);
                    }
                }
                Event::Amended { judged, before } => {
                    passed -= usize::from(before == Verdict::Pass);
                    right.remove(&judged.trial.case);
                }
                Event::Started { .. }
                | Event::Logged { .. }
                | Event::Replaced { .. }
                | Event::Finished { .. } => {}
            },
        )?;
        let seconds = begin.elapsed().as_secs_f64();
        let used = Used::now().since(before);
        let Some(profile) = opened else {
            return Err(not_opened(left_out, &self.selection));
        };
        Ok(Played {
            profile: *profile,
            trials,
            passed,
            right,
            seconds,
            used,
            octets: folder.octets(),
            // Little enough to be read back; what is measured is not.
            recorded: match trials < FEW {
                true => folder.attempts()?,
                false => Vec::new(),
            },
        })
    }

    /// Judging and writing once more, each by itself: microseconds a trial.
    fn alone(&self, catalogue: &Catalogue, warm: &Played) -> Result<(f64, f64), BenchError> {
        const ROUNDS: usize = 50;
        let compiled: HashMap<TrialId, (&TestCase, Trial)> = catalogue
            .cases
            .iter()
            .flat_map(|case| {
                let trials = compile(case, &warm.profile, self.parameters).trials;
                trials
                    .into_iter()
                    .map(move |trial| (trial.id.clone(), (case, trial)))
            })
            .collect();
        let calibration = calibrate(&warm.profile, &[]);
        let all = (ROUNDS * warm.recorded.len()).max(1) as f64;
        let begin = Instant::now();
        for attempt in std::iter::repeat_n(&warm.recorded, ROUNDS).flatten() {
            if let Some((case, trial)) = compiled.get(&attempt.trial.id) {
                let evidence = &attempt.evidence;
                black_box(judge(case, trial, &warm.profile, &calibration, evidence));
            }
        }
        let judging = begin.elapsed();
        let mut journal =
            Journal::create(self.runs, Header::begin(catalogue, &self.selection, None))?;
        let _folder = Folder(journal.folder().to_owned());
        let begin = Instant::now();
        for _ in 0..ROUNDS {
            for attempt in &warm.recorded {
                journal.append(attempt)?;
            }
            journal.flush()?;
        }
        let us = |time: Duration| time.as_secs_f64() * 1e6 / all;
        Ok((us(judging), us(begin.elapsed())))
    }
}

/// Attempts that are read back from their files.
const FEW: usize = 5000;

fn not_opened(left_out: Option<LeftOut>, selection: &Selection) -> BenchError {
    match left_out {
        Some(LeftOut { dut, why, .. }) => BenchError::LeftOut { dut: dut.0, why },
        None => BenchError::NoTrials(selection.duts.join(", ")),
    }
}

/// A run's folder, gone in the end.
struct Folder(PathBuf);

impl Folder {
    fn octets(&self) -> u64 {
        let Ok(files) = std::fs::read_dir(&self.0) else {
            return 0;
        };
        files
            .flatten()
            .filter_map(|file| file.metadata().ok())
            .map(|file| file.len())
            .sum()
    }

    fn attempts(&self) -> Result<Vec<Attempt>, BenchError> {
        let recorded = Recorded::read(&self.0)?;
        let attempt = |n: usize| {
            Ok(Attempt {
                trial: recorded.lines[n].trial.clone(),
                evidence: recorded.evidence(n)?,
                judgement: recorded.lines[n].judgement.clone(),
            })
        };
        (0..recorded.lines.len()).map(attempt).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed stands below the folder that was named.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
