//! One line a trial, for spreadsheets and scripts (RFC 4180).

use csv::{Terminator, WriterBuilder};

use super::model::{Report, Trial};

/// The columns' heads.
const HEAD: [&str; 27] = [
    "dut",
    "stack",
    "direction",
    "row",
    "topic",
    "level",
    "case",
    "label",
    "clause",
    "strength",
    "kind",
    "verdict",
    "outcome",
    "status",
    "rung",
    "seen",
    "expected",
    "observed",
    "cause",
    "deviation",
    "reason",
    "function",
    "attempts",
    "flaky",
    "first_packet",
    "packets",
    "reported",
];

/// Every trial of a report. `reported` is what others say of the trial's row: yes, partly, no, or nothing.
pub fn render(report: &Report) -> String {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    let mut write = |record: &[String]| {
        writer
            .write_record(record)
            .expect("memory takes what is written to it")
    };
    write(&HEAD.map(str::to_owned));
    for trial in &report.trials {
        write(&record(report, trial));
    }
    let octets = writer
        .into_inner()
        .expect("memory takes what is written to it");
    String::from_utf8(octets).expect("made of texts")
}

fn record(report: &Report, trial: &Trial) -> [String; HEAD.len()] {
    let case = report.case(&trial.case);
    let row = case.and_then(|case| report.rows.iter().find(|row| row.topic.0 == case.topic));
    let dut = report.duts.iter().find(|dut| dut.name == trial.dut);
    let of_case = |part: fn(&super::model::Case) -> String| case.map_or_else(String::new, part);
    let level = case
        .and_then(|case| case.level)
        .map_or_else(String::new, |level| level.to_string());
    [
        trial.dut.clone(),
        dut.map_or_else(String::new, |dut| dut.stack.clone()),
        of_case(|case| word(&case.direction)),
        row.map_or_else(String::new, |row| row.number.clone()),
        of_case(|case| case.topic.clone()),
        level,
        trial.case.clone(),
        trial.label.clone(),
        of_case(|case| case.clause.clone()),
        of_case(|case| case.strength.word().to_owned()),
        of_case(|case| word(&case.kind)),
        word(&trial.verdict),
        word(&trial.outcome),
        word(&trial.status),
        word(&trial.rung),
        word(&trial.seen),
        trial.expected.clone(),
        trial.observed.clone(),
        trial.cause.clone(),
        trial.deviation.clone().unwrap_or_default(),
        trial.reason.clone().unwrap_or_default(),
        trial.function.clone().unwrap_or_default(),
        trial.attempts.to_string(),
        trial.flaky.to_string(),
        trial.packets.first.to_string(),
        trial.packets.count.to_string(),
        report
            .reported_of(trial)
            .map(|mark| word(&mark))
            .unwrap_or_default(),
    ]
    .map(tame)
}

/// As JSON spells it.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("a word, not {other:?}"),
    }
}

/// A spreadsheet takes what begins like this for a formula, and a device may have said
/// it: an apostrophe in front makes it a text.
fn tame(text: String) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn one_line_a_trial() {
        fixture::with_report(|report| insta::assert_snapshot!(render(report).replace('\r', "")));
    }

    #[test]
    fn what_devices_say_stays_one_cell_and_no_formula() {
        fixture::with_report(|report| {
            let mut report = report.clone();
            let said = "=HYPERLINK(\"http://a\",\"b\")\r\n,;\u{0}'";
            report.trials[0].observed = said.to_owned();
            let text = render(&report);
            let mut lines = csv::Reader::from_reader(text.as_bytes());
            let first = lines.records().next().unwrap().unwrap();
            let at = HEAD.iter().position(|head| *head == "observed").unwrap();
            assert_eq!(first[at], format!("'{said}"));
            assert_eq!(lines.records().count() + 1, report.trials.len());
        });
    }
}
