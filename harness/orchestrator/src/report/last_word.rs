//! A judgement in one line of its own words.

use std::fmt;

use sixlo_judge::verdict::{Judgement, Outcome, Verdict};

use super::model::Trial;
use super::status_line::word;

/// A judgement in one line: for a pass what was met, for a fail what was expected and what was
/// observed, for anything else its cause.
#[derive(Debug, Clone, Copy)]
pub struct LastWord<'a> {
    verdict: Verdict,
    outcome: Outcome,
    deviation: Option<&'a str>,
    expected: &'a str,
    observed: &'a str,
    cause: &'a str,
}

impl<'a> From<&'a Judgement> for LastWord<'a> {
    fn from(judgement: &'a Judgement) -> Self {
        LastWord {
            verdict: judgement.verdict,
            outcome: judgement.outcome,
            deviation: judgement.deviation.as_deref(),
            expected: &judgement.expected,
            observed: &judgement.observed,
            cause: &judgement.cause,
        }
    }
}

impl<'a> From<&'a Trial> for LastWord<'a> {
    fn from(trial: &'a Trial) -> Self {
        LastWord {
            verdict: trial.verdict,
            outcome: trial.outcome,
            deviation: trial.deviation.as_deref(),
            expected: &trial.expected,
            observed: &trial.observed,
            cause: &trial.cause,
        }
    }
}

impl fmt::Display for LastWord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = match self.verdict {
            Verdict::Pass => vec![self.deviation.unwrap_or(self.expected).to_owned()],
            Verdict::Fail => vec![
                self.outcome.word().to_owned(),
                format!("expected {}", self.expected),
                format!("observed {}", self.observed),
            ],
            Verdict::None | Verdict::Inconc | Verdict::Error => {
                vec![self.cause.to_owned(), self.observed.to_owned()]
            }
        };
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        f.write_str(word(self.verdict))?;
        match parts.is_empty() {
            true => Ok(()),
            false => write!(f, ": {}", parts.join("; ")),
        }
    }
}
