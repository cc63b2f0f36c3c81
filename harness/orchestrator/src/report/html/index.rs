//! Every trial's words, which the page's script filters and shows: column by column, each
//! different text once. All of it comes from the report as data.

use std::collections::HashMap;

use serde::Serialize;
use sixlo_frames::field::FieldId;
use sixlo_judge::verdict::{Rung, Verdict};

use super::strings::Strings;
use crate::report::model::{Case, Report, Status};

/// What the script needs at once.
#[derive(Debug, Serialize)]
pub struct Index<'a> {
    run: &'a str,
    started: u64,
    folder: &'a str,
    duts: Vec<&'a str>,
    cases: Vec<CaseWords<'a>>,
    verdicts: Vec<[&'static str; 2]>,
    statuses: Vec<[&'static str; 2]>,
    rungs: Vec<&'static str>,
    /// Name and clause of every field of a frame.
    fields: Vec<[&'static str; 2]>,
    /// Topic, title and level of every row.
    rows: Vec<(&'a str, String, Option<u8>)>,
    rowless: &'a [String],
    not_applicable: Vec<(&'a str, &'a str, &'a str)>,
    strings: Strings,
    trials: Trials,
}

/// A case, and the words that catalogue and judge have for it.
#[derive(Debug, Serialize)]
struct CaseWords<'a> {
    #[serde(flatten)]
    case: &'a Case,
    strength_word: &'static str,
}

/// One number a trial in each column; words are numbers of strings.
#[derive(Debug, Default, Serialize)]
struct Trials {
    dut: Vec<usize>,
    case: Vec<usize>,
    label: Vec<usize>,
    verdict: Vec<usize>,
    status: Vec<usize>,
    outcome: Vec<usize>,
    rung: Vec<usize>,
    seen: Vec<usize>,
    expected: Vec<usize>,
    observed: Vec<usize>,
    cause: Vec<usize>,
    /// What known.yaml says, with the function it names; the empty text without.
    reason: Vec<usize>,
    function: Vec<usize>,
    deviation: Vec<usize>,
    /// What became of the case's features, each in words.
    features: Vec<Vec<usize>>,
    /// Why a pass is among what went wrong.
    note: Vec<usize>,
    attempts: Vec<usize>,
    flaky: Vec<u8>,
    first: Vec<u64>,
    packets: Vec<u64>,
}

/// Every verdict, in the order in which the page lists them.
pub const VERDICTS: [Verdict; 5] = [
    Verdict::Pass,
    Verdict::Fail,
    Verdict::Inconc,
    Verdict::Error,
    Verdict::None,
];

/// Every status, in the order in which the page lists them, and as attributes spell it.
pub const STATUSES: [(Status, &str); 9] = [
    (Status::UnexpectedFail, "unexpected-fail"),
    (Status::UnexpectedPass, "unexpected-pass"),
    (Status::Trouble, "trouble"),
    (Status::Undecided, "undecided"),
    (Status::Relative, "relative"),
    (Status::Known, "known"),
    (Status::NotClaimed, "not-claimed"),
    (Status::Pass, "pass"),
    (Status::NotJudged, "not-judged"),
];

const RUNGS: [Rung; 8] = [
    Rung::Nowhere,
    Rung::OnAir,
    Rung::Acknowledged,
    Rung::Reassembled,
    Rung::Decompressed,
    Rung::Delivered,
    Rung::Replied,
    Rung::ReplyRight,
];

impl<'a> Index<'a> {
    /// Of a whole report.
    pub fn of(report: &'a Report, folder: &'a str) -> Self {
        let mut strings = Strings::default();
        let rows = report.rows.iter();
        let lacks = report.not_applicable.iter();
        Index {
            run: &report.run.name,
            started: report.run.started,
            folder,
            duts: report.duts.iter().map(|dut| dut.name.as_str()).collect(),
            cases: report.cases.iter().map(CaseWords::of).collect(),
            verdicts: VERDICTS
                .map(|verdict| [verdict.word(), verdict.meaning()])
                .to_vec(),
            statuses: STATUSES
                .map(|(status, name)| [name, status.meaning()])
                .to_vec(),
            rungs: RUNGS.map(Rung::word).to_vec(),
            fields: FieldId::ALL
                .iter()
                .map(|field| [field.name(), field.clause()])
                .collect(),
            rows: rows
                .map(|row| {
                    (
                        row.topic.0.as_str(),
                        format!("{} {}", row.number, row.title),
                        row.level,
                    )
                })
                .collect(),
            rowless: &report.rowless,
            not_applicable: lacks
                .map(|lack| (lack.dut.as_str(), lack.case.as_str(), lack.why.as_str()))
                .collect(),
            trials: Trials::of(report, &mut strings),
            strings,
        }
    }
}

impl<'a> CaseWords<'a> {
    fn of(case: &'a Case) -> Self {
        CaseWords {
            case,
            strength_word: case.strength.word(),
        }
    }
}

impl Trials {
    fn of(report: &Report, strings: &mut Strings) -> Self {
        let duts = numbers(report.duts.iter().map(|dut| dut.name.as_str()));
        let cases = numbers(report.cases.iter().map(|case| case.id.as_str()));
        let mut trials = Trials::default();
        for trial in &report.trials {
            let place = |of: &HashMap<&str, usize>, name: &str| of.get(name).copied().unwrap_or(0);
            let mut words = |words: &str| strings.number(words);
            trials.dut.push(place(&duts, &trial.dut));
            trials.case.push(place(&cases, &trial.case));
            trials.label.push(words(&trial.label));
            trials.verdict.push(position(&VERDICTS, &trial.verdict));
            trials
                .status
                .push(position(&STATUSES.map(|(status, _)| status), &trial.status));
            trials.outcome.push(words(trial.outcome.word()));
            trials.rung.push(position(&RUNGS, &trial.rung));
            trials.seen.push(words(trial.seen.word()));
            trials.expected.push(words(&trial.expected));
            trials.observed.push(words(&trial.observed));
            trials.cause.push(words(&trial.cause));
            trials
                .reason
                .push(words(trial.reason.as_deref().unwrap_or("")));
            trials
                .function
                .push(words(trial.function.as_deref().unwrap_or("")));
            trials
                .deviation
                .push(words(trial.deviation.as_deref().unwrap_or("")));
            let features = trial.features.iter();
            trials
                .features
                .push(features.map(|step| words(&step.words())).collect());
            trials.note.push(words(trial.note.as_deref().unwrap_or("")));
            trials.attempts.push(trial.attempts);
            trials.flaky.push(u8::from(trial.flaky));
            trials.first.push(trial.packets.first);
            trials.packets.push(trial.packets.count);
        }
        trials
    }
}

fn numbers<'a>(names: impl Iterator<Item = &'a str>) -> HashMap<&'a str, usize> {
    names.enumerate().map(|(at, name)| (name, at)).collect()
}

/// The lists hold every value there is; a test would notice one that they lack.
fn position<T: PartialEq>(list: &[T], value: &T) -> usize {
    list.iter()
        .position(|one| one == value)
        .unwrap_or(list.len())
}
