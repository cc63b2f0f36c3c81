//! Parents and twins: what one case's verdict is worth in the light of others
//! on the same device in the same run.
//!
//! A case that builds on another one differs from it in one knob. Where the
//! parent failed, a child's fail says nothing about that knob, so it is not
//! decided, with one exception: a parent that was dropped or declined and a
//! child that was dropped or declined, too. What a stack lacks it lacks in every
//! finer form, so that child's fail stands; otherwise a stack without IPHC would
//! show `?` in every row that needs it, instead of a blank. A pass that rests on
//! an answer always stands. One that rests on silence stands only if the parent
//! passed, and a guard counts only if its valid twin passed, for a stack that
//! drops everything would pass them all.

use std::collections::HashMap;

use crate::meta::TrialMeta;
use crate::name::{CaseId, DutName};
use crate::profile::Profile;
use crate::testcase::{Kind, TestCase};
use crate::verdict::{Judgement, Outcome, Seen, Verdict};

/// Whether a trial's judgement counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Stands,
    /// Its parent failed, in another way than by lacking the feature.
    ParentFailed(CaseId),
    /// Its parent is undecided.
    ParentUndecided(CaseId),
    /// A guard, or a pass by silence, whose twin or parent did not pass, or was not run.
    TwinNotPassed(CaseId),
    /// A guard, or a pass by silence, that names no case to give it a meaning.
    NoTwin,
}

impl Standing {
    /// Whether the judgement counts as it is.
    pub fn stands(&self) -> bool {
        *self == Standing::Stands
    }

    /// The judgement as it counts.
    pub fn applied(&self, judgement: &Judgement) -> Judgement {
        match self.cause() {
            None => judgement.clone(),
            Some(cause) => Judgement {
                verdict: Verdict::Inconc,
                cause,
                ..judgement.clone()
            },
        }
    }

    /// The case without whose pass it does not count.
    pub fn rests_on(&self) -> Option<&CaseId> {
        match self {
            Standing::Stands | Standing::NoTwin => None,
            Standing::ParentFailed(case)
            | Standing::ParentUndecided(case)
            | Standing::TwinNotPassed(case) => Some(case),
        }
    }

    /// Why it does not count, in words.
    pub fn cause(&self) -> Option<String> {
        match self {
            Standing::Stands => None,
            Standing::ParentFailed(parent) => Some(format!("its parent {parent} failed")),
            Standing::ParentUndecided(parent) => Some(format!("its parent {parent} is undecided")),
            Standing::TwinNotPassed(twin) => Some(format!("its valid twin {twin} did not pass")),
            Standing::NoTwin => Some("it names no valid twin".to_owned()),
        }
    }
}

/// The standing of every trial, in the order given. A case of a topic that a device's profile
/// withholds was played, and what came of it is not told: it is undecided here.
pub fn standings(
    cases: &[TestCase],
    trials: &[(TrialMeta, Judgement)],
    profiles: &[Profile],
) -> Vec<Standing> {
    let mut family = Family::new(cases, trials, profiles);
    trials
        .iter()
        .map(|(meta, judgement)| family.standing(meta, judgement))
        .collect()
}

/// What became of a case on one device, over all its trials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    NotRun,
    Passed,
    /// Every trial was dropped or declined.
    Absent,
    /// Some failed, and not all by being dropped or declined.
    Failed,
    Undecided,
}

struct Family<'a> {
    cases: HashMap<&'a CaseId, &'a TestCase>,
    trials: HashMap<(&'a DutName, &'a CaseId), Vec<&'a (TrialMeta, Judgement)>>,
    fates: HashMap<(&'a DutName, &'a CaseId), Fate>,
    profiles: &'a [Profile],
}

impl<'a> Family<'a> {
    fn new(
        cases: &'a [TestCase],
        trials: &'a [(TrialMeta, Judgement)],
        profiles: &'a [Profile],
    ) -> Self {
        let mut of_case: HashMap<_, Vec<_>> = HashMap::new();
        for trial in trials {
            of_case
                .entry((&trial.0.dut, &trial.0.case))
                .or_default()
                .push(trial);
        }
        Family {
            cases: cases.iter().map(|case| (&case.id, case)).collect(),
            trials: of_case,
            fates: HashMap::new(),
            profiles,
        }
    }

    fn standing(&mut self, meta: &'a TrialMeta, judgement: &Judgement) -> Standing {
        let Some(&case) = self.cases.get(&meta.case) else {
            return Standing::Stands;
        };
        let decided = matches!(judgement.verdict, Verdict::Pass | Verdict::Fail);
        // A crash is a crash, whatever came before it.
        if !decided || judgement.outcome == Outcome::Crashed {
            return Standing::Stands;
        }
        if case.kind == Kind::Guard {
            return self.beside(&meta.dut, case.twin.as_ref());
        }
        if judgement.verdict == Verdict::Pass {
            // A SHOULD that was not kept by silence colours nothing; under a parent
            // that did not pass it says nothing, either.
            let should = is_absence(judgement.outcome) && case.builds_on.is_some();
            let by_silence = judgement.outcome == Outcome::Right && judgement.seen == Seen::Nothing;
            return match should || by_silence {
                true => self.beside(&meta.dut, case.builds_on.as_ref()),
                false => Standing::Stands,
            };
        }
        match &case.builds_on {
            Some(parent) => self.failed_child(&meta.dut, parent, judgement.outcome),
            None => Standing::Stands,
        }
    }

    /// The standing of what means nothing without this case's pass.
    fn beside(&mut self, dut: &'a DutName, twin: Option<&'a CaseId>) -> Standing {
        match twin {
            None => Standing::NoTwin,
            Some(twin) if self.fate(dut, twin) == Fate::Passed => Standing::Stands,
            Some(twin) => Standing::TwinNotPassed(twin.clone()),
        }
    }

    fn failed_child(&mut self, dut: &'a DutName, parent: &'a CaseId, outcome: Outcome) -> Standing {
        match self.fate(dut, parent) {
            Fate::NotRun | Fate::Passed => Standing::Stands,
            Fate::Absent if is_absence(outcome) => Standing::Stands,
            Fate::Absent | Fate::Failed => Standing::ParentFailed(parent.clone()),
            Fate::Undecided => Standing::ParentUndecided(parent.clone()),
        }
    }

    fn fate(&mut self, dut: &'a DutName, case: &'a CaseId) -> Fate {
        if let Some(&fate) = self.fates.get(&(dut, case)) {
            return fate;
        }
        // Stands in while the parents are asked, so that cases which build on
        // each other in a circle end here.
        self.fates.insert((dut, case), Fate::NotRun);
        let fate = self.fate_of_trials(dut, case);
        self.fates.insert((dut, case), fate);
        fate
    }

    fn fate_of_trials(&mut self, dut: &'a DutName, case: &'a CaseId) -> Fate {
        let trials = self.trials.get(&(dut, case)).cloned().unwrap_or_default();
        let (mut passed, mut absent, mut failed, mut undecided) = (0, 0, 0, 0);
        for (meta, judgement) in trials {
            let stands = self.standing(meta, judgement).stands();
            match judgement.verdict {
                Verdict::None => {}
                Verdict::Pass if stands => passed += 1,
                Verdict::Fail if stands && is_absence(judgement.outcome) => absent += 1,
                Verdict::Fail if stands => failed += 1,
                _ => undecided += 1,
            }
        }
        match (passed, absent, failed, undecided) {
            (0, 0, 0, 0) if self.is_withheld(dut, case) => Fate::Undecided,
            (0, 0, 0, 0) => Fate::NotRun,
            (_, 0, 0, 0) => Fate::Passed,
            (0, _, 0, 0) => Fate::Absent,
            (_, 0, 0, _) => Fate::Undecided,
            _ => Fate::Failed,
        }
    }

    fn is_withheld(&self, dut: &DutName, case: &CaseId) -> bool {
        let mut profiles = self.profiles.iter();
        let profile = profiles.find(|profile| profile.name == *dut);
        let topic = self.cases.get(case).map(|case| &case.topic);
        profile
            .zip(topic)
            .is_some_and(|(profile, topic)| profile.withholds(topic))
    }
}

fn is_absence(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Dropped | Outcome::Declined)
}

#[cfg(test)]
mod tests;
