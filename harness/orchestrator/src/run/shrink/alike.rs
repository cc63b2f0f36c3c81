//! Failing trials in groups of those that came out alike: one of each is shrunk.

use sixlo_judge::meta::TrialMeta;
use sixlo_judge::verdict::{Judgement, Outcome};

/// Trials of one case that failed in one way.
#[derive(Debug, Clone)]
pub struct Group<'r> {
    /// The one that stands for all of them.
    pub first: &'r TrialMeta,
    /// The word on it.
    pub judgement: &'r Judgement,
    /// The others' labels.
    pub others: Vec<&'r str>,
}

impl Group<'_> {
    /// The others' labels, no more than a line of them.
    pub fn likewise(&self) -> String {
        const SHOWN: usize = 3;
        let labels = self.others.iter().take(SHOWN);
        let mut labels: Vec<String> = labels.map(|label| format!("[{label}]")).collect();
        if self.others.len() > SHOWN {
            labels.push(format!("and {} more rows", self.others.len() - SHOWN));
        }
        labels.join(", ")
    }
}

/// Groups of one case, one outcome and the same words on it, in the order of their first.
pub fn alike<'r>(failing: impl Iterator<Item = (&'r TrialMeta, &'r Judgement)>) -> Vec<Group<'r>> {
    let mut groups: Vec<Group> = Vec::new();
    for (trial, judgement) in failing {
        let is_like = |group: &&mut Group| {
            group.first.case == trial.case
                && way(group.judgement.outcome) == way(judgement.outcome)
                && group.judgement.observed == judgement.observed
        };
        match groups.iter_mut().find(is_like) {
            Some(group) => group.others.push(&trial.label),
            None => groups.push(Group {
                first: trial,
                judgement,
                others: Vec::new(),
            }),
        }
    }
    groups
}

/// A limiter may swallow a "class unsupported": declined and dropped are one way to fail.
fn way(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Declined => Outcome::Dropped,
        other => other,
    }
}
