//! One trial's last word, and the block that explains it.

use sixlo_judge::meta::TrialMeta;
use sixlo_judge::name::DutName;
use sixlo_judge::status::Expected;
use sixlo_judge::testcase::TestCase;
use sixlo_judge::verdict::{Judgement, Verdict};

use super::Results;
use super::document::Block;
use super::model::{Case, Trial};
use super::status_line::word;
use crate::run::Place;

/// One trial's last word.
#[derive(Debug, Clone)]
pub struct Finding<'a> {
    /// The trial.
    pub trial: TrialMeta,
    /// Its case.
    pub case: &'a TestCase,
    /// What its attempts come to, parents and twins weighed.
    pub judgement: Judgement,
    /// Set against what is claimed and known.
    pub expected: Expected,
    /// How often it was played.
    pub attempts: usize,
    /// Whether its attempts came to different verdicts.
    pub flaky: bool,
    /// Where the packets of its last attempt stand.
    pub packets: Place,
}

impl Finding<'_> {
    /// Whether somebody has to look at it.
    pub fn is_unexpected(&self) -> bool {
        matches!(
            self.expected,
            Expected::UnexpectedFail | Expected::UnexpectedPass | Expected::Trouble
        )
    }

    /// Whether it is the same case on the same device, come out alike.
    fn is_like(&self, other: &Finding) -> bool {
        self.trial.dut == other.trial.dut
            && self.trial.case == other.trial.case
            && self.expected == other.expected
            && self.judgement.verdict == other.judgement.verdict
            && self.judgement.outcome == other.judgement.outcome
    }

    /// Everything a reader needs to see what went wrong and why it is wrong.
    pub fn block(&self, results: &Results) -> Block {
        let trial = Trial::of(self, results);
        Block::Finding {
            title: format!("{} {} {}", word(trial.verdict), trial.dut, trial.title()),
            fields: trial.fields(&Case::of(self.case), &results.folder),
        }
    }

    /// Why a pass is shown among what went wrong.
    pub(super) fn note(&self, results: &Results) -> Option<&'static str> {
        if self.expected != Expected::UnexpectedPass {
            return None;
        }
        Some(match known_fail(results, &self.trial.dut, self) {
            true => "known.yaml says that this does not pass; take the entry out if it does now",
            false => "it does more than dut.yaml claims; claim it there if that is meant",
        })
    }
}

fn known_fail(results: &Results, dut: &DutName, finding: &Finding) -> bool {
    let profile = results.profiles.iter().find(|profile| profile.name == *dut);
    let (Some(profile), Some(known)) = (profile, results.known.get(dut)) else {
        return false;
    };
    let applies = |entry: &sixlo_judge::known::Known| {
        entry.applies(&finding.trial, profile) == sixlo_judge::known::Applies::Yes
    };
    known.iter().any(applies)
}

/// What somebody has to look at, no more than `most` in full. Rows of one sweep that
/// came out alike are told of together.
pub(super) fn unexpected(results: &Results, most: usize) -> Vec<Block> {
    let all: Vec<&Finding> = results
        .findings
        .iter()
        .filter(|finding| finding.is_unexpected())
        .collect();
    if all.is_empty() {
        return Vec::new();
    }
    let passes = all
        .iter()
        .filter(|finding| finding.judgement.verdict == Verdict::Pass)
        .count();
    let heading = match passes {
        0 => format!("Unexpected: {}", all.len()),
        passes => format!("Unexpected: {}, {passes} of them passes", all.len()),
    };
    let mut blocks = vec![Block::Heading(heading)];
    let groups = alike(all);
    blocks.extend(groups.iter().take(most).map(|group| block(results, group)));
    if groups.len() > most {
        let left: usize = groups[most..].iter().map(Vec::len).sum();
        blocks.push(Block::Text(format!(
            "and {left} more: `sixlo report {}`",
            results.folder.display()
        )));
    }
    blocks
}

/// In groups of rows that came out alike, in the order of their first.
fn alike<'a, 'r>(all: Vec<&'r Finding<'a>>) -> Vec<Vec<&'r Finding<'a>>> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for finding in all {
        match groups.iter_mut().find(|group| group[0].is_like(finding)) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups
}

/// The first of them in full, the others by their rows.
fn block(results: &Results, group: &[&Finding]) -> Block {
    let mut block = group[0].block(results);
    let others: Vec<String> = group[1..].iter().map(|other| other.trial.row()).collect();
    if let Block::Finding { fields, .. } = &mut block
        && let Some(others) = likewise(others.iter().map(String::as_str))
    {
        fields.push(("likewise", others));
    }
    block
}

/// Rows of a sweep that came out like one that is told in full; nothing if there are none.
pub fn likewise<'a>(labels: impl ExactSizeIterator<Item = &'a str>) -> Option<String> {
    const SHOWN: usize = 3;
    let all = labels.len();
    let mut told: Vec<String> = labels
        .take(SHOWN)
        .map(|label| format!("[{label}]"))
        .collect();
    if all > SHOWN {
        told.push(format!("and {} more rows", all - SHOWN));
    }
    (all > 0).then(|| told.join(", "))
}
