//! The page itself: what the template shows, and what may run on it.

use std::path::{Path, PathBuf};

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::evidence::Chunk;
use super::grid::{self, Legend, Row};
use super::index::{Index, STATUSES, VERDICTS};
use super::pack::pack;
use super::reported::{self, Block};
use crate::report::likewise;
use crate::report::model::{Dut, Report, Status, Trial};

const STYLE: &str = include_str!("../../../templates/html/page.css");

/// One function around all of it: nothing of it is seen from outside.
const SCRIPT: &str = concat!(
    "(() => {\n'use strict';\n",
    include_str!("../../../templates/html/script/markup.js"),
    include_str!("../../../templates/html/script/data.js"),
    include_str!("../../../templates/html/script/pcapng.js"),
    include_str!("../../../templates/html/script/frame.js"),
    include_str!("../../../templates/html/script/sequence.js"),
    include_str!("../../../templates/html/script/trial.js"),
    include_str!("../../../templates/html/script/panel.js"),
    include_str!("../../../templates/html/script/filter.js"),
    include_str!("../../../templates/html/script/matrix.js"),
    include_str!("../../../templates/html/script/start.js"),
    "})();\n",
);

#[derive(Template)]
#[template(path = "html/page.html")]
struct Page<'a> {
    report: &'a Report,
    title: &'static str,
    facts: Vec<(&'static str, String)>,
    counts: Vec<(&'static str, &'static str, usize)>,
    rows: Vec<Row<'a>>,
    rowless: Vec<Row<'a>>,
    reported: Option<Block<'a>>,
    legend: Vec<Legend>,
    gaps: [(&'static str, &'static str); 3],
    verdicts: Vec<&'static str>,
    statuses: Vec<(&'static str, &'static str)>,
    levels: Vec<u8>,
    unexpected: Vec<Group<'a>>,
    index: String,
    chunks: &'a [Chunk],
    style: &'static str,
    script: &'static str,
    style_hash: String,
    script_hash: String,
}

/// Rows of one sweep that came out alike.
struct Group<'a> {
    first: &'a Trial,
    clause: &'a str,
    strength: &'static str,
    title: &'a str,
    others: Vec<&'a str>,
}

/// The page of a report with this evidence. `folder` is the run's.
pub fn render(report: &Report, folder: &Path, chunks: &[Chunk]) -> String {
    // Without a slash at its end, for a name comes behind it.
    let folder = folder
        .components()
        .collect::<PathBuf>()
        .display()
        .to_string();
    let index =
        serde_json::to_vec(&Index::of(report, &folder)).expect("names and numbers are JSON");
    let mut levels: Vec<u8> = report.rows.iter().filter_map(|row| row.level).collect();
    levels.sort_unstable();
    levels.dedup();
    let page = Page {
        report,
        title: "6LoWPAN interoperability matrix",
        facts: facts(report, &folder),
        counts: counts(report),
        rows: grid::rows(report),
        rowless: grid::rowless(report),
        reported: reported::block(report),
        legend: grid::legend(),
        gaps: grid::gaps(),
        verdicts: VERDICTS.map(|verdict| verdict.word()).to_vec(),
        statuses: STATUSES
            .map(|(status, name)| (name, status.meaning()))
            .to_vec(),
        levels,
        unexpected: unexpected(report),
        index: pack(&index),
        chunks,
        style: STYLE,
        script: SCRIPT,
        style_hash: hash(STYLE),
        script_hash: hash(SCRIPT),
    };
    page.render().expect("memory takes what is written to it")
}

/// By it the page's policy knows the script that may run, and no other.
fn hash(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text))
}

fn facts(report: &Report, folder: &str) -> Vec<(&'static str, String)> {
    let run = &report.run;
    let asked = &run.selection;
    let all = |words: &[String]| match words {
        [] => "all".to_owned(),
        words => words.join(", "),
    };
    let mut air = Vec::new();
    for (share, what) in [
        (asked.loss, "lost"),
        (asked.duplicate, "doubled"),
        (asked.reorder, "overtaken"),
    ] {
        if share > 0.0 {
            air.push(format!("{share} of frames {what}"));
        }
    }
    if asked.delay_ms > 0 {
        air.push(format!("frames under way for up to {} ms", asked.delay_ms));
    }
    let mut facts = vec![
        ("run", run.name.clone()),
        ("sixlo", run.sixlo.clone()),
        ("catalogue", run.catalogue.chars().take(12).collect()),
        ("cases", all(&asked.cases)),
        ("devices", all(&asked.duts)),
        (
            "each trial",
            match asked.repeat {
                1 => String::new(),
                times => format!("played {times} times"),
            },
        ),
        ("seed", asked.seed.to_string()),
        ("air", air.join(", ")),
        ("evidence", folder.to_owned()),
        (
            "exit code",
            format!("{}: {}", report.exit_code, report.exit_meaning),
        ),
    ];
    facts.retain(|(_, words)| !words.is_empty());
    facts
}

/// Name in the data, words, number.
fn counts(report: &Report) -> Vec<(&'static str, &'static str, usize)> {
    let counts = &report.counts;
    vec![
        ("devices", "devices", counts.devices),
        ("cases", "cases", counts.cases),
        ("trials", "trials", counts.trials),
        ("passed", "pass", counts.passed),
        ("failed", "fail", counts.failed),
        ("undecided", "inconc", counts.undecided),
        ("errors", "error", counts.errors),
        (
            "unexpected_fails",
            "unexpected fails",
            counts.unexpected_fails,
        ),
        (
            "unexpected_passes",
            "unexpected passes",
            counts.unexpected_passes,
        ),
        ("relative", "for want of a parent or twin", counts.relative),
        ("not_applicable", "not applicable", counts.not_applicable),
    ]
}

fn unexpected(report: &Report) -> Vec<Group<'_>> {
    let mut groups: Vec<Group> = Vec::new();
    let look = |trial: &&Trial| {
        matches!(
            trial.status,
            Status::UnexpectedFail | Status::UnexpectedPass | Status::Trouble
        )
    };
    for trial in report.trials.iter().filter(look) {
        let alike = groups.iter_mut().find(|group| {
            let first = group.first;
            (
                &first.dut,
                &first.case,
                first.status,
                first.verdict,
                first.outcome,
            ) == (
                &trial.dut,
                &trial.case,
                trial.status,
                trial.verdict,
                trial.outcome,
            )
        });
        let case = report.case(&trial.case);
        match alike {
            Some(group) => group.others.push(&trial.label),
            None => groups.push(Group {
                first: trial,
                clause: case.map_or("", |case| &case.clause),
                strength: case.map_or("", |case| case.strength.word()),
                title: case.map_or("", |case| &case.title),
                others: Vec::new(),
            }),
        }
    }
    groups
}

impl Group<'_> {
    fn likewise(&self) -> Option<String> {
        likewise(self.others.iter().copied())
    }
}

impl Page<'_> {
    fn claim(&self, dut: &Dut) -> String {
        match dut.claims.level {
            Some(level) => format!("claims level {level}"),
            None if dut.claims.rows.is_empty() => "claims nothing".to_owned(),
            None => format!("claims {} rows", dut.claims.rows.len()),
        }
    }
}
