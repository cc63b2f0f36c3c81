//! Frames tried on the device: each is a trial like any other, with its control, judged
//! by the judge and repeated where it fails.

use sixlo_judge::calibration::Calibration;
use sixlo_judge::judge::calibrate;
use sixlo_judge::profile::Profile;
use sixlo_judge::testcase::{Kind, Sweep, SweepRow, TestCase};
use sixlo_judge::trial::{Trial, TrialStep};
use sixlo_judge::verdict::{Judgement, Outcome, Verdict};

use super::ShrinkError;
use crate::catalogue::{Catalogue, Parameters, compile};
use crate::rig::{Lane, LaneSettings};
use crate::run::attempts::Bench;
use crate::run::{Device, Journal, Selection};

/// A device, open, and the journal of what was tried on it.
pub(super) struct Tries<'a> {
    parameters: &'a Parameters,
    lane: Lane,
    profile: Profile,
    calibration: Calibration,
    strict: bool,
    loss: f64,
    journal: Journal,
    /// Frames tried so far.
    pub count: usize,
}

/// What a try came to.
pub(super) struct Tried {
    /// The word on all its attempts.
    pub word: Judgement,
    /// What was played; none where it does not apply to the device.
    pub trial: Option<Trial>,
}

impl<'a> Tries<'a> {
    /// Opens the device and measures its oracles.
    pub fn open(
        device: &Device,
        catalogue: &Catalogue,
        parameters: &'a Parameters,
        selection: &Selection,
        is_tardy: bool,
        mut journal: Journal,
    ) -> Result<Self, ShrinkError> {
        if let Some(lacks) = device.lacks() {
            return Err(ShrinkError::Missing(lacks));
        }
        let settings = LaneSettings {
            addresses: parameters.addresses.clone(),
            air: selection.air(),
            cpu: None,
        };
        let mut lane = device.open(settings)?;
        if is_tardy {
            lane.distrust();
        }
        let profile = Profile {
            class_unsupported_type: parameters.class_unsupported_type,
            ..lane.profile().clone()
        };
        journal.opened(&profile)?;
        let mut tries = Tries {
            parameters,
            lane,
            calibration: calibrate(&profile, &[]),
            profile,
            strict: selection.strict,
            loss: selection.loss,
            journal,
            count: 0,
        };
        tries.calibrate(catalogue)?;
        Ok(tries)
    }

    fn calibrate(&mut self, catalogue: &Catalogue) -> Result<(), ShrinkError> {
        let mut evidence = Vec::new();
        let cases = catalogue.cases.iter();
        for case in cases.filter(|case| case.kind == Kind::Calibration) {
            for trial in compile(case, &self.profile, self.parameters).trials {
                let mut last = None;
                self.play(case, &trial, |attempt| last = Some(attempt.clone()))?;
                evidence.extend(last.map(|seen| (case.clone(), trial, seen)));
            }
        }
        self.calibration = calibrate(&self.profile, &evidence);
        self.journal.flush()?;
        Ok(())
    }

    /// The device as it was found.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Where the tries are recorded.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Plays these steps in place of the case's, under a name of their own.
    pub fn play_steps(
        &mut self,
        case: &TestCase,
        row: SweepRow,
        what: &str,
    ) -> Result<Tried, ShrinkError> {
        self.count += 1;
        let label = match row.label.as_str() {
            "" => format!("try {}: {what}", self.count),
            label => format!("{label}; try {}: {what}", self.count),
        };
        let case = TestCase {
            sweep: Some(Sweep {
                rows: vec![SweepRow { label, ..row }],
            }),
            ..case.clone()
        };
        let mut compiled = compile(&case, &self.profile, self.parameters);
        let Some(trial) = compiled.trials.pop() else {
            let why = compiled.not_applicable.first();
            let word = Judgement::undecided(why.map_or(String::new(), ToString::to_string));
            return Ok(Tried { word, trial: None });
        };
        let word = self.play(&case, &trial, |_| {})?;
        self.journal.flush()?;
        Ok(Tried {
            word,
            trial: Some(trial),
        })
    }

    fn play(
        &mut self,
        case: &TestCase,
        trial: &Trial,
        mut hear: impl FnMut(&sixlo_judge::evidence::Evidence),
    ) -> Result<Judgement, ShrinkError> {
        let bench = Bench {
            profile: &self.profile,
            calibration: self.calibration.clone(),
            strict: self.strict,
            loss: self.loss,
        };
        let journal = &mut self.journal;
        let (_, word) = bench.repeat(&mut self.lane, (case, trial), &[], |attempt| {
            hear(&attempt.evidence);
            journal.append(&attempt)
        })?;
        Ok(word)
    }
}

impl Tried {
    /// The frames of its last send.
    pub fn frames(&self) -> Vec<Vec<u8>> {
        let steps = self.trial.iter().flat_map(|trial| &trial.steps);
        let mut sends = steps.rev().filter_map(|step| match step {
            TrialStep::Send(stimulus) => Some(&stimulus.psdus),
            _ => None,
        });
        sends.next().cloned().unwrap_or_default()
    }
}

/// Whether two fails are of one kind: silence and "class unsupported" are, for a limiter
/// may swallow the latter.
pub(super) fn fails_alike(word: &Judgement, as_this: Outcome) -> bool {
    let is_absence = |outcome| matches!(outcome, Outcome::Dropped | Outcome::Declined);
    word.verdict == Verdict::Fail
        && (word.outcome == as_this || is_absence(word.outcome) && is_absence(as_this))
}
