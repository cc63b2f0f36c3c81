//! A project's first baseline, to be gone through by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sixlo_judge::testcase::Direction;
use sixlo_judge::verdict::Verdict;

use super::Accepted;
use crate::report::model::{Report, Status, Trial};
use sixlo_judge::day::Day;

/// How long a first baseline lasts, in days.
const LASTS: u64 = 90;

const HEAD: &str = "\
# What this project accepts for now of what sixlo finds: `sixlo gate --baseline` holds runs against it.
# Each entry wants a reason, a link to where it is being worked on, and the last day on which it is
# accepted; the gate refuses this file until every TODO is written. Patterns know * and ?.

# What has to be played, at least.
devices:
";

/// The baseline of a run: all that it found unexpected or undecided, without a reason yet.
/// Two things it cannot hold: trouble of the bench, and devices that were left out.
pub fn first(report: &Report, today: Day) -> String {
    let mut text = HEAD.to_owned();
    let played = |trial: &&Trial| trial.verdict != Verdict::None;
    for dut in &report.duts {
        let trials = report.trials.iter().filter(played);
        let trials = trials.filter(|trial| trial.dut == dut.name);
        let cases: BTreeSet<&str> = trials.clone().map(|trial| trial.case.as_str()).collect();
        writeln!(
            text,
            "  - {{ dut: {}, trials: {}, cases: {} }}",
            scalar(&dut.name),
            trials.count(),
            cases.len()
        )
        .expect("a string takes everything");
    }
    let entries = entries(report);
    text += match entries.is_empty() {
        true => "\naccepted: []\n",
        false => "\naccepted:\n",
    };
    for entry in entries {
        entry.write(&mut text, today.plus(LASTS));
    }
    text
}

/// What of one row of a device came out one way.
struct First<'a> {
    dut: &'a str,
    feature: String,
    outcome: Accepted,
    cases: Vec<&'a str>,
    /// Where only these rows of a sweep did.
    labels: Option<Vec<&'a str>>,
}

fn entries(report: &Report) -> Vec<First<'_>> {
    let is_asked = |trial: &&Trial| {
        matches!(
            trial.status,
            Status::UnexpectedFail | Status::UnexpectedPass | Status::Undecided
        )
    };
    // The rows of each case, by how they came out.
    let mut of_cases: BTreeMap<(&str, &str, Accepted), Vec<&str>> = BTreeMap::new();
    for trial in report.trials.iter().filter(is_asked) {
        if let Some(outcome) = Accepted::of(trial) {
            let key = (trial.dut.as_str(), trial.case.as_str(), outcome);
            of_cases.entry(key).or_default().push(&trial.label);
        }
    }
    let mut all_rows: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for trial in report
        .trials
        .iter()
        .filter(|trial| trial.verdict != Verdict::None)
    {
        *all_rows.entry((&trial.dut, &trial.case)).or_default() += 1;
    }
    let mut entries: Vec<First> = Vec::new();
    for ((dut, case, outcome), labels) in of_cases {
        let feature = feature(report, case);
        let whole = all_rows.get(&(dut, case)) == Some(&labels.len());
        let same = entries.iter_mut().find(|entry| {
            whole
                && entry.labels.is_none()
                && (entry.dut, &entry.feature, entry.outcome) == (dut, &feature, outcome)
        });
        match same {
            Some(entry) => entry.cases.push(case),
            None => entries.push(First {
                dut,
                feature,
                outcome,
                cases: vec![case],
                labels: (!whole).then_some(labels),
            }),
        }
    }
    entries
}

fn feature(report: &Report, case: &str) -> String {
    let Some(case) = report.case(case) else {
        return String::new();
    };
    let way = match case.direction {
        Direction::Receive => "receiving",
        Direction::Send => "sending",
    };
    let row = report.rows.iter().find(|row| row.topic.0 == case.topic);
    let title = row.map_or(case.topic.as_str(), |row| &row.title);
    format!("{way}: {title}")
}

impl First<'_> {
    fn write(&self, text: &mut String, expires: Day) {
        let list = |names: &[&str]| {
            let items = names
                .iter()
                .map(|name| format!("\n      - {}", scalar(name)));
            items.collect::<String>()
        };
        let labels = self.labels.as_ref();
        let labels = labels.map_or_else(String::new, |labels| {
            format!("\n    labels:{}", list(labels))
        });
        write!(
            text,
            "\n  # {}\n  - dut: {}\n    cases:{}{labels}\n    outcome: {}\n    reason: TODO\n    link: TODO\n    expires: {expires}\n",
            self.feature.replace(char::is_control, " "),
            scalar(self.dut),
            list(&self.cases),
            self.outcome.word(),
        )
        .expect("a string takes everything");
    }
}

/// A text as YAML takes it for one: quoted, unless it is a plain name.
fn scalar(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let is_word = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word));
    match text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(is_plain)
        && !is_word
    {
        true => text.to_owned(),
        false => serde_json::to_string(text).expect("a text is JSON"),
    }
}
