//! From evidence to a word: pure, and the only place where a verdict is made.
//!
//! Everything is looked at, not only what an expectation waits for: a second, a
//! wrong or a late answer counts. A fail needs proof that the stimulus arrived and
//! that the oracle can be trusted; without it the trial is undecided, with its cause.

mod addresses;
mod afterwards;
mod asked;
mod calibrating;
mod control;
mod economy;
mod expect;
mod feature;
mod finding;
mod proof;
mod scene;
mod silence;
mod trouble;

pub use calibrating::calibrate;
pub(crate) use economy::{blame, is_weighed, means_used, note_frame, of};

use crate::calibration::Calibration;
use crate::evidence::{Cause, Event, Evidence, Phase, What};
use crate::profile::Profile;
use crate::testcase::{Expectation, Kind, Strength, TestCase};
use crate::trial::Trial;
use crate::verdict::{Judgement, Outcome, Rung, Seen, Verdict};
use expect::Scope;
use finding::{Finding, FindingKind};
use scene::Scene;

/// The word on one attempt at one trial.
pub fn judge(
    case: &TestCase,
    trial: &Trial,
    profile: &Profile,
    calibration: &Calibration,
    evidence: &Evidence,
) -> Judgement {
    let own = afterwards::left_out(trial, evidence);
    let scene = Scene::gather(
        trial,
        profile,
        calibration,
        own.as_ref().unwrap_or(evidence),
    );
    let judgement = match scene.trouble() {
        Some(judgement) => judgement,
        None => scene.excused_by_disorder(scene.excused_by_loss(scene.decide())),
    };
    Judgement {
        economy: scene.economy(),
        features: scene.features(),
        overheard: evidence.overheard,
        afterwards: own.is_some(),
        ..weigh(case, judgement, evidence.lossless)
    }
}

impl Scene<'_> {
    /// The worst finding decides; the best one says how far the stimulus got.
    fn decide(&self) -> Judgement {
        let mut rung = Rung::Nowhere;
        let mut seen = Seen::Nothing;
        let mut expected: Vec<String> = Vec::new();
        let mut worst: Option<Finding> = None;
        for expectation in &self.trial.then {
            let finding = self.believed(self.find(expectation, Scope::default()));
            rung = rung.max(finding.rung);
            seen = seen.max(finding.seen);
            expected.push(finding.expected.clone());
            worst = Some(match worst {
                None => finding,
                Some(before) => before.worse(finding),
            });
        }
        let Some(worst) = worst else {
            return Judgement::undecided("the case expects nothing");
        };
        let verdict = worst.kind.verdict();
        let cause = match worst.kind {
            FindingKind::DecidesNothing => format!("decides nothing: {}", worst.observed),
            _ if verdict == Verdict::Inconc => worst.observed.clone(),
            _ => String::new(),
        };
        let deviation = worst.kind == FindingKind::Deviation;
        Judgement {
            verdict,
            outcome: worst.kind.outcome(),
            rung,
            seen,
            deviation: deviation.then(|| worst.observed.clone()),
            expected: match verdict {
                Verdict::Pass => expected.join("; "),
                _ => worst.expected,
            },
            observed: match cause.is_empty() {
                true => worst.observed,
                false => String::new(),
            },
            cause,
            economy: Vec::new(),
            features: Vec::new(),
            overheard: None,
            afterwards: false,
        }
    }
}

impl Scene<'_> {
    /// A device cannot be blamed for what it makes of half a story: where the air
    /// lost a frame of the trial, a wrong answer decides nothing. Silence is weighed
    /// against the loss elsewhere, over several attempts.
    fn excused_by_loss(&self, judgement: Judgement) -> Judgement {
        // Where arrivals are not known, one frame at least has arrived: what it asked is answered.
        let is_unknown = self.profile.loss > 0.0;
        let lost = || {
            if is_unknown {
                return self.frames_of_steps() > 1;
            }
            self.evidence.events.iter().any(|event| {
                matches!(
                    event.what,
                    What::Sent {
                        cause: Cause::Trial,
                        taken: false,
                        ..
                    }
                )
            })
        };
        match judgement.outcome {
            Outcome::WrongValue
                if judgement.verdict == Verdict::Fail
                    && !self.evidence.lossless
                    && (lost() || self.trial.then.iter().any(counts)) =>
            {
                Judgement {
                    verdict: Verdict::Inconc,
                    // Repeats tell where nobody knows which frame was lost
                    // (`conclude::conclude_on_lossy`).
                    outcome: match is_unknown {
                        true => Outcome::WrongValue,
                        false => Outcome::Unknown,
                    },
                    cause: match is_unknown {
                        true => format!(
                            "{}, but the medium may have lost a frame of the trial",
                            judgement.observed
                        ),
                        false => format!(
                            "{}, but the air lost a frame of the trial",
                            judgement.observed
                        ),
                    },
                    ..judgement
                }
            }
            _ => judgement,
        }
    }

    /// Frames that the trial's steps put on air.
    fn frames_of_steps(&self) -> usize {
        let is_step = |event: &&Event| {
            matches!(event.phase, Phase::Step(_))
                && matches!(
                    event.what,
                    What::Sent {
                        cause: Cause::Trial,
                        ..
                    }
                )
        };
        self.evidence.events.iter().filter(is_step).count()
    }
}

impl Scene<'_> {
    /// What a device makes of frames that come twice, or in another order than they
    /// were meant to, is no answer to the trial: only a right one counts.
    fn excused_by_disorder(&self, judgement: Judgement) -> Judgement {
        let excusable = judgement.verdict == Verdict::Fail
            && matches!(judgement.outcome, Outcome::WrongValue | Outcome::Dropped);
        match self.evidence.disturbed && excusable {
            true => Judgement {
                verdict: Verdict::Inconc,
                outcome: Outcome::Unknown,
                cause: format!(
                    "{}, but the air doubled frames or changed their order",
                    judgement.observed
                ),
                ..judgement
            },
            false => judgement,
        }
    }
}

/// It counts the device's own frames, of which the air may have lost some.
fn counts(expectation: &Expectation) -> bool {
    match expectation {
        Expectation::CountsUp { .. } | Expectation::FrameCount { .. } => true,
        Expectation::AnyOf(several) => several.iter().any(|(one, _)| counts(one)),
        Expectation::Within(inner, _) | Expectation::AtMostOne(inner) => counts(inner),
        _ => false,
    }
}

/// What kind of case it is and how strong the requirement is.
fn weigh(case: &TestCase, judgement: Judgement, lossless: bool) -> Judgement {
    let decides =
        !matches!(case.kind, Kind::Record | Kind::Calibration) && case.strength != Strength::May;
    match (judgement.verdict, judgement.outcome) {
        // Nothing excuses a crash.
        (_, Outcome::Crashed) | (Verdict::None | Verdict::Error, _) => judgement,
        _ if !decides => Judgement {
            verdict: Verdict::None,
            ..judgement
        },
        // A guard whose setting the stack refuses has nothing to guard.
        (Verdict::Fail, Outcome::Declined) if case.kind == Kind::Guard => Judgement {
            verdict: Verdict::None,
            cause: format!("not applicable: {}", judgement.observed),
            ..judgement
        },
        // No repeat makes a fail of what is none.
        (Verdict::Inconc, _) if case.strength == Strength::Should && lossless => Judgement {
            outcome: Outcome::Unknown,
            ..judgement
        },
        // Where frames are lost, repeats decide, and what they show is a deviation.
        (Verdict::Inconc, _) if case.strength == Strength::Should => Judgement {
            deviation: Some(judgement.cause.clone()),
            ..judgement
        },
        (Verdict::Fail, _) if case.strength == Strength::Should => Judgement {
            verdict: Verdict::Pass,
            deviation: Some(judgement.observed.clone()),
            ..judgement
        },
        _ => judgement,
    }
}

#[cfg(test)]
mod tests;
