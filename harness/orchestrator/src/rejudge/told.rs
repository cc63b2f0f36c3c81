//! A run judged again, in words.

use std::collections::BTreeMap;

use sixlo_judge::verdict::Judgement;

use super::{CannotJudge, CellChange, Change, Rejudged};
use crate::report::{Block, Document, LastWord, word};
use crate::run::{Line, Recorded};

/// Attempts of a group that are named one by one.
const NAMED: usize = 3;
/// Pieces of damage that are told one by one.
const TOLD: usize = 20;

/// What has changed, and what could not be judged.
pub fn told(
    recorded: &Recorded,
    rejudged: &Rejudged,
    cells: &[CellChange],
    changed_trials: usize,
) -> Document {
    let changes = rejudged.changes(recorded);
    let mut blocks = Vec::new();
    if !changes.is_empty() {
        blocks.push(Block::Heading(format!(
            "Changed: the verdict on {}, the last word on {}",
            counted(changes.len(), "attempt"),
            counted(changed_trials, "trial"),
        )));
        blocks.extend(alike(&changes).iter().map(|group| block(group)));
    }
    if !cells.is_empty() {
        blocks.push(Block::Heading("Changed cells".to_owned()));
        blocks.push(Block::List(cells.iter().map(cell).collect()));
    }
    section(
        &mut blocks,
        "Cannot be judged again",
        not_judged(recorded, rejudged),
    );
    section(&mut blocks, "Damaged", damaged(rejudged));
    blocks.push(Block::Text(summary(recorded, rejudged)));
    Document(blocks)
}

fn section(blocks: &mut Vec<Block>, title: &str, lines: Vec<String>) {
    if !lines.is_empty() {
        blocks.push(Block::Heading(title.to_owned()));
        blocks.push(Block::List(lines));
    }
}

/// In groups of one case on one device that changed from one word to one other.
fn alike<'c, 'a>(changes: &'c [Change<'a>]) -> Vec<Vec<&'c Change<'a>>> {
    let mut groups: BTreeMap<_, Vec<&Change>> = BTreeMap::new();
    for change in changes {
        let trial = &change.line.trial;
        let words = (words(&change.line.judgement), words(change.is));
        groups
            .entry((&trial.dut, &trial.case, words))
            .or_default()
            .push(change);
    }
    groups.into_values().collect()
}

fn block(group: &[&Change]) -> Block {
    let first = group[0];
    let (was, is) = (&first.line.judgement, first.is);
    let mut fields = vec![("was", words(was)), ("is", words(is))];
    if group.len() > 1 {
        let others = &group[1..];
        let mut names: Vec<String> = others
            .iter()
            .take(NAMED)
            .map(|change| attempt(change.line))
            .collect();
        if others.len() > NAMED {
            names.push(format!("and {} more", others.len() - NAMED));
        }
        fields.push(("likewise", names.join(", ")));
    }
    Block::Finding {
        title: format!(
            "{} -> {} {} {}, {}",
            word(was.verdict),
            word(is.verdict),
            first.line.trial.dut,
            first.line.trial.case,
            attempt(first.line),
        ),
        fields,
    }
}

/// Which attempt of its case, such as `[tf=11] attempt 2`.
fn attempt(line: &Line) -> String {
    match line.trial.row().as_str() {
        "" => format!("attempt {}", line.attempt),
        label => format!("[{label}] attempt {}", line.attempt),
    }
}

/// A judgement's own words in one line.
fn words(judgement: &Judgement) -> String {
    LastWord::from(judgement).to_string()
}

fn cell(change: &CellChange) -> String {
    let mark = |mark: &str| match mark {
        "" => "blank".to_owned(),
        mark => mark.to_owned(),
    };
    format!(
        "{}: {} -> {}",
        change.cell,
        mark(&change.was),
        mark(&change.is)
    )
}

/// Cases that are others today: one line a device, case and reason.
fn not_judged(recorded: &Recorded, rejudged: &Rejudged) -> Vec<String> {
    let mut groups: BTreeMap<_, usize> = BTreeMap::new();
    for (line, why) in why_not(recorded, rejudged) {
        if !matches!(why, CannotJudge::Damaged(_)) {
            let key = (&line.trial.dut, &line.trial.case, why.to_string());
            *groups.entry(key).or_default() += 1;
        }
    }
    groups
        .into_iter()
        .map(|((dut, case, why), attempts)| {
            format!("{dut} {case}: {why} ({})", counted(attempts, "attempt"))
        })
        .collect()
}

fn damaged(rejudged: &Rejudged) -> Vec<String> {
    let of_captures = rejudged.lines.iter().filter_map(|line| match line {
        Err(CannotJudge::Damaged(error)) => Some(error),
        _ => None,
    });
    let all = rejudged.damage.lines + of_captures.clone().count();
    let mut lines: Vec<String> = rejudged
        .damage
        .first
        .iter()
        .chain(of_captures)
        .take(TOLD)
        .map(ToString::to_string)
        .collect();
    if all > lines.len() {
        lines.push(format!("and {} more", all - lines.len()));
    }
    lines
}

fn why_not<'a>(
    recorded: &'a Recorded,
    rejudged: &'a Rejudged,
) -> impl Iterator<Item = (&'a Line, &'a CannotJudge)> {
    let lines = recorded.lines.iter().zip(&rejudged.lines);
    lines.filter_map(|(line, word)| Some((line, word.as_ref().err()?)))
}

fn summary(recorded: &Recorded, rejudged: &Rejudged) -> String {
    let judged = rejudged.judged();
    let mut parts = vec![format!(
        "{} of {} judged again",
        judged,
        counted(recorded.lines.len(), "attempt"),
    )];
    let left = recorded.lines.len() - judged;
    if left > 0 {
        parts.push(format!("{left} cannot be judged again"));
    }
    if rejudged.damage.lines > 0 {
        parts.push(format!(
            "{} cannot be read",
            counted(rejudged.damage.lines, "line")
        ));
    }
    parts.push(match rejudged.changes(recorded).len() {
        0 => "no verdict changed".to_owned(),
        changed => format!("{} changed", counted(changed, "verdict")),
    });
    let reworded = rejudged.reworded(recorded);
    if reworded > 0 {
        parts.push(format!("{reworded} of the same verdict in other words"));
    }
    parts.join("; ")
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}
