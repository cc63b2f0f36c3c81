//! A run's last words: every trial concluded, weighed and set against what is claimed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use sixlo_judge::evidence::Overheard;
use sixlo_judge::family::{Standing, standings};
use sixlo_judge::interactions::{Interaction, interactions};
use sixlo_judge::known::{Known, KnownCell};
use sixlo_judge::matrix::{Matrix, matrix};
use sixlo_judge::meta::TrialMeta;
use sixlo_judge::name::{CaseId, DutName, Topic};
use sixlo_judge::profile::Profile;
use sixlo_judge::status::{ExitStatus, Expectations};
use sixlo_judge::verdict::Judgement;

use super::finding::Finding;
use super::known_entries;
use super::played::{Concluded, Played};
use super::summary::Counts;
use crate::catalogue::{Catalogue, Reported};
use crate::run::LeftOut;

/// A run's last words.
#[derive(Debug)]
pub struct Results<'a> {
    /// What was played.
    pub catalogue: &'a Catalogue,
    /// The run's folder.
    pub folder: PathBuf,
    /// The devices, in the order of their columns.
    pub profiles: Vec<Profile>,
    /// One a trial: by column, then in the catalogue's order.
    pub findings: Vec<Finding<'a>>,
    /// Figure 2, measured.
    pub matrix: Matrix,
    /// Values that fail together.
    pub interactions: Vec<Interaction>,
    /// What a second radio heard of what was sent, of each device that has one.
    pub overheard: BTreeMap<DutName, Overheard>,
    /// The devices that were left out.
    pub left_out: Vec<LeftOut>,
    /// Cases, or rows of their sweeps, that do not apply, and why.
    pub not_applicable: BTreeMap<DutName, Vec<(CaseId, String)>>,
    /// Each device's known.yaml.
    pub known: BTreeMap<DutName, Vec<Known>>,
    /// The sending cells that it explains.
    pub known_cells: BTreeMap<DutName, Vec<KnownCell>>,
    /// What others have written of stacks. Nothing that is weighed looks at it.
    pub reported: Vec<Reported>,
    /// Trials of cases that the catalogue no longer holds; they are left out.
    pub forgotten: usize,
}

impl<'a> Results<'a> {
    /// Weighs what was played.
    pub fn of(catalogue: &'a Catalogue, played: Played) -> Self {
        let (concluded, forgotten) = in_order(catalogue, &played.profiles, played.trials);
        let judged: Vec<(TrialMeta, Judgement)> = concluded
            .iter()
            .map(|concluded| (concluded.trial.clone(), concluded.judgement.clone()))
            .collect();
        let matrix = matrix(&catalogue.rows, &catalogue.cases, &judged, &played.profiles);
        let standings = standings(&catalogue.cases, &judged, &played.profiles);
        let findings = concluded
            .into_iter()
            .zip(standings)
            .filter_map(|(concluded, standing)| {
                let case = catalogue.case(&concluded.trial.case)?;
                let profile = played
                    .profiles
                    .iter()
                    .find(|profile| profile.name == concluded.trial.dut)?;
                let known = played.known.get(&profile.name);
                let expectations = Expectations {
                    rows: &catalogue.rows,
                    known: known.map_or(&[], Vec::as_slice),
                    profile,
                };
                let Concluded {
                    trial,
                    judgement,
                    attempts,
                    flaky,
                    packets,
                } = concluded;
                Some(Finding {
                    case,
                    expected: expectations.expected(case, &trial, &judgement, &standing),
                    judgement: weighed(&judgement, &standing, catalogue, profile),
                    trial,
                    attempts,
                    flaky,
                    packets,
                })
            })
            .collect();
        Results {
            catalogue,
            folder: played.folder,
            profiles: played.profiles,
            findings,
            matrix,
            interactions: interactions(&judged),
            overheard: played.overheard,
            left_out: played.left_out,
            not_applicable: played.not_applicable,
            known: played.known,
            known_cells: played.known_cells,
            reported: played.reported,
            forgotten,
        }
    }

    /// What the process exits with. A package that is missing changes nothing;
    /// a device that could not be opened is trouble of the bench; a known deviation
    /// that matches nothing is a wrong file.
    pub fn status(&self) -> ExitStatus {
        let trials = ExitStatus::of(self.findings.iter().map(|finding| &finding.expected));
        let trials = match known_entries::unmatched(self).is_empty() {
            true => trials,
            false => trials.and(ExitStatus::Usage),
        };
        match self.left_out.iter().all(|left_out| left_out.missing) {
            true => trials,
            false => trials.and(ExitStatus::Trouble),
        }
    }

    /// How many of what.
    pub fn counts(&self) -> Counts {
        Counts::of(self)
    }

    /// A row's title by its topic.
    pub(super) fn row_title<'t>(&'t self, topic: &'t Topic) -> &'t str {
        let row = self.matrix.rows.iter().find(|row| row.topic == *topic);
        row.map_or(&topic.0, |row| &row.title)
    }
}

/// The judgement in the light of parents and twins.
fn weighed(
    judgement: &Judgement,
    standing: &Standing,
    catalogue: &Catalogue,
    profile: &Profile,
) -> Judgement {
    let weighed = standing.applied(judgement);
    let rests_on = standing.rests_on().and_then(|case| catalogue.case(case));
    match rests_on {
        // Nobody said that it did not pass.
        Some(case) if profile.withholds(&case.topic) => Judgement {
            cause: "what it rests on is withheld".to_owned(),
            ..weighed
        },
        _ => weighed,
    }
}

/// By column, then in the catalogue's order; trials of unknown cases are counted out.
fn in_order(
    catalogue: &Catalogue,
    profiles: &[Profile],
    mut trials: Vec<Concluded>,
) -> (Vec<Concluded>, usize) {
    let all = trials.len();
    let cases: BTreeMap<&CaseId, usize> = catalogue
        .cases
        .iter()
        .enumerate()
        .map(|(at, case)| (&case.id, at))
        .collect();
    let columns: BTreeMap<&DutName, usize> = profiles
        .iter()
        .enumerate()
        .map(|(at, profile)| (&profile.name, at))
        .collect();
    let place = |concluded: &Concluded| {
        let TrialMeta { dut, case, .. } = &concluded.trial;
        Some((*columns.get(dut)?, *cases.get(case)?))
    };
    trials.retain(|concluded| place(concluded).is_some());
    trials.sort_by(|a, b| {
        let row = |concluded: &Concluded| (concluded.trial.label.clone(), concluded.trial.time);
        (place(a), row(a)).cmp(&(place(b), row(b)))
    });
    let forgotten = all - trials.len();
    (trials, forgotten)
}
