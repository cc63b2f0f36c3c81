//! A run before the gate, in words.

use std::collections::HashSet;
use std::path::Path;

use sixlo_judge::status::ExitStatus;

use super::{Accepted, Entry, Gate, left_out};
use crate::catalogue::CatalogueError;
use crate::compare::grouped::{counted, grouped, some_of};
use crate::compare::withheld;
use crate::report::model::{Report, Trial};
use crate::report::{Block, Document, Row, Table, likewise, word};

/// Entries that expire within so many days are named.
const SOON: u64 = 30;
/// Groups that are told in full.
const SHOWN: usize = 20;

/// What is accepted and how long yet, and what keeps the gate shut. `report` is the run as it may
/// be shown: of what it withholds is told how much it is, and the gate is shut for it all the
/// same. `folder` is the run's.
pub fn told(gate: &Gate, report: &Report, folder: &Path) -> Document {
    let shown: HashSet<&str> = report.trials.iter().map(|trial| &*trial.id).collect();
    let mut blocks = vec![Block::Heading("Gate".to_owned())];
    blocks.extend(accepted(gate));
    let soon = gate
        .accepted
        .iter()
        .filter_map(|(entry, _)| soon(gate, entry));
    section(&mut blocks, "Expires soon", soon.collect());
    let wrong = gate.wrong.iter().map(|error| wrong(gate, error, report));
    let known = gate.run_is_wrong.then(|| {
        "a known.yaml has an entry that matches nothing: `sixlo report` names it".to_owned()
    });
    section(&mut blocks, "Wrong entries", wrong.chain(known).collect());
    for (heading, trials) in [
        ("Unexpected", &gate.unexpected),
        ("Trouble", &gate.trouble),
        ("Undecided", &gate.undecided),
    ] {
        let shown = trials.iter().filter(|trial| shown.contains(&*trial.id));
        let shown: Vec<&Trial> = shown.copied().collect();
        blocks.extend(in_full(heading, &shown, report, folder));
    }
    section(&mut blocks, "Withheld", withheld(report));
    section(&mut blocks, "Not judged", left_out(report));
    section(&mut blocks, "Not played", gate.lacking.clone());
    blocks.push(Block::Text(summary(gate)));
    Document(blocks)
}

fn section(blocks: &mut Vec<Block>, title: &str, lines: Vec<String>) {
    if !lines.is_empty() {
        blocks.push(Block::Heading(title.to_owned()));
        blocks.push(Block::List(lines));
    }
}

/// What is wrong with an entry. How a trial came out that may be among what is withheld is not said.
fn wrong(gate: &Gate, error: &CatalogueError, report: &Report) -> String {
    let mut entries = gate.accepted.iter().map(|(entry, _)| entry);
    let speaks_of_withheld = entries.any(|entry| {
        let mut duts = report.duts.iter();
        entry.place == error.place
            && duts.any(|dut| !dut.withheld.is_empty() && entry.dut.matches(&dut.name))
    });
    match speaks_of_withheld {
        true => format!("{}: wrong, and why may be withheld", error.place),
        false => error.to_string(),
    }
}

fn accepted(gate: &Gate) -> Option<Block> {
    let words = ["Accepted", "line", "trials", "outcome", "expires", "reason"];
    let rows = gate.accepted.iter().map(|(entry, trials)| {
        let trials = match trials.len() {
            0 => "-".to_owned(),
            count => count.to_string(),
        };
        Row::Cells(vec![
            name(entry),
            entry.place.line.to_string(),
            trials,
            entry.outcome.word().to_owned(),
            entry.expires.to_string(),
            format!("{} ({})", entry.reason, entry.link),
        ])
    });
    (!gate.accepted.is_empty()).then(|| {
        Block::Table(Table {
            head: words.map(str::to_owned).to_vec(),
            rows: rows.collect(),
        })
    })
}

/// Device and cases, the first few of them.
fn name(entry: &Entry) -> String {
    let cases: Vec<String> = entry.cases.iter().map(ToString::to_string).collect();
    let cases = some_of(&cases).unwrap_or_default();
    let labels = entry.labels.as_ref().map_or_else(String::new, |labels| {
        let labels: Vec<String> = labels.iter().map(ToString::to_string).collect();
        format!(" [{}]", some_of(&labels).unwrap_or_default())
    });
    format!("{} {cases}{labels}", entry.dut)
}

fn soon(gate: &Gate, entry: &Entry) -> Option<String> {
    let days = gate
        .today
        .days_to(entry.expires)
        .filter(|days| *days <= SOON)?;
    let when = match days {
        0 => "today".to_owned(),
        days => format!("in {}", counted(usize::try_from(days).ok()?, "day")),
    };
    Some(format!("{}: {} expires {when}", entry.place, name(entry)))
}

/// Rows of one sweep that came out alike are told of together.
fn in_full(heading: &str, trials: &[&Trial], report: &Report, folder: &Path) -> Vec<Block> {
    if trials.is_empty() {
        return Vec::new();
    }
    let alike = |trial: &&Trial| {
        (
            trial.dut.clone(),
            trial.case.clone(),
            trial.status,
            trial.outcome,
        )
    };
    let groups = grouped(trials.iter().copied(), alike);
    let mut blocks = vec![Block::Heading(format!("{heading}: {}", trials.len()))];
    for group in groups.iter().take(SHOWN) {
        let first = group[0];
        let mut fields = report
            .case(&first.case)
            .map_or_else(Vec::new, |case| first.fields(case, folder));
        if let Some(others) = likewise(group[1..].iter().map(|other| other.label.as_str())) {
            fields.push(("likewise", others));
        }
        blocks.push(Block::Finding {
            title: format!("{} {} {}", word(first.verdict), first.dut, first.title()),
            fields,
        });
    }
    if groups.len() > SHOWN {
        let left: usize = groups[SHOWN..].iter().map(Vec::len).sum();
        blocks.push(Block::Text(format!(
            "and {left} more: `sixlo report` has them all"
        )));
    }
    blocks
}

fn summary(gate: &Gate) -> String {
    let (judged, _) = gate.judged;
    let explained = gate.accepted.iter().flat_map(|(_, trials)| trials);
    let mut all: Vec<&str> = explained.map(|trial| trial.id.as_str()).collect();
    all.sort_unstable();
    all.dedup();
    let passes = gate
        .unexpected
        .iter()
        .filter(|trial| Accepted::of(trial) == Some(Accepted::Passes))
        .count();
    let passes = match passes {
        0 => String::new(),
        passes => format!(" ({passes} of them passes)"),
    };
    let status = gate.status();
    format!(
        "Summary {judged} trials: {} explained by {}, {} unexpected{passes}, {} undecided, {} in trouble; {} wrong, \
         {} lacking. Exit code {}: {}",
        all.len(),
        entries(gate.accepted.len()),
        gate.unexpected.len(),
        gate.undecided.len(),
        gate.trouble.len(),
        entries(gate.wrong.len()),
        counted(gate.lacking.len(), "device"),
        status.code(),
        meaning(status)
    )
}

/// What an exit code means here.
fn meaning(status: ExitStatus) -> &'static str {
    match status {
        ExitStatus::Success => "nothing but what is accepted",
        ExitStatus::Unexpected => "something unexpected that is not accepted",
        ExitStatus::Usage => "an entry is wrong, has expired, or no longer applies",
        ExitStatus::Undecided => "something is undecided, or was not played",
        ExitStatus::Nothing => "nothing was judged",
        ExitStatus::Trouble => status.meaning(),
    }
}

fn entries(count: usize) -> String {
    match count {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    }
}
