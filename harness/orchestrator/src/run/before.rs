//! What a killed run recorded, in the form in which a new one carries it on.

use std::collections::{HashMap, HashSet};

use sixlo_judge::evidence::Evidence;
use sixlo_judge::name::{DutName, TrialId};
use sixlo_judge::profile::Profile;
use sixlo_judge::testcase::Kind;
use sixlo_judge::verdict::{Judgement, Outcome};

use super::error::JournalError;
use super::recorded::Recorded;
use crate::catalogue::Catalogue;

/// What a killed run recorded; nothing for a new run.
#[derive(Debug, Default)]
pub struct Before {
    attempts: HashMap<TrialId, Vec<Judgement>>,
    calibration: HashMap<TrialId, Evidence>,
    profiles: Vec<Profile>,
    tardy: HashSet<DutName>,
}

impl Before {
    /// Everything recorded so far.
    pub fn of(recorded: &Recorded, catalogue: &Catalogue) -> Result<Before, JournalError> {
        let mut before = Before {
            profiles: recorded.header.profiles.clone(),
            ..Before::default()
        };
        for (n, line) in recorded.lines.iter().enumerate() {
            let id = &line.trial.id;
            let attempts = before.attempts.entry(id.clone()).or_default();
            attempts.push(line.judgement.clone());
            if line.judgement.outcome == Outcome::Late {
                before.tardy.insert(line.trial.dut.clone());
            }
            let case = catalogue.case(&line.trial.case);
            if case.is_some_and(|case| case.kind == Kind::Calibration) {
                let evidence = recorded.evidence(n)?;
                before.calibration.insert(id.clone(), evidence);
            }
        }
        Ok(before)
    }

    /// What a device is now, if it is another than the one that was recorded under
    /// its name: their trials are not the same, and one column cannot hold both.
    pub(super) fn differs(&self, now: &Profile) -> Option<String> {
        let then = self.profiles.iter().find(|then| then.name == now.name)?;
        let is_same = (&then.stack, &then.build) == (&now.stack, &now.build);
        (!is_same).then(|| {
            format!(
                "was recorded as {} ({}), and is {} ({}) now: restore that one, or start a new run",
                then.stack, then.build, now.stack, now.build
            )
        })
    }

    /// Whether an answer of this device came late.
    pub fn is_tardy(&self, dut: &DutName) -> bool {
        self.tardy.contains(dut)
    }

    /// The judgements on a trial, attempt by attempt.
    pub(super) fn attempts(&self, trial: &TrialId) -> &[Judgement] {
        self.attempts.get(trial).map_or(&[], Vec::as_slice)
    }

    /// The evidence of the last attempt at a calibration.
    pub(super) fn evidence(&self, trial: &TrialId) -> Option<Evidence> {
        self.calibration.get(trial).cloned()
    }
}
