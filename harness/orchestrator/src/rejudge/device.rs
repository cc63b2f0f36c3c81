//! One device's lines, judged again: its calibration first, on which the others rest.

use std::collections::{BTreeSet, HashMap};

use sixlo_judge::calibration::Calibration;
use sixlo_judge::evidence::{Cause, Evidence, Phase, What};
use sixlo_judge::judge::{calibrate, judge};
use sixlo_judge::name::{CaseId, TrialId};
use sixlo_judge::profile::Profile;
use sixlo_judge::testcase::{Kind, TestCase};
use sixlo_judge::trial::{Stimulus, Trial, TrialStep};
use sixlo_judge::verdict::Judgement;

use super::{CannotJudge, Uncalibrated};
use crate::catalogue::{Catalogue, Parameters, compile};
use crate::run::{self, Line, Recorded};

type Trials<'a> = HashMap<TrialId, (&'a TestCase, Trial)>;

/// The words on the lines of one device, each with its line's position.
pub(super) fn rejudge(
    recorded: &Recorded,
    profile: &Profile,
    catalogue: &Catalogue,
    parameters: &Parameters,
) -> Vec<(usize, Result<Judgement, CannotJudge>)> {
    let lines: Vec<(usize, &Line)> = recorded
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.trial.dut == profile.name)
        .collect();
    let catalogue = catalogue.addressed(&profile.addresses);
    let parameters = parameters.addressed(&profile.addresses);
    let bench = Bench {
        recorded,
        profile,
        catalogue: &catalogue,
        trials: trials(&lines, profile, &catalogue, &parameters),
    };
    let calibration = bench.calibration(&lines);
    lines
        .into_iter()
        .map(|(n, line)| (n, bench.word(n, line, &calibration)))
        .collect()
}

/// Today's trials of the cases that were played, and of every calibration.
fn trials<'a>(
    lines: &[(usize, &Line)],
    profile: &Profile,
    catalogue: &'a Catalogue,
    parameters: &Parameters,
) -> Trials<'a> {
    let played: BTreeSet<&CaseId> = lines.iter().map(|(_, line)| &line.trial.case).collect();
    let wanted = |case: &&TestCase| case.kind == Kind::Calibration || played.contains(&case.id);
    let mut trials = HashMap::new();
    for case in catalogue.cases.iter().filter(wanted) {
        let compiled = compile(case, profile, parameters).trials;
        trials.extend(
            compiled
                .into_iter()
                .map(|trial| (trial.id.clone(), (case, trial))),
        );
    }
    trials
}

/// What is the same for all lines of a device.
struct Bench<'a> {
    recorded: &'a Recorded,
    profile: &'a Profile,
    catalogue: &'a Catalogue,
    trials: Trials<'a>,
}

impl Bench<'_> {
    /// What the device's oracles were worth, from what was seen of them then.
    fn calibration(&self, lines: &[(usize, &Line)]) -> Result<Calibration, Uncalibrated> {
        let last: HashMap<&TrialId, usize> = lines
            .iter()
            .filter(|(_, line)| !is_afterthought(line))
            .map(|(n, line)| (&line.trial.id, *n))
            .collect();
        let mut seen = Vec::new();
        for (case, trial) in self.trials.values() {
            if case.kind != Kind::Calibration {
                continue;
            }
            let evidence = match last.get(&trial.id) {
                Some(&n) => self.evidence(n, trial),
                None if lines.iter().any(|(_, line)| line.trial.case == case.id) => {
                    Err(CannotJudge::Changed)
                }
                None => Err(CannotJudge::Unplayed),
            };
            let evidence = evidence.map_err(|why| Uncalibrated {
                case: case.id.clone(),
                is_damage: why.is_damage(),
                why: why.to_string(),
            })?;
            seen.push(((*case).clone(), trial.clone(), evidence));
        }
        Ok(calibrate(self.profile, &seen))
    }

    fn word(
        &self,
        n: usize,
        line: &Line,
        calibration: &Result<Calibration, Uncalibrated>,
    ) -> Result<Judgement, CannotJudge> {
        let Some((case, trial)) = self.trials.get(&line.trial.id) else {
            return Err(match self.catalogue.case(&line.trial.case) {
                Some(_) => CannotJudge::Changed,
                None => CannotJudge::Gone,
            });
        };
        let evidence = self.evidence(n, trial)?;
        let untried = Calibration::default();
        let calibration = match (case.kind, calibration) {
            // As it was played: before anything was known.
            (Kind::Calibration, _) => &untried,
            (_, Ok(calibration)) => calibration,
            (_, Err(why)) => return Err(CannotJudge::Uncalibrated(why.clone())),
        };
        let judgement = judge(case, trial, self.profile, calibration, &evidence);
        Ok(match self.recorded.header.selection.strict {
            true => judgement.strictly(),
            false => judgement,
        })
    }

    fn evidence(&self, n: usize, trial: &Trial) -> Result<Evidence, CannotJudge> {
        let evidence = self.recorded.evidence(n).map_err(CannotJudge::Damaged)?;
        match is_of(trial, &evidence) {
            true => Ok(evidence),
            false => Err(CannotJudge::OtherFrames),
        }
    }
}

/// A line that takes back what was said before: nothing was played for it.
fn is_afterthought(line: &Line) -> bool {
    matches!(
        line.events.as_slice(),
        [run::Mark(_, _, run::Kind::Late(_))]
    )
}

/// Whether every frame that was sent is one that the trial sends.
fn is_of(trial: &Trial, evidence: &Evidence) -> bool {
    evidence.events.iter().all(|event| {
        let What::Sent {
            psdu,
            cause: Cause::Trial,
            ..
        } = &event.what
        else {
            return true;
        };
        stimulus(trial, event.phase).is_none_or(|stimulus| stimulus.psdus.contains(psdu))
    })
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
