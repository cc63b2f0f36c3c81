//! What keeps a trial from being judged by its answers: trouble of the bench, a
//! crash, a setting that is missing, a step that could not be played.

use super::afterwards::is_afterwards;
use super::scene::Scene;
use crate::conclude::BEFORE_THE_STIMULUS;
use crate::evidence::{Phase, What};
use crate::trial::TrialStep;
use crate::verdict::{Judgement, Outcome, Rung, Seen, Verdict};

impl Scene<'_> {
    /// The judgement, where something came before the answers.
    pub fn trouble(&self) -> Option<Judgement> {
        self.broke_down()
            .or_else(|| self.lacks_setting())
            .or_else(|| self.was_not_played())
    }

    /// The first of: trouble of the bench, the end of the device.
    fn broke_down(&self) -> Option<Judgement> {
        self.evidence.events.iter().find_map(|event| {
            let observed = match &event.what {
                What::Fault(words) => return Some(trouble(words)),
                What::Late(words) => return Some(late(words)),
                What::Exited(words) => format!("the device's process ended: {words}"),
                What::Hung(ms) => format!("the device did not answer its agent for {ms} ms"),
                What::Rebooted if self.resets(event.phase) => return None,
                What::Rebooted => "the device rebooted".to_owned(),
                What::Flooded => return Some(self.flooded(event.phase)),
                _ => return None,
            };
            Some(self.ended(event.phase, observed))
        })
    }

    fn ended(&self, phase: Phase, observed: String) -> Judgement {
        if !is_after_stimulus(phase) {
            return Judgement::undecided(format!("{observed}{BEFORE_THE_STIMULUS}"));
        }
        let observed = match is_afterwards(self.trial, phase) {
            true => format!("{observed}, when it was reset afterwards"),
            false => observed,
        };
        Judgement {
            verdict: Verdict::Fail,
            outcome: Outcome::Crashed,
            rung: self.rung_reached(),
            expected: "a device that goes on working".to_owned(),
            observed,
            cause: String::new(),
            ..Judgement::undecided("")
        }
    }

    /// More frames than anybody keeps: whatever the case asks, this is no answer to it.
    fn flooded(&self, phase: Phase) -> Judgement {
        let observed = "the device flooded the link";
        match is_after_stimulus(phase) {
            false => Judgement::undecided(format!("{observed}{BEFORE_THE_STIMULUS}")),
            true => Judgement {
                verdict: Verdict::Fail,
                outcome: Outcome::WrongValue,
                rung: Rung::Replied,
                seen: Seen::Replied,
                expected: "an answer, or silence".to_owned(),
                observed: observed.to_owned(),
                ..Judgement::undecided("")
            },
        }
    }

    /// A setting that the port does not offer makes the case not applicable; one
    /// that the stack refuses is an ability it lacks.
    fn lacks_setting(&self) -> Option<Judgement> {
        self.evidence.events.iter().find_map(|event| {
            let in_given = matches!(event.phase, Phase::Given);
            let sends_itself = match event.phase {
                Phase::Step(step) => {
                    let step = self.trial.steps.get(usize::from(step));
                    matches!(step, Some(TrialStep::SendIpv6(_)))
                }
                _ => false,
            };
            match &event.what {
                What::Unsupported(what) => Some(Judgement {
                    verdict: Verdict::None,
                    cause: format!("not applicable: the port does not offer {what}"),
                    ..Judgement::undecided("")
                }),
                What::Refused(what, words) if in_given => Some(Judgement {
                    verdict: Verdict::Fail,
                    outcome: Outcome::Declined,
                    expected: format!("a device that can be set to {what}"),
                    observed: format!("the stack refused it: {words}"),
                    ..Judgement::undecided("")
                }),
                // What it cannot be given to send it cannot encode, rightly or wrongly.
                What::Refused(what, words) if sends_itself => Some(Judgement {
                    verdict: Verdict::None,
                    ..Judgement::undecided(format!("not applicable: {what} was refused: {words}"))
                }),
                What::Refused(what, words) => {
                    Some(Judgement::undecided(format!("{what} was refused: {words}")))
                }
                _ => None,
            }
        })
    }

    fn was_not_played(&self) -> Option<Judgement> {
        if self
            .asked
            .iter()
            .any(|asked| asked.wanted > 0 && asked.sent == 0)
        {
            return Some(Judgement::undecided("the stimulus never went out"));
        }
        self.trial
            .steps
            .iter()
            .enumerate()
            .find_map(|(at, step)| match step {
                TrialStep::Await(pattern, limit) => {
                    let came = self.frames.iter().any(|frame| {
                        matches!(frame.phase, Phase::Step(step) if usize::from(step) <= at)
                            && pattern.matches_frame(&frame.dissection)
                    });
                    (!came).then(|| {
                        Judgement::undecided(format!(
                            "awaited a frame with {pattern} for {limit:?}, and none came"
                        ))
                    })
                }
                _ => None,
            })
    }

    /// Whether the trial itself resets the device in this phase.
    fn resets(&self, phase: Phase) -> bool {
        match phase {
            Phase::Step(step) => {
                matches!(
                    self.trial.steps.get(usize::from(step)),
                    Some(TrialStep::Reset)
                )
            }
            _ => false,
        }
    }

    fn rung_reached(&self) -> Rung {
        let rungs = self.asked.iter().map(|asked| asked.rung());
        rungs.max().unwrap_or(Rung::Nowhere)
    }
}

fn is_after_stimulus(phase: Phase) -> bool {
    matches!(phase, Phase::Step(_) | Phase::Sentinel)
}

fn late(words: &str) -> Judgement {
    Judgement {
        outcome: Outcome::Late,
        ..Judgement::undecided(words)
    }
}

fn trouble(words: &str) -> Judgement {
    Judgement {
        verdict: Verdict::Error,
        ..Judgement::undecided(words)
    }
}
