//! How many of what: the last line of every report.

use std::collections::BTreeSet;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sixlo_judge::status::Expected;
use sixlo_judge::verdict::Verdict;

use super::Results;

/// How many trials came to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Devices judged.
    pub devices: usize,
    /// Cases of which at least one trial was played.
    pub cases: usize,
    /// Trials with a verdict.
    pub trials: usize,
    /// Passed.
    pub passed: usize,
    /// Of these, unexpectedly.
    pub unexpected_passes: usize,
    /// Failed.
    pub failed: usize,
    /// Of these, neither known nor beyond what is claimed.
    pub unexpected_fails: usize,
    /// Undecided.
    pub undecided: usize,
    /// Of these, for their parents and twins: those count in their place.
    pub relative: usize,
    /// Trouble of the bench or the harness.
    pub errors: usize,
    /// Cases, or rows of their sweeps, that do not apply to a device.
    pub not_applicable: usize,
    /// Trials with a verdict that are withheld: they are in no other count.
    #[serde(default)]
    pub withheld: usize,
}

impl Counts {
    pub(super) fn of(results: &Results) -> Self {
        let withheld = results
            .profiles
            .iter()
            .flat_map(|profile| &profile.withheld);
        let mut counts = Counts {
            devices: results.profiles.len(),
            not_applicable: results.not_applicable.values().map(Vec::len).sum(),
            withheld: withheld.map(|withheld| withheld.trials).sum(),
            ..Counts::default()
        };
        let mut cases = BTreeSet::new();
        for finding in &results.findings {
            let verdict = finding.judgement.verdict;
            if verdict == Verdict::None {
                continue;
            }
            cases.insert(&finding.trial.case);
            counts.trials += 1;
            match verdict {
                Verdict::Pass => counts.passed += 1,
                Verdict::Fail => counts.failed += 1,
                Verdict::Inconc | Verdict::None => counts.undecided += 1,
                Verdict::Error => counts.errors += 1,
            }
            match finding.expected {
                Expected::UnexpectedFail => counts.unexpected_fails += 1,
                Expected::UnexpectedPass => counts.unexpected_passes += 1,
                Expected::Relative => counts.relative += 1,
                _ => {}
            }
        }
        counts.cases = cases.len();
        counts
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts {
            devices,
            cases,
            trials,
            passed,
            unexpected_passes,
            failed,
            unexpected_fails,
            undecided,
            relative,
            errors,
            not_applicable,
            withheld,
        } = self;
        let of_these = |count: &usize| match count {
            0 => String::new(),
            count => format!(" ({count} unexpected)"),
        };
        write!(
            f,
            "Summary {trials} trials of {cases} cases on {devices} devices: {passed} pass{}, {failed} fail{}, \
             {undecided} inconc{}, {errors} error; {not_applicable} not applicable{}",
            of_these(unexpected_passes),
            of_these(unexpected_fails),
            match relative {
                0 => String::new(),
                relative => format!(" ({relative} for want of a parent or twin)"),
            },
            match withheld {
                0 => String::new(),
                withheld => format!("; {withheld} trials withheld"),
            },
        )
    }
}
