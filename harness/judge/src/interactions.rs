//! Sweeps: combinations of values that fail although each value alone passes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::meta::{Knob, TrialMeta};
use crate::name::{CaseId, DutName};
use crate::verdict::{Judgement, Outcome, Seen, Verdict};

/// Values that fail together, and no fewer of them do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interaction {
    /// The device.
    pub dut: DutName,
    /// The sweep.
    pub case: CaseId,
    /// One value that fails wherever it stands, or two or three that fail together.
    pub knobs: Vec<Knob>,
    /// Trials that failed with them.
    pub failed: u32,
    /// How the first of these came out.
    pub outcome: Outcome,
    /// Title of the first of these.
    pub example: String,
}

/// Values combined at most: a covering array of strength 3 says nothing about four.
const MOST_KNOBS: usize = 3;

/// A set of (knob, value), each by its number.
type Combination = Vec<(u16, u16)>;

/// The fewest interactions that explain every failing sweep trial, by device and sweep.
pub fn interactions(trials: &[(TrialMeta, Judgement)]) -> Vec<Interaction> {
    let mut sweeps: BTreeMap<(&DutName, &CaseId), Vec<&(TrialMeta, Judgement)>> = BTreeMap::new();
    for trial in trials.iter().filter(|(meta, _)| !meta.knobs.is_empty()) {
        let (meta, _) = trial;
        sweeps
            .entry((&meta.dut, &meta.case))
            .or_default()
            .push(trial);
    }
    sweeps
        .into_iter()
        .flat_map(|((dut, case), trials)| Sweep::new(dut, case, trials).explain())
        .collect()
}

struct Sweep<'a> {
    dut: &'a DutName,
    case: &'a CaseId,
    numbers: Numbers<'a>,
    passed: Vec<Combination>,
    failed: Vec<(Combination, &'a (TrialMeta, Judgement))>,
}

impl<'a> Sweep<'a> {
    fn new(dut: &'a DutName, case: &'a CaseId, trials: Vec<&'a (TrialMeta, Judgement)>) -> Self {
        let mut sweep = Sweep {
            dut,
            case,
            numbers: Numbers::default(),
            passed: Vec::new(),
            failed: Vec::new(),
        };
        for trial in trials {
            let combination = sweep.numbers.of(&trial.0.knobs);
            match trial.1.verdict {
                // Silence that is right says nothing of the values: it would have come anyway.
                Verdict::Pass if trial.1.seen == Seen::Nothing => {}
                Verdict::Pass => sweep.passed.push(combination),
                Verdict::Fail => sweep.failed.push((combination, trial)),
                // Undecided trials neither blame nor clear anything.
                _ => {}
            }
        }
        sweep
    }

    fn explain(&self) -> Vec<Interaction> {
        let mut unexplained: Vec<usize> = (0..self.failed.len()).collect();
        let mut found: Vec<Interaction> = Vec::new();
        for size in 1..=MOST_KNOBS {
            let suspects = self.suspects(size, &unexplained);
            self.cover(suspects, &mut unexplained, &mut found);
        }
        found
    }

    /// Combinations of `size` values that stand in a failing trial and in no
    /// passing one, each with the failing trials that hold it.
    fn suspects(&self, size: usize, among: &[usize]) -> BTreeMap<Combination, BTreeSet<usize>> {
        let mut suspects: BTreeMap<Combination, BTreeSet<usize>> = BTreeMap::new();
        for &at in among {
            for subset in subsets(&self.failed[at].0, size) {
                suspects.entry(subset).or_default().insert(at);
            }
        }
        if !suspects.is_empty() {
            let cleared: HashSet<Combination> = self
                .passed
                .iter()
                .flat_map(|passed| subsets(passed, size))
                .collect();
            suspects.retain(|combination, _| !cleared.contains(combination));
        }
        suspects
    }

    /// Takes the suspects that explain most, one by one, until no failing trial
    /// is left that one of them explains.
    fn cover(
        &self,
        mut suspects: BTreeMap<Combination, BTreeSet<usize>>,
        unexplained: &mut Vec<usize>,
        found: &mut Vec<Interaction>,
    ) {
        while let Some((worst, explained)) = suspects
            .iter()
            .filter(|(_, trials)| !trials.is_empty())
            .max_by_key(|(_, trials)| trials.len())
            .map(|(combination, trials)| (combination.clone(), trials.clone()))
        {
            for trials in suspects.values_mut() {
                trials.retain(|at| !explained.contains(at));
            }
            unexplained.retain(|at| !explained.contains(at));
            found.extend(self.interaction(&worst, &explained));
        }
    }

    fn interaction(&self, knobs: &Combination, trials: &BTreeSet<usize>) -> Option<Interaction> {
        let (meta, judgement) = self.failed[*trials.first()?].1;
        Some(Interaction {
            dut: self.dut.clone(),
            case: self.case.clone(),
            knobs: knobs.iter().map(|&pair| self.numbers.knob(pair)).collect(),
            failed: trials.len() as u32,
            outcome: judgement.outcome,
            example: meta.title(),
        })
    }
}

/// Knobs and values by number, so that combinations are cheap to compare.
#[derive(Default)]
struct Numbers<'a> {
    knobs: Vec<(&'a str, Vec<&'a str>)>,
    of_knob: HashMap<&'a str, u16>,
}

impl<'a> Numbers<'a> {
    fn of(&mut self, knobs: &'a [Knob]) -> Combination {
        let mut combination: Combination = knobs
            .iter()
            .map(|Knob { name, value }| {
                let knob = *self.of_knob.entry(name).or_insert_with(|| {
                    self.knobs.push((name, Vec::new()));
                    (self.knobs.len() - 1) as u16
                });
                let values = &mut self.knobs[usize::from(knob)].1;
                let value = values
                    .iter()
                    .position(|known| known == value)
                    .unwrap_or_else(|| {
                        values.push(value);
                        values.len() - 1
                    });
                (knob, value as u16)
            })
            .collect();
        combination.sort_unstable();
        combination
    }

    fn knob(&self, (knob, value): (u16, u16)) -> Knob {
        let (name, values) = &self.knobs[usize::from(knob)];
        Knob {
            name: (*name).to_owned(),
            value: values[usize::from(value)].to_owned(),
        }
    }
}

/// All subsets of this size, in order.
fn subsets(combination: &[(u16, u16)], size: usize) -> Vec<Combination> {
    let Some(smaller) = size.checked_sub(1) else {
        return vec![Vec::new()];
    };
    combination
        .iter()
        .enumerate()
        .flat_map(|(at, &first)| {
            subsets(&combination[at + 1..], smaller)
                .into_iter()
                .map(move |rest| [vec![first], rest].concat())
        })
        .collect()
}

#[cfg(test)]
mod tests;
