//! The reset behind a trial, where an attempt was played with one: a device that ends only
//! then was brought down by what the trial left in it.

use crate::evidence::{Evidence, Phase, What};
use crate::trial::Trial;

/// The evidence without what came of the reset behind the trial, but for the device's end;
/// none where no such reset is recorded.
pub(super) fn left_out(trial: &Trial, evidence: &Evidence) -> Option<Evidence> {
    let start = evidence
        .events
        .iter()
        .position(|event| is_afterwards(trial, event.phase))?;
    let (own, after) = evidence.events.split_at(start);
    let ends = after
        .iter()
        .filter(|event| matches!(event.what, What::Exited(_) | What::Hung(_)));
    Some(Evidence {
        events: own.iter().chain(ends).cloned().collect(),
        ..evidence.clone()
    })
}

/// Whether this is the step behind the trial's last.
pub(super) fn is_afterwards(trial: &Trial, phase: Phase) -> bool {
    matches!(phase, Phase::Step(step) if usize::from(step) >= trial.steps.len())
}
