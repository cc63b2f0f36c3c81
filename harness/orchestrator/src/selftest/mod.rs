//! The harness tested by itself: seeded faults must be caught, broken devices never
//! get an `o`, and correct devices that are unusual never get a fail.
//!
//! Everything goes the way of every run: the same plan, campaign, judge and journal.

mod outcome;
mod plan;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use sixlo_judge::matrix::{Cell, matrix};
use sixlo_judge::name::{CaseId, DutName};
use sixlo_judge::profile::Profile;
use sixlo_judge::verdict::Verdict;
use thiserror::Error;

pub use outcome::{Finding, Part};
pub use plan::{PlanError, SelftestPlan};

use crate::catalogue::{Catalogue, Parameters};
use crate::run::{
    Before, Device, Event, Header, Journal, JournalError, Judged, Selected, Selection,
    SelectionError, run,
};

/// Why the self-test could not be made.
#[derive(Debug, Error)]
pub enum SelftestError {
    /// Its plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Its runs' folders.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A case or device that its plan names.
    #[error("self-test plan: {0}")]
    Selection(#[from] SelectionError),
    /// The correct device is not among the ports' devices.
    #[error("self-test plan: no device `{0}` in any port's dut.yaml")]
    NoDevice(String),
}

/// What one run of the self-test came to.
struct Played {
    profiles: Vec<Profile>,
    judged: Vec<Judged>,
    left_out: Vec<String>,
}

/// Makes the self-test; runs are written below `scratch`, and `hear` is told each finding.
///
/// # Errors
/// If it cannot be made; what a device does is a finding and no error.
pub fn selftest(
    catalogue: &Catalogue,
    parameters: &Parameters,
    devices: &[Device],
    plan: &SelftestPlan,
    scratch: &Path,
    mut hear: impl FnMut(Finding),
) -> Result<(), SelftestError> {
    let correct = devices
        .iter()
        .find(|device| device.name().0 == plan.correct)
        .ok_or_else(|| SelftestError::NoDevice(plan.correct.clone()))?;
    let bench = Bench {
        catalogue,
        parameters,
        scratch,
    };
    for finding in bench.faults(correct, plan)? {
        hear(finding);
    }
    for finding in bench.broken(correct, plan)? {
        hear(finding);
    }
    for finding in bench.unusual(correct, plan)? {
        hear(finding);
    }
    Ok(())
}

struct Bench<'a> {
    catalogue: &'a Catalogue,
    parameters: &'a Parameters,
    scratch: &'a Path,
}

impl Bench<'_> {
    /// Each fault is caught by the case that is named for it, which the correct
    /// device passes.
    fn faults(&self, correct: &Device, plan: &SelftestPlan) -> Result<Vec<Finding>, SelftestError> {
        let mut devices = vec![correct.clone()];
        devices.extend(plan.faults.iter().map(|fault| {
            let arguments = ["--fault".to_owned(), fault.fault.clone()];
            named(correct.clone(), &fault.fault).with_arguments(&arguments)
        }));
        let cases: BTreeSet<String> = plan.faults.iter().map(|f| f.caught_by.clone()).collect();
        let selection = Selection {
            cases: cases.into_iter().collect(),
            ..Selection::default()
        };
        let played = self.play(&selection, devices)?;
        let verdict = |dut: &str, case: &str| {
            let verdicts = played.judged.iter().filter(|judged| {
                judged.trial.dut.0 == dut && judged.trial.case == CaseId::from(case)
            });
            verdicts.map(|judged| judged.judgement.verdict).max()
        };
        Ok(plan
            .faults
            .iter()
            .map(|fault| {
                let healthy = verdict(&plan.correct, &fault.caught_by);
                let faulty = verdict(&fault.fault, &fault.caught_by);
                let holds = healthy == Some(Verdict::Pass) && faulty == Some(Verdict::Fail);
                let words = match (healthy, faulty) {
                    _ if holds => format!("caught by {}", fault.caught_by),
                    (Some(Verdict::Pass), faulty) => format!(
                        "{} says {} of it, not fail",
                        fault.caught_by,
                        in_words(faulty)
                    ),
                    (healthy, _) => format!(
                        "{} says {} of the correct device, not pass",
                        fault.caught_by,
                        in_words(healthy)
                    ),
                };
                Finding {
                    part: Part::Fault,
                    name: fault.fault.clone(),
                    holds,
                    words,
                }
            })
            .collect())
    }

    /// A device that answers nothing rightly has no `o` in any block.
    fn broken(&self, correct: &Device, plan: &SelftestPlan) -> Result<Vec<Finding>, SelftestError> {
        let devices: Vec<Device> = plan
            .broken
            .iter()
            .map(|broken| started(correct, &broken.name, &broken.start, &broken.arguments))
            .collect();
        let played = self.play(&Selection::default(), devices)?;
        let trials: Vec<_> = played
            .judged
            .iter()
            .map(|judged| (judged.trial.clone(), judged.judgement.clone()))
            .collect();
        let matrix = matrix(
            &self.catalogue.rows,
            &self.catalogue.cases,
            &trials,
            &played.profiles,
        );
        Ok(plan
            .broken
            .iter()
            .map(|broken| {
                let column = matrix.columns.iter().find(|c| c.dut.0 == broken.name);
                let rows: Vec<String> = column
                    .into_iter()
                    .flat_map(|column| {
                        let blocks = column.receive.iter().zip(&column.send).zip(&matrix.rows);
                        blocks.filter_map(|((receive, send), row)| {
                            let good = receive.cell == Cell::Yes || send.cell == Cell::Yes;
                            good.then(|| row.topic.to_string())
                        })
                    })
                    .collect();
                let refused = played.left_out.iter().find(|o| o.starts_with(&broken.name));
                let words = match (column, refused, rows.is_empty()) {
                    (_, Some(refused), _) => format!("refused: {refused}"),
                    (None, None, _) => "not played".to_owned(),
                    (Some(_), None, true) => "no o in any row".to_owned(),
                    (Some(_), None, false) => format!("an o in {}", rows.join(", ")),
                };
                Finding {
                    part: Part::Broken,
                    name: broken.name.clone(),
                    holds: rows.is_empty() && (column.is_some() || refused.is_some()),
                    words,
                }
            })
            .collect())
    }

    /// A correct device that is slow, forgetful or far away fails nothing that it
    /// does not fail at its best, over all seeds.
    fn unusual(
        &self,
        correct: &Device,
        plan: &SelftestPlan,
    ) -> Result<Vec<Finding>, SelftestError> {
        let at_best = self.play(&Selection::default(), vec![correct.clone()])?;
        let known: BTreeSet<(CaseId, String)> = failed(&at_best).collect();
        let mut passes: BTreeMap<&str, usize> = BTreeMap::new();
        let mut fails: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for seed in 1..=plan.seeds {
            for (air, here) in plan.unusual_by_air() {
                let devices = here.iter().map(|unusual| unusual.device(correct)).collect();
                let selection = air.selection(seed);
                let played = self.play(&selection, devices)?;
                for unusual in here {
                    let name = unusual.name.as_str();
                    let mine = played.judged.iter().filter(|j| j.trial.dut.0 == name);
                    for judged in mine {
                        let case = (judged.trial.case.clone(), judged.trial.label.clone());
                        match judged.judgement.verdict {
                            Verdict::Pass => *passes.entry(name).or_default() += 1,
                            Verdict::Fail if !known.contains(&case) => {
                                let title = format!("{} (seed {seed})", judged.trial.title());
                                fails.entry(name).or_default().insert(title);
                            }
                            _ => {}
                        }
                    }
                }
            }
        }
        Ok(plan
            .unusual
            .iter()
            .map(|unusual| {
                let name = unusual.name.as_str();
                let passed = passes.get(name).copied().unwrap_or_default();
                let failed = fails.get(name).cloned().unwrap_or_default();
                let words = match failed.first() {
                    None => format!("no fail over {} seeds, {passed} passes", plan.seeds),
                    Some(first) => format!("{} fails, such as {first}", failed.len()),
                };
                Finding {
                    part: Part::Unusual,
                    name: unusual.name.clone(),
                    holds: failed.is_empty() && passed > 0,
                    words,
                }
            })
            .collect())
    }

    fn play(&self, selection: &Selection, devices: Vec<Device>) -> Result<Played, SelftestError> {
        let selected = Selected::new(self.catalogue, self.parameters, selection, devices)?;
        let header = Header::begin(self.catalogue, selection, None);
        let journal = Journal::create(self.scratch, header)?;
        let mut played = Played {
            profiles: Vec::new(),
            judged: Vec::new(),
            left_out: Vec::new(),
        };
        run(
            &selected,
            journal,
            &Before::default(),
            &AtomicBool::new(false),
            |event| match event {
                Event::Opened { profile, .. } => played.profiles.push(*profile),
                Event::Judged(judged) => played.judged.push(*judged),
                Event::Amended { judged, .. } => {
                    let id = &judged.trial.id;
                    played.judged.retain(|before| before.trial.id != *id);
                    played.judged.push(*judged);
                }
                Event::LeftOut(left_out) => {
                    played
                        .left_out
                        .push(format!("{}: {}", left_out.dut, left_out.why));
                }
                Event::Started { .. }
                | Event::Logged { .. }
                | Event::Replaced { .. }
                | Event::Finished { .. } => {}
            },
        )?;
        Ok(played)
    }
}

fn failed(played: &Played) -> impl Iterator<Item = (CaseId, String)> {
    played
        .judged
        .iter()
        .filter(|judged| judged.judgement.verdict == Verdict::Fail)
        .map(|judged| (judged.trial.case.clone(), judged.trial.label.clone()))
}

/// The same device under another name.
fn named(mut device: Device, name: &str) -> Device {
    device.spec.name = DutName::from(name);
    device
}

/// Another device in the place of the correct one, with everything said of that one.
fn started(correct: &Device, name: &str, start: &str, arguments: &[String]) -> Device {
    let mut device = named(correct.clone(), name);
    device.spec.program = crate::rig::Program::Own {
        name: start.to_owned(),
        arguments: arguments.to_vec(),
    };
    device
}

fn in_words(verdict: Option<Verdict>) -> String {
    match verdict {
        None => "nothing (it was not played)".to_owned(),
        Some(verdict) => format!("{verdict:?}").to_lowercase(),
    }
}
