//! Every format says the same of one run.

use std::collections::BTreeMap;

use super::fixture;
use super::model::{Report, Trial};
use super::{Results, csv, full, html, json, junit, markdown, terminal};
use sixlo_judge::verdict::Verdict;

/// How many trials came to what, by verdict.
type Tally = BTreeMap<String, usize>;

fn tally<'a>(verdicts: impl IntoIterator<Item = &'a str>) -> Tally {
    let mut tally = Tally::new();
    for verdict in verdicts {
        *tally.entry(verdict.to_owned()).or_default() += 1;
    }
    tally
}

/// A page without evidence: what it counts comes from the report alone.
fn page(report: &Report) -> String {
    html::without_evidence(report)
}

fn attributes<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let start = format!(" {name}=\"");
    text.split(&start)
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('"')?.0))
        .collect()
}

#[test]
fn every_format_counts_alike() {
    let catalogue = fixture::catalogue();
    let results = Results::of(&catalogue, fixture::played());
    fixture::with_report(|report| {
        let counts = results.counts();
        let line = counts.to_string();
        let summaries = [
            terminal::render(&full(&results), None),
            markdown::render(&full(&results)),
            page(report),
        ];
        for text in &summaries {
            assert!(text.contains(&line), "no `{line}` in {text}");
        }
        assert_eq!(report.counts, counts);
        let shown = |name: &str, count: usize| {
            let words = format!("data-count=\"{name}\">{count}<");
            assert!(summaries[2].contains(&words), "the page lacks {words}");
        };
        shown("trials", counts.trials);
        shown("passed", counts.passed);
        shown("failed", counts.failed);
        shown("undecided", counts.undecided);
        shown("errors", counts.errors);
        shown("unexpected_fails", counts.unexpected_fails);
        shown("unexpected_passes", counts.unexpected_passes);

        let of_report = tally(report.trials.iter().map(|trial| trial.verdict.word()));
        assert_eq!(of_report["pass"], counts.passed);
        assert_eq!(of_report["fail"], counts.failed);

        let json: Report = serde_json::from_str(&json::render(report)).expect("JSON");
        assert_eq!(json.counts, counts);
        assert_eq!(
            tally(json.trials.iter().map(|trial| trial.verdict.word())),
            of_report
        );

        let text = csv::render(report);
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        let head = reader.headers().expect("a head").clone();
        let at = head.iter().position(|name| name == "verdict").unwrap();
        let records: Vec<::csv::StringRecord> =
            reader.records().collect::<Result<_, _>>().expect("CSV");
        assert_eq!(tally(records.iter().map(|record| &record[at])), of_report);

        let text = junit::render(report);
        let of_status =
            |takes: fn(&Trial) -> bool| report.trials.iter().filter(|t| takes(t)).count();
        let absent = report.left_out.len();
        assert_eq!(
            text.matches("<testcase ").count(),
            report.trials.len() + absent
        );
        assert_eq!(
            text.matches("<failure ").count(),
            counts.unexpected_fails + counts.unexpected_passes
        );
        assert_eq!(
            text.matches("<error ").count(),
            of_status(|trial| trial.verdict == Verdict::Error)
                + report.left_out.iter().filter(|one| !one.missing).count()
        );
    });
}

#[test]
fn every_format_shows_the_same_marks() {
    let catalogue = fixture::catalogue();
    let results = Results::of(&catalogue, fixture::played());
    fixture::with_report(|report| {
        let page = page(report);
        let body = page.split("class=\"sums\"").next().unwrap();
        // Row by row, of each device receiving and sending.
        let marks = attributes(body, "data-mark");
        let duts = report.duts.len();
        assert_eq!(marks.len(), report.rows.len() * duts * 2);
        let of_page = |row: usize, way: usize| -> Vec<String> {
            let cells = &marks[row * duts * 2..][..duts * 2];
            let own = cells.iter().skip(way).step_by(2);
            own.map(|mark| (*mark).to_owned()).collect()
        };
        let text = markdown::render(&full(&results)).replace('\\', "");
        let lines: Vec<Vec<String>> = text
            .lines()
            .filter_map(|line| line.strip_prefix("| ")?.strip_suffix('|'))
            .map(|line| line.split('|').map(|cell| cell.trim().to_owned()).collect())
            .collect();
        let terminal = terminal::render(&full(&results), None);
        for (at, row) in report.rows.iter().enumerate() {
            let in_markdown: Vec<_> = lines
                .iter()
                .filter(|line| line[0].ends_with(&row.title))
                .collect();
            let on_terminal: Vec<String> = terminal
                .lines()
                .filter_map(|line| line.trim_start().strip_prefix(&row.title))
                .map(|marks| marks.split_whitespace().collect())
                .collect();
            for way in 0..2 {
                assert_eq!(in_markdown[way][1..], of_page(at, way), "{}", row.title);
                assert_eq!(on_terminal[way], of_page(at, way).concat(), "{}", row.title);
            }
        }
        let levels = attributes(&page, "data-level-reached");
        let wanted = report
            .duts
            .iter()
            .flat_map(|dut| [&dut.receive.level.mark, &dut.send.level.mark]);
        assert!(wanted.eq(levels));
    });
}
