//! One trial's last word, and the block that explains it.

use sixlo_judge::meta::TrialMeta;
use sixlo_judge::name::DutName;
use sixlo_judge::status::Expected;
use sixlo_judge::testcase::TestCase;
use sixlo_judge::verdict::{Judgement, Verdict};

use super::Results;
use super::document::Block;
use super::status_line::word;
use crate::run::{Place, capture_path};

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

    /// Everything a reader needs to see what went wrong and why it is wrong.
    pub fn block(&self, results: &Results) -> Block {
        let Judgement {
            verdict,
            expected,
            observed,
            cause,
            ..
        } = &self.judgement;
        let TestCase {
            clause,
            strength,
            title,
            ..
        } = self.case;
        let mut fields = vec![("clause", format!("{clause} ({}): {title}", strength.word()))];
        let mut field = |name, words: &str| {
            if !words.is_empty() {
                fields.push((name, words.to_owned()));
            }
        };
        field("expected", expected);
        field("observed", observed);
        field("cause", cause);
        field("note", &self.note(results));
        field("evidence", &self.evidence(results));
        Block::Finding {
            title: format!(
                "{} {} {}",
                word(*verdict),
                self.trial.dut,
                self.trial.title()
            ),
            fields,
        }
    }

    /// Why a pass is shown among what went wrong.
    fn note(&self, results: &Results) -> String {
        if self.expected != Expected::UnexpectedPass {
            return String::new();
        }
        match known_fail(results, &self.trial.dut, self) {
            true => "known.yaml says that this fails; take the entry out if it no longer does",
            false => "it does more than dut.yaml claims; claim it there if that is meant",
        }
        .to_owned()
    }

    fn evidence(&self, results: &Results) -> String {
        let file = capture_path(&results.folder, &self.trial.dut.0);
        let Place { first, packets, .. } = self.packets;
        match packets {
            0 => "no packet".to_owned(),
            1 => format!("{}, packet {first}", file.display()),
            _ => format!(
                "{}, packets {first} to {}",
                file.display(),
                first + packets - 1
            ),
        }
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

/// What somebody has to look at, no more than `most` in full.
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
    blocks.extend(all.iter().take(most).map(|finding| finding.block(results)));
    if all.len() > most {
        blocks.push(Block::Text(format!(
            "and {} more: `sixlo report {}`",
            all.len() - most,
            results.folder.display()
        )));
    }
    blocks
}
