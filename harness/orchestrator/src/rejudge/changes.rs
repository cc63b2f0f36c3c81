//! What the new judge says otherwise.

use std::collections::{BTreeMap, HashMap};

use sixlo_judge::name::TrialId;
use sixlo_judge::verdict::Judgement;

use super::Rejudged;
use crate::run::{Line, Recorded};

/// An attempt on which the word has changed.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// The line.
    pub line: &'a Line,
    /// The new word; the old one stands in the line.
    pub is: &'a Judgement,
}

impl Rejudged {
    /// Attempts on which verdict or outcome have changed, in the order of recording.
    pub fn changes<'a>(&'a self, recorded: &'a Recorded) -> Vec<Change<'a>> {
        self.judgements(recorded)
            .filter(|change| !is_alike(&change.line.judgement, change.is))
            .collect()
    }

    /// Attempts that are judged alike, and told in other words.
    pub fn reworded(&self, recorded: &Recorded) -> usize {
        let words = |judgement: &Judgement| {
            let Judgement {
                expected,
                observed,
                cause,
                ..
            } = judgement.clone();
            (expected, observed, cause)
        };
        self.judgements(recorded)
            .filter(|change| is_alike(&change.line.judgement, change.is))
            .filter(|change| words(&change.line.judgement) != words(change.is))
            .count()
    }

    /// Trials on which the last word, all attempts put together, has changed.
    pub fn changed_trials(&self, recorded: &Recorded, applied: &Recorded) -> usize {
        let before = last_words(recorded);
        let after = last_words(applied);
        before
            .iter()
            .filter(|(trial, was)| !after.get(*trial).is_some_and(|is| is_alike(was, is)))
            .count()
    }

    fn judgements<'a>(&'a self, recorded: &'a Recorded) -> impl Iterator<Item = Change<'a>> {
        recorded
            .lines
            .iter()
            .zip(&self.lines)
            .filter_map(|(line, word)| {
                let is = word.as_ref().ok()?;
                Some(Change { line, is })
            })
    }
}

/// Whether two words come to the same.
fn is_alike(was: &Judgement, is: &Judgement) -> bool {
    let sum = |judgement: &Judgement| {
        (
            judgement.verdict,
            judgement.outcome,
            judgement.deviation.is_some(),
        )
    };
    sum(was) == sum(is)
}

fn last_words(recorded: &Recorded) -> BTreeMap<&TrialId, Judgement> {
    let mut attempts: HashMap<&TrialId, Vec<&Line>> = HashMap::new();
    for line in &recorded.lines {
        attempts.entry(&line.trial.id).or_default().push(line);
    }
    attempts
        .into_iter()
        .map(|(trial, attempts)| (trial, recorded.word(&attempts)))
        .collect()
}
