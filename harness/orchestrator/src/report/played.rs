//! What a report is made from: a run's lines, each trial's attempts put together.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use sixlo_judge::conclude::is_flaky;
use sixlo_judge::evidence::Overheard;
use sixlo_judge::known::{Known, KnownCell};
use sixlo_judge::meta::TrialMeta;
use sixlo_judge::name::{CaseId, DutName, TrialId};
use sixlo_judge::profile::Profile;
use sixlo_judge::verdict::Judgement;

use crate::catalogue::{Catalogue, Parameters, Reported, compile};
use crate::run::{Device, LeftOut, Line, Place, Recorded, Selection};

/// What a report is made from.
#[derive(Debug, Clone, Default)]
pub struct Played {
    /// The run's folder.
    pub folder: PathBuf,
    /// The devices that were judged, in the order of their columns.
    pub profiles: Vec<Profile>,
    /// Each device's known.yaml.
    pub known: BTreeMap<DutName, Vec<Known>>,
    /// The sending cells that it explains.
    pub known_cells: BTreeMap<DutName, Vec<KnownCell>>,
    /// Its trials, in any order.
    pub trials: Vec<Concluded>,
    /// What a second radio heard of what was sent, of each device that has one.
    pub overheard: BTreeMap<DutName, Overheard>,
    /// The devices that were left out.
    pub left_out: Vec<LeftOut>,
    /// Cases, or rows of their sweeps, that do not apply to a device, and why.
    pub not_applicable: BTreeMap<DutName, Vec<(CaseId, String)>>,
    /// What others have written of stacks: shown beside the run, and counted nowhere.
    pub reported: Vec<Reported>,
}

/// A trial with the last word on it.
#[derive(Debug, Clone)]
pub struct Concluded {
    /// The trial.
    pub trial: TrialMeta,
    /// What its attempts come to, before parents and twins are weighed.
    pub judgement: Judgement,
    /// How often it was played.
    pub attempts: usize,
    /// Whether its attempts came to different verdicts.
    pub flaky: bool,
    /// Where the packets of its last attempt stand.
    pub packets: Place,
}

impl Played {
    /// A run as it stands on disk, without what others report. `devices` are all that are known today.
    pub fn of(
        recorded: &Recorded,
        catalogue: &Catalogue,
        parameters: &Parameters,
        devices: &[Device],
    ) -> Played {
        let header = &recorded.header;
        let mut profiles = header.profiles.clone();
        profiles.sort_by_key(|profile| {
            devices
                .iter()
                .position(|device| *device.name() == profile.name)
        });
        let not_applicable = profiles
            .iter()
            .map(|profile| {
                let lacks = not_applicable(profile, catalogue, parameters, &header.selection);
                (profile.name.clone(), lacks)
            })
            .collect();
        Played {
            folder: recorded.folder.clone(),
            profiles,
            known: devices
                .iter()
                .map(|device| (device.name().clone(), device.known.clone()))
                .collect(),
            known_cells: devices
                .iter()
                .map(|device| (device.name().clone(), device.cells.clone()))
                .collect(),
            trials: concluded(recorded),
            overheard: overheard(recorded),
            left_out: header.left_out.clone(),
            not_applicable,
            reported: Vec::new(),
        }
    }
}

/// What a second radio heard in all attempts at a device's trials.
fn overheard(recorded: &Recorded) -> BTreeMap<DutName, Overheard> {
    let mut all: BTreeMap<DutName, Overheard> = BTreeMap::new();
    for line in &recorded.lines {
        if let Some(overheard) = line.judgement.overheard {
            let of_dut = all.entry(line.trial.dut.clone()).or_default();
            *of_dut = of_dut.and(overheard);
        }
    }
    all
}

/// Every trial's attempts, put together in the order in which they were played.
fn concluded(recorded: &Recorded) -> Vec<Concluded> {
    let mut of_trial: HashMap<&TrialId, usize> = HashMap::new();
    let mut attempts: Vec<Vec<&Line>> = Vec::new();
    for line in &recorded.lines {
        let at = *of_trial.entry(&line.trial.id).or_insert(attempts.len());
        match attempts.get_mut(at) {
            Some(lines) => lines.push(line),
            None => attempts.push(vec![line]),
        }
    }
    attempts
        .into_iter()
        .filter_map(|lines| {
            let last = lines.last()?;
            Some(Concluded {
                trial: last.trial.clone(),
                judgement: recorded.word(&lines),
                attempts: lines.len(),
                flaky: is_flaky(lines.iter().map(|line| &line.judgement)),
                packets: last.capture,
            })
        })
        .collect()
}

fn not_applicable(
    profile: &Profile,
    catalogue: &Catalogue,
    parameters: &Parameters,
    selection: &Selection,
) -> Vec<(CaseId, String)> {
    let catalogue = catalogue.addressed(&profile.addresses);
    let parameters = parameters.addressed(&profile.addresses);
    catalogue
        .cases
        .iter()
        .filter(|case| selection.takes_case(case))
        .flat_map(|case| {
            let lacks = compile(case, profile, &parameters).not_applicable;
            lacks
                .into_iter()
                .map(|lack| (case.id.clone(), lack.to_string()))
        })
        .collect()
}
