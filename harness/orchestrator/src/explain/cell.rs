//! What a run says of one device and one feature.

use std::collections::BTreeMap;

use sixlo_judge::name::{CaseId, DutName, Topic};
use sixlo_judge::status::Expected;
use sixlo_judge::verdict::{Outcome, Verdict};

use super::paragraph::paragraph;
use crate::report::{Block, Document, Finding, Results};

/// Lines of a list before it is cut.
const MOST_LINES: usize = 12;
/// Labels on a line before it is cut.
const MOST_LABELS: usize = 3;

/// A cell from its mark to the next step; none if the run knows no such device, or no
/// trial of that topic.
pub fn cell(results: &Results, dut: &DutName, topic: &Topic) -> Option<Document> {
    let columns = &results.matrix.columns;
    let at = columns.iter().position(|column| column.dut == *dut)?;
    let (profile, column) = (results.profiles.get(at)?, &columns[at]);
    let here: Vec<&Finding> = results
        .findings
        .iter()
        .filter(|finding| finding.trial.dut == *dut && finding.case.topic == *topic)
        .collect();
    let idle = not_applicable(results, dut, topic);
    if here.is_empty() && idle.is_empty() {
        return None;
    }
    let row = results.matrix.rows.iter().find(|row| row.topic == *topic);
    let title = match row {
        Some(row) => format!("{dut}/{topic}: row {}, {}", row.number, row.title),
        None => format!("{dut}/{topic}"),
    };
    let mut blocks = vec![
        Block::Heading(title),
        Block::Text(paragraph(results, (profile, column), topic)),
    ];
    blocks.extend(trials(results, &here));
    list(&mut blocks, "Does not apply".to_owned(), idle);
    blocks.push(Block::Text(next(&here, &format!("{dut}/{topic}"))));
    Some(Document(blocks))
}

/// The trials of one case on a device; none where none was played.
pub fn case_on(results: &Results, dut: &DutName, case: &CaseId) -> Option<Document> {
    let here: Vec<&Finding> = results
        .findings
        .iter()
        .filter(|finding| finding.trial.dut == *dut && finding.case.id == *case)
        .collect();
    let first = here.first()?;
    let mut blocks = vec![Block::Heading(format!(
        "{dut}/{case}: {}",
        first.case.title
    ))];
    blocks.extend(trials(results, &here));
    blocks.push(Block::Text(next(&here, &format!("{dut}/{case}"))));
    Some(Document(blocks))
}

/// What passes, what fails, what is undecided.
fn trials(results: &Results, here: &[&Finding]) -> Vec<Block> {
    let of = |verdict: fn(Verdict) -> bool| -> Vec<&Finding> {
        here.iter()
            .copied()
            .filter(|finding| verdict(finding.judgement.verdict))
            .collect()
    };
    let passes = of(|verdict| verdict == Verdict::Pass);
    let fails = of(|verdict| verdict == Verdict::Fail);
    let open = of(|verdict| matches!(verdict, Verdict::Inconc | Verdict::Error));
    let mut blocks = Vec::new();
    // Those that are only written down count nowhere.
    let all = passes.len() + fails.len() + open.len();
    if !passes.is_empty() {
        let heading = format!("{} of {all} trials pass", passes.len());
        list(&mut blocks, heading, by_case(&passes));
    }
    if !fails.is_empty() {
        blocks.push(Block::Heading(format!(
            "{} of {all} trials fail",
            fails.len()
        )));
        let groups = alike(&fails);
        blocks.extend(
            groups
                .iter()
                .take(MOST_LINES)
                .map(|group| fail(results, group)),
        );
        if let Some(left) = groups
            .len()
            .checked_sub(MOST_LINES)
            .filter(|&left| left > 0)
        {
            let folder = results.folder.display();
            blocks.push(Block::Text(format!(
                "and {left} more kinds of fail: `sixlo report {folder}` shows all"
            )));
        }
        list(
            &mut blocks,
            "Values that fail".to_owned(),
            together(results, here),
        );
    }
    if !open.is_empty() {
        let heading = format!("{} of {all} trials are undecided", open.len());
        list(&mut blocks, heading, by_cause(&open));
    }
    blocks
}

fn list(blocks: &mut Vec<Block>, heading: String, mut lines: Vec<String>) {
    if lines.is_empty() {
        return;
    }
    blocks.push(Block::Heading(heading));
    if lines.len() > MOST_LINES {
        let left = lines.len() - MOST_LINES;
        lines.truncate(MOST_LINES);
        lines.push(format!("and {left} more"));
    }
    blocks.push(Block::List(lines));
}

/// One line a case, with the number of its rows.
fn by_case(findings: &[&Finding]) -> Vec<String> {
    let mut cases: Vec<(&Finding, usize)> = Vec::new();
    for finding in findings {
        match cases
            .iter_mut()
            .find(|(first, _)| first.case.id == finding.case.id)
        {
            Some((_, rows)) => *rows += 1,
            None => cases.push((finding, 1)),
        }
    }
    let line = |(first, rows): &(&Finding, usize)| {
        let rows = match rows {
            1 => String::new(),
            rows => format!(" ({rows} rows)"),
        };
        format!("{}{rows}: {}", first.case.id, first.case.title)
    };
    cases.iter().map(line).collect()
}

/// Fails of one case and one kind together.
fn alike<'r, 'a>(fails: &[&'r Finding<'a>]) -> Vec<Vec<&'r Finding<'a>>> {
    let kind = |finding: &Finding| match finding.judgement.outcome {
        // A limiter may swallow a "class unsupported".
        Outcome::Declined => Outcome::Dropped,
        outcome => outcome,
    };
    let known = |finding: &Finding| match finding.expected {
        Expected::Known(at) => Some(at),
        _ => None,
    };
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for finding in fails {
        let is_like = |group: &&mut Vec<&Finding>| {
            let first = group[0];
            first.case.id == finding.case.id
                && kind(first) == kind(finding)
                && known(first) == known(finding)
        };
        match groups.iter_mut().find(is_like) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups
}

fn fail(results: &Results, group: &[&Finding]) -> Block {
    let first = group[0];
    let mut block = first.block(results);
    if let Block::Finding { title, fields } = &mut block {
        *title = format!("{}: {}", title, first.judgement.outcome.meaning());
        let rung = first.judgement.rung.word();
        let at = fields.iter().position(|(name, _)| *name == "observed");
        fields.insert(
            at.map_or(fields.len(), |at| at + 1),
            ("got to", rung.to_owned()),
        );
        fields.extend(nearest(results, first).map(|words| ("passes", words)));
        if group.len() > 1 {
            fields.push(("likewise", labels(&group[1..])));
        }
    }
    block
}

/// The nearest of its family that passes on the same device.
fn nearest(results: &Results, fails: &Finding) -> Option<String> {
    let passes = |id: &CaseId| {
        results.findings.iter().find(|finding| {
            finding.trial.dut == fails.trial.dut
                && finding.case.id == *id
                && finding.judgement.verdict == Verdict::Pass
        })
    };
    let relatives = [
        (Some(&fails.case.id), "another row of it"),
        (fails.case.twin.as_ref(), "its twin"),
        (fails.case.builds_on.as_ref(), "its parent"),
    ];
    relatives.into_iter().find_map(|(id, who)| {
        let near = passes(id?)?;
        let label = match near.trial.row().as_str() {
            "" => String::new(),
            label => format!(" [{label}]"),
        };
        Some(format!(
            "{who}, {}{label}: {}",
            near.case.id, near.case.title
        ))
    })
}

fn labels(findings: &[&Finding]) -> String {
    let shown = findings.iter().take(MOST_LABELS);
    let mut labels: Vec<String> = shown
        .map(|finding| match finding.trial.row().as_str() {
            "" => finding.case.id.to_string(),
            label => format!("[{label}]"),
        })
        .collect();
    if findings.len() > MOST_LABELS {
        labels.push(format!("and {} more", findings.len() - MOST_LABELS));
    }
    labels.join(", ")
}

/// Of long sweeps: the values that fail wherever they stand, and those that fail together.
fn together(results: &Results, here: &[&Finding]) -> Vec<String> {
    let is_here = |dut: &DutName, case: &CaseId| {
        here.iter()
            .any(|finding| finding.trial.dut == *dut && finding.case.id == *case)
    };
    let interactions = results.interactions.iter();
    interactions
        .filter(|one| is_here(&one.dut, &one.case))
        .map(|one| {
            let knobs: Vec<String> = one
                .knobs
                .iter()
                .map(|knob| format!("{}={}", knob.name, knob.value))
                .collect();
            format!(
                "{}: {} ({} trials, {})",
                one.case,
                knobs.join(" with "),
                one.failed,
                one.outcome.word()
            )
        })
        .collect()
}

/// One line a cause.
fn by_cause(open: &[&Finding]) -> Vec<String> {
    let mut causes: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in open {
        let cause = &finding.judgement.cause;
        causes.entry(cause).or_default().push(finding);
    }
    causes
        .into_iter()
        .map(|(cause, findings)| format!("{cause}: {}", titles(&findings)))
        .collect()
}

fn titles(findings: &[&Finding]) -> String {
    let shown = findings.iter().take(MOST_LABELS);
    let mut titles: Vec<String> = shown.map(|finding| finding.trial.title()).collect();
    if findings.len() > MOST_LABELS {
        titles.push(format!("and {} more", findings.len() - MOST_LABELS));
    }
    titles.join(", ")
}

/// One line a reason.
fn not_applicable(results: &Results, dut: &DutName, topic: &Topic) -> Vec<String> {
    let mut reasons: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (id, why) in results.not_applicable.get(dut).into_iter().flatten() {
        let case = results.catalogue.case(id);
        if case.is_some_and(|case| case.topic == *topic) {
            *reasons.entry(why).or_default().entry(&id.0).or_default() += 1;
        }
    }
    let line = |(why, cases): (&str, BTreeMap<&str, usize>)| {
        let cases: Vec<String> = cases
            .into_iter()
            .map(|(id, rows)| match rows {
                1 => id.to_owned(),
                rows => format!("{id} ({rows} rows)"),
            })
            .collect();
        format!("{why}: {}", cases.join(", "))
    };
    reasons.into_iter().map(line).collect()
}

/// What to type next.
fn next(here: &[&Finding], cell: &str) -> String {
    let of = |verdict| {
        here.iter()
            .find(|finding| finding.judgement.verdict == verdict)
    };
    let first = of(Verdict::Fail)
        .or_else(|| of(Verdict::Inconc))
        .or(here.first());
    let case = first.map(|finding| format!("`sixlo explain {}` shows its frames", finding.case.id));
    let shrink = of(Verdict::Fail)
        .map(|_| format!("`sixlo shrink {cell}` finds the smallest difference that still fails"));
    let steps: Vec<String> = case.into_iter().chain(shrink).collect();
    match steps.is_empty() {
        true => "Nothing of it was played.".to_owned(),
        false => format!("Next: {}.", steps.join("; ")),
    }
}

#[cfg(test)]
mod tests;
