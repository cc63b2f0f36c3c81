//! A run before the gate: green only if nothing is unexpected but what a project has accepted,
//! with a reason, a link and a last day, and if all that was to be played was played.
//!
//! known.yaml lies with a stack's port and says what is true of the stack; a baseline lies with
//! the project that uses it and says what it puts up with for now. What the first explains
//! needs no entry in the second.

mod baseline;
mod first;
mod told;

use std::collections::BTreeSet;

use sixlo_judge::known::Glob;
use sixlo_judge::status::ExitStatus;
use sixlo_judge::verdict::Verdict;

use crate::catalogue::CatalogueError;
use crate::report::model::{Report, Status, Trial};
use sixlo_judge::day::Day;

pub use baseline::{Accepted, Baseline, Device, Entry};
pub use first::first;
pub use told::told;

/// What there is to name, beside what was played.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The ids of all cases.
    pub cases: Vec<String>,
    /// The names of all devices.
    pub duts: Vec<String>,
}

/// A run before the gate.
#[derive(Debug, Clone, PartialEq)]
pub struct Gate<'a> {
    /// The day it is taken to be.
    pub today: Day,
    /// Each entry with the trials that it explains.
    pub accepted: Vec<(&'a Entry, Vec<&'a Trial>)>,
    /// What nobody has accepted.
    pub unexpected: Vec<&'a Trial>,
    /// Undecided, and nobody has accepted it.
    pub undecided: Vec<&'a Trial>,
    /// The bench or the harness was in trouble.
    pub trouble: Vec<&'a Trial>,
    /// Devices of which too little was played, in words.
    pub lacking: Vec<String>,
    /// Devices that could not be judged for another reason than a missing package, in words.
    pub left_out: Vec<String>,
    /// Entries that no longer apply, or never did.
    pub wrong: Vec<CatalogueError>,
    /// Whether the run by itself has a wrong file: a known.yaml that matches nothing.
    pub run_is_wrong: bool,
    /// Trials with a verdict, and how many of these count by themselves.
    pub judged: (usize, usize),
}

impl<'a> Gate<'a> {
    /// Holds a run against a baseline.
    pub fn of(baseline: &'a Baseline, report: &'a Report, known: &Known, today: Day) -> Self {
        let judged: Vec<&Trial> = report
            .trials
            .iter()
            .filter(|trial| trial.verdict != Verdict::None)
            .collect();
        let counts =
            |trial: &&&Trial| !matches!(trial.status, Status::NotJudged | Status::Relative);
        let mut gate = Gate {
            today,
            accepted: baseline
                .accepted
                .iter()
                .map(|entry| (entry, Vec::new()))
                .collect(),
            unexpected: Vec::new(),
            undecided: Vec::new(),
            trouble: Vec::new(),
            lacking: lacking(baseline, report, &judged),
            left_out: left_out(report),
            wrong: Vec::new(),
            run_is_wrong: report.exit_code == ExitStatus::Usage.code(),
            judged: (judged.len(), judged.iter().filter(counts).count()),
        };
        for trial in &judged {
            let heap = match trial.status {
                Status::UnexpectedFail | Status::UnexpectedPass => &mut gate.unexpected,
                Status::Undecided => &mut gate.undecided,
                Status::Trouble => {
                    gate.trouble.push(trial);
                    continue;
                }
                _ => continue,
            };
            let mut is_accepted = false;
            for (entry, trials) in &mut gate.accepted {
                if entry.explains(trial) {
                    trials.push(trial);
                    is_accepted |= entry.expires >= today;
                }
            }
            if !is_accepted {
                heap.push(trial);
            }
        }
        gate.wrong = gate
            .accepted
            .iter()
            .flat_map(|(entry, trials)| wrong(entry, trials, &judged, report, known, today))
            .collect();
        gate
    }

    /// What the process exits with.
    pub fn status(&self) -> ExitStatus {
        let when = |is: bool, status| if is { status } else { ExitStatus::Success };
        let (judged, counted) = self.judged;
        let played = match (judged, counted) {
            (0, _) => ExitStatus::Nothing,
            // Guards without their twins: nothing was decided.
            (_, 0) => ExitStatus::Undecided,
            _ => when(
                !self.lacking.is_empty() || !self.undecided.is_empty(),
                ExitStatus::Undecided,
            ),
        };
        when(
            !self.wrong.is_empty() || self.run_is_wrong,
            ExitStatus::Usage,
        )
        .and(when(
            !self.trouble.is_empty() || !self.left_out.is_empty(),
            ExitStatus::Trouble,
        ))
        .and(when(!self.unexpected.is_empty(), ExitStatus::Unexpected))
        .and(played)
    }
}

impl Entry {
    /// Whether it speaks of this trial, and of how it came out.
    fn explains(&self, trial: &Trial) -> bool {
        let labelled = match &self.labels {
            None => true,
            Some(labels) => any(labels, &trial.label),
        };
        labelled
            && self.dut.matches(&trial.dut)
            && any(&self.cases, &trial.case)
            && Accepted::of(trial) == Some(self.outcome)
    }
}

fn any(patterns: &[Glob], text: &str) -> bool {
    patterns.iter().any(|pattern| pattern.matches(text))
}

/// Devices that could not be judged for another reason than a missing package, in words.
fn left_out(report: &Report) -> Vec<String> {
    let left_out = report.left_out.iter();
    left_out
        .filter(|left_out| !left_out.missing)
        .map(|left_out| format!("{}: {}", left_out.dut, left_out.why))
        .collect()
}

/// Devices of which less was played than the baseline wants.
fn lacking(baseline: &Baseline, report: &Report, judged: &[&Trial]) -> Vec<String> {
    let mut lines = Vec::new();
    for device in &baseline.devices {
        let Device { dut, trials, cases } = device;
        if !report.duts.iter().any(|other| other.name == *dut) {
            let left_out = report.left_out.iter().find(|other| other.dut == *dut);
            let why = left_out.map_or("it is not in this run", |left_out| &left_out.why);
            lines.push(format!("{dut}: {why}"));
            continue;
        }
        let played = judged.iter().filter(|trial| trial.dut == *dut);
        let of_cases: BTreeSet<&str> = played.clone().map(|trial| trial.case.as_str()).collect();
        let (now, now_cases) = (played.count(), of_cases.len());
        if now < *trials || now_cases < *cases {
            lines.push(format!(
                "{dut}: {now} trials of {now_cases} cases, and the baseline wants {trials} of {cases}"
            ));
        }
    }
    lines
}

/// What is wrong with an entry, pattern by pattern.
fn wrong(
    entry: &Entry,
    explained: &[&Trial],
    judged: &[&Trial],
    report: &Report,
    known: &Known,
    today: Day,
) -> Vec<CatalogueError> {
    let error = |text: String| CatalogueError::new(entry.place.clone(), text);
    let left_out = report.left_out.iter().map(|left_out| &left_out.dut);
    let mut duts = report
        .duts
        .iter()
        .map(|dut| &dut.name)
        .chain(left_out)
        .chain(&known.duts);
    if !duts.any(|dut| entry.dut.matches(dut)) {
        let names: Vec<&str> = report.duts.iter().map(|dut| dut.name.as_str()).collect();
        return vec![error(format!(
            "`dut: {}` matches no device (allowed: {}, `*` for any text)",
            entry.dut,
            names.join(", ")
        ))];
    }
    let mut errors = Vec::new();
    for case in &entry.cases {
        let played = judged.iter().any(|trial| case.matches(&trial.case));
        if !played && !known.cases.iter().any(|id| case.matches(id)) {
            errors.push(error(format!(
                "`cases: {case}` matches no case (allowed: an id of `sixlo catalogue list`, `*` for any text)"
            )));
            continue;
        }
        // Each row's pattern by itself, or all rows at once.
        let rows: Vec<Option<&Glob>> = match &entry.labels {
            None => vec![None],
            Some(labels) => labels.iter().map(Some).collect(),
        };
        for label in rows {
            let is_of = |trial: &Trial| {
                entry.dut.matches(&trial.dut)
                    && case.matches(&trial.case)
                    && label.is_none_or(|label| label.matches(&trial.label))
            };
            let asked = judged
                .iter()
                .any(|trial| entry.dut.matches(&trial.dut) && case.matches(&trial.case));
            if asked && !explained.iter().any(|trial| is_of(trial)) {
                let now: Vec<&&Trial> = judged.iter().filter(|trial| is_of(trial)).collect();
                let label = label.map_or_else(String::new, |label| format!(" [{label}]"));
                errors.push(error(format!(
                    "`{case}`{label} no longer applies: {}; take it out, or mend it",
                    instead(&now, entry.outcome)
                )));
            }
        }
    }
    if errors.is_empty() && entry.expires < today {
        errors.push(error(format!(
            "expired on {}, and {} of it came out so again: mend what deviates, or decide anew and write a later day",
            entry.expires,
            super::grouped::counted(explained.len(), "trial")
        )));
    }
    errors
}

/// How the trials came out that an entry does not explain.
fn instead(now: &[&&Trial], outcome: Accepted) -> String {
    let is_known =
        |trial: &&&&Trial| trial.status == Status::Known && Accepted::of(trial) == Some(outcome);
    let beyond = |trial: &&&&Trial| {
        trial.status == Status::NotClaimed && Accepted::of(trial) == Some(outcome)
    };
    let passes = |trial: &&&&Trial| trial.verdict == Verdict::Pass;
    let count = |what: &dyn Fn(&&&&Trial) -> bool| now.iter().filter(what).count();
    match now.len() {
        0 => "no trial is of this kind".to_owned(),
        _ if count(&is_known) > 0 => "known.yaml explains it".to_owned(),
        _ if count(&beyond) > 0 => "the device does not claim it".to_owned(),
        all if count(&passes) == all => "it passes".to_owned(),
        _ => {
            let words: BTreeSet<&str> = now
                .iter()
                .filter_map(|trial| Accepted::of(trial))
                .map(Accepted::word)
                .collect();
            format!(
                "it does not come out `{}` but `{}`",
                outcome.word(),
                Vec::from_iter(words).join("`, `")
            )
        }
    }
}

#[cfg(test)]
mod tests;
