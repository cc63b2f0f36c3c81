//! Two runs beside each other, in words.

use sixlo_judge::testcase::Direction;
use sixlo_judge::verdict::Verdict;

use super::{CellChange, Change, Class, Diff, Side, Word};
use crate::compare::grouped::{counted, grouped, some_of};
use crate::report::model::Status;
use crate::report::{Block, Document, likewise, word};

/// Groups of a class that are told in full.
const SHOWN: usize = 20;

/// The changes, the worst first, then changed cells and how many of what.
pub fn told(diff: &Diff) -> Document {
    let mut blocks = vec![Block::Heading(format!(
        "{} against {}",
        diff.after.source, diff.before.source
    ))];
    blocks.push(Block::List(vec![
        format!("before: {}", side(&diff.before)),
        format!("after: {}", side(&diff.after)),
    ]));
    section(&mut blocks, "Differs", diff.differs.clone());
    for class in [
        Class::New,
        Class::Changed,
        Class::Undecided,
        Class::Decided,
        Class::Fixed,
    ] {
        blocks.extend(in_full(diff, class));
    }
    for class in [Class::Gone, Class::Appeared, Class::Still] {
        let changes: Vec<&Change> = diff.of_class(class).collect();
        let heading = format!("{}: {}", class.heading(), changes.len());
        section(&mut blocks, &heading, by_feature(&changes));
    }
    let cells = diff.cells.iter().map(cell).collect();
    section(&mut blocks, "Changed cells", cells);
    section(&mut blocks, "Withheld", diff.withheld.clone());
    blocks.push(Block::Text(summary(diff)));
    Document(blocks)
}

fn section(blocks: &mut Vec<Block>, title: &str, lines: Vec<String>) {
    if !lines.is_empty() {
        blocks.push(Block::Heading(title.to_owned()));
        blocks.push(Block::List(lines));
    }
}

fn side(side: &Side) -> String {
    format!(
        "{}, {} on {}",
        side.run,
        counted(side.trials, "trial"),
        side.devices.join(", ")
    )
}

/// Rows of one sweep that changed alike are told of once, and so is what known.yaml gives
/// one reason for.
fn in_full(diff: &Diff, class: Class) -> Vec<Block> {
    let alike = |change: &&Change| {
        let word = |word: &Word| (word.verdict, word.outcome, word.status, word.flaky);
        let known = change.is.as_ref().and_then(|is| is.known.clone());
        (
            change.dut.clone(),
            known.unwrap_or_else(|| change.case.clone()),
            change.case_has_changed,
            change.was.as_ref().map(word),
            change.is.as_ref().map(word),
        )
    };
    let groups = grouped(diff.of_class(class), alike);
    let all: usize = groups.iter().map(Vec::len).sum();
    if all == 0 {
        return Vec::new();
    }
    let mut blocks = vec![Block::Heading(format!("{}: {all}", class.heading()))];
    blocks.extend(groups.iter().take(SHOWN).map(|group| block(group)));
    if groups.len() > SHOWN {
        let left: usize = groups[SHOWN..].iter().map(Vec::len).sum();
        blocks.push(Block::Text(format!(
            "and {left} more: `sixlo diff --format json` has them all"
        )));
    }
    blocks
}

fn block(group: &[&Change]) -> Block {
    let first = group[0];
    let words = |word: &Option<Word>| {
        let word = word.as_ref();
        word.map_or_else(|| "not played".to_owned(), |word| word.words.clone())
    };
    let mut fields = vec![("was", words(&first.was)), ("is", words(&first.is))];
    if let Some(known) = first.is.as_ref().and_then(|is| is.known.as_ref()) {
        fields.push(("known", known.clone()));
    }
    let notes = notes(first);
    if !notes.is_empty() {
        fields.push(("note", notes.join("; ")));
    }
    let titles: Vec<String> = group[1..].iter().map(|other| other.title()).collect();
    let others = match group.iter().all(|other| other.case == first.case) {
        true => likewise(group[1..].iter().map(|other| other.label.as_str())),
        false => some_of(&titles),
    };
    fields.extend(others.map(|others| ("likewise", others)));
    let verdict = first.is.as_ref().map_or("", |is| word(is.verdict));
    Block::Finding {
        title: format!("{verdict} {}: {}", place(first), first.title()),
        fields,
    }
}

/// What somebody has to know before believing the change.
fn notes(change: &Change) -> Vec<&'static str> {
    let mut notes = Vec::new();
    if change.case_has_changed {
        notes.push("the case has changed since");
    }
    if change.is.as_ref().is_some_and(|is| is.flaky) {
        notes.push("flaky: its attempts disagreed");
    } else if change.was.as_ref().is_some_and(|was| was.flaky) {
        notes.push("it was flaky: its attempts disagreed");
    }
    match change.is.as_ref().map(|is| is.status) {
        Some(Status::NotClaimed) => notes.push("not claimed"),
        Some(Status::Relative) => notes.push("its parent or twin decides"),
        Some(Status::NotJudged) => notes.push("people disagree about the case; it decides nothing"),
        _ => {}
    }
    notes
}

/// Device, way and feature.
fn place(change: &Change) -> String {
    let way = match change.direction {
        Direction::Receive => "receiving",
        Direction::Send => "sending",
    };
    format!("{}, {way}, {}", change.dut, change.feature)
}

/// One line a feature of a device: how many trials of it, and what of.
fn by_feature(changes: &[&Change]) -> Vec<String> {
    let groups = grouped(changes.iter().copied(), |change| place(change));
    let line = |group: &Vec<&Change>| {
        let words = group.iter().filter_map(|change| {
            let word = change.is.as_ref().or(change.was.as_ref())?;
            Some(match (word.verdict, word.status) {
                (Verdict::Pass, _) if word.deviates => "deviating",
                (verdict, Status::Known) => match verdict {
                    Verdict::Fail => "fail, known",
                    _ => "undecided, known",
                },
                (Verdict::Fail, Status::NotClaimed) => "fail, not claimed",
                (verdict, _) => verdict.word(),
            })
        });
        let words: Vec<String> = grouped(words, |word| *word)
            .iter()
            .map(|alike| format!("{} {}", alike.len(), alike[0]))
            .collect();
        format!("{}: {}", place(group[0]), words.join("; "))
    };
    groups.iter().map(line).collect()
}

fn cell(change: &CellChange) -> String {
    let shown = |mark: &str| match mark {
        "" => "blank".to_owned(),
        mark => mark.to_owned(),
    };
    format!(
        "{}, {}: {} -> {}",
        change.dut,
        change.what,
        shown(&change.was),
        shown(&change.is)
    )
}

fn summary(diff: &Diff) -> String {
    let count = |class| diff.of_class(class).count();
    let known = |class| {
        let known = diff.of_class(class).filter(|change| {
            let is = change.is.as_ref();
            is.is_some_and(|is| is.status == Status::Known)
        });
        match known.count() {
            0 => String::new(),
            known => format!(" ({known} known)"),
        }
    };
    format!(
        "Summary {} in both: {} new{}, {} fixed, {} changed in kind{}, {} undecided now, {} decided now; \
         {} as before and not right; {} not played before, {} not played now; {} changed",
        counted(diff.in_both, "trial"),
        count(Class::New),
        known(Class::New),
        count(Class::Fixed),
        count(Class::Changed),
        known(Class::Changed),
        count(Class::Undecided),
        count(Class::Decided),
        count(Class::Still),
        count(Class::Appeared),
        count(Class::Gone),
        counted(diff.cells.len(), "cell or level").replace("cell or levels", "cells and levels"),
    )
}
