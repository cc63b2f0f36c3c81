use std::path::Path;

use sixlo_judge::verdict::{Outcome, Verdict};

use super::counterpart::of_port;
use super::*;
use crate::catalogue::{CatalogueErrors, Parameters, load, load_ports};
use crate::compare::read_report;
use crate::report::fixture::{catalogue, judged, played, report_of, trial};
use crate::report::terminal;

/// The fixture's rows, as a draft of two columns and four levels might have them.
const FIGURE: &str = "\
columns:
  - { column: 1, origin: Alpha }
  - { column: 2, origin: Beta }
rows:
  - { topic: uncompressed-ipv6, marks: 'oo' }
  - { topic: stateful-unicast, marks: 'o~', notes: every mode is asked for }
  - { topic: tc-flow-label, marks: 'o ' }
levels:
  - { adds: [uncompressed-ipv6], partly: [stateful-unicast] }
  - { adds: [] }
  - { adds: [stateful-unicast] }
  - { adds: [tc-flow-label, hop-limit] }
";

fn figure() -> Figure {
    Figure::of_text("figure2.yaml", FIGURE, &catalogue().rows).unwrap()
}

fn port(text: &str) -> Result<Vec<Counterpart>, String> {
    let mut errors = Vec::new();
    let all = of_port("port.yaml", text, &["one", "two"], &figure(), &mut errors);
    match errors.is_empty() {
        true => Ok(all),
        false => Err(CatalogueErrors(errors).to_string()),
    }
}

fn differs(row: &str, draft: &str, here: &str) -> String {
    format!("    - {{ row: {row}, draft: '{draft}', here: '{here}', why: it is younger }}\n")
}

/// How the fixture's run compares with this port's file.
fn weighed(text: &str) -> (ExitStatus, Vec<String>) {
    let report = report_of(played());
    let counterparts = port(text).unwrap();
    let beside = Beside::of(&report, &figure(), &counterparts);
    told(&beside, &figure(), &report);
    let wrong = beside.wrong.iter().map(ToString::to_string).collect();
    (beside.status(), wrong)
}

#[test]
fn a_difference_wants_an_explanation_that_still_applies() {
    // Device one shows o in every row.
    let alpha = "- duts: one\n  column: 1\n";
    assert_eq!(weighed(alpha), (ExitStatus::Success, vec![]));
    let beta = "- duts: one\n  column: 2\n";
    assert_eq!(weighed(beta), (ExitStatus::Unexpected, vec![]));
    let explained = format!(
        "{beta}  differs:\n{}{}",
        differs("stateful-unicast", "~", "o"),
        differs("tc-flow-label", " ", "o")
    );
    assert_eq!(weighed(&explained), (ExitStatus::Success, vec![]));
    // One of the same mark, and one of another.
    for (column, row, draft, here) in [
        (1, "tc-flow-label", "o", "x"),
        (2, "uncompressed-ipv6", "o", ""),
    ] {
        let outdated = format!(
            "- duts: one\n  column: {column}\n  differs:\n{}",
            differs(row, draft, here)
        );
        let (status, wrong) = weighed(&outdated);
        assert_eq!(status, ExitStatus::Usage, "{outdated}");
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert!(
            wrong[0].starts_with("port.yaml:4:7: no longer applies: one shows `o` for"),
            "{wrong:?}"
        );
    }
}

#[test]
fn levels_are_those_of_figure_4() {
    let figure = figure();
    let marks = |topic: &str| {
        let marks = (0..4).map(|level| figure.mark(Of::Level(level), &topic.into()));
        marks.map(|mark| mark.unwrap().mark()).collect::<Vec<_>>()
    };
    assert_eq!(marks("uncompressed-ipv6"), ["o", "o", "o", "o"]);
    assert_eq!(marks("stateful-unicast"), ["~", "~", "o", "o"]);
    assert_eq!(marks("hop-limit"), ["", "", "", "o"]);
    assert_eq!(figure.mark(Of::Level(3), &"robustness".into()), None);
    assert_eq!(figure.mark(Of::Column(1), &"hop-limit".into()), None);
    // Device one does more than level 0, and nobody has said why.
    assert_eq!(
        weighed("- { duts: one, level: 0 }\n").0,
        ExitStatus::Unexpected
    );
    assert_eq!(
        weighed("- { duts: one, level: 3 }\n").0,
        ExitStatus::Success
    );
}

#[test]
fn what_is_not_known_is_not_compared() {
    let mut run = played();
    run.trials
        .retain(|trial| trial.trial.case.0 == "plain-echo");
    let report = report_of(run);
    let entry = format!(
        "- duts: one\n  column: 2\n  differs:\n{}",
        differs("tc-flow-label", " ", "o")
    );
    let counterparts = port(&entry).unwrap();
    let beside = Beside::of(&report, &figure(), &counterparts);
    assert_eq!(beside.status(), ExitStatus::Success);
    assert_eq!(
        beside
            .that_are(|result| *result == Comparison::Open)
            .count(),
        2
    );
    // Device two is undecided in a row, wherever else it differs.
    let (status, _) = weighed(
        "- duts: two\n  level: 2\n  differs:\n    - { row: stateful-unicast, draft: o, here: x, why: w }\n    - { row: hop-limit, draft: ' ', here: '!', why: w }\n",
    );
    assert_eq!(status, ExitStatus::Undecided);
    let mut nothing = report_of(played());
    nothing.duts.truncate(1);
    let beside = Beside::of(&nothing, &figure(), &[]);
    assert_eq!(beside.status(), ExitStatus::Nothing);
    assert_eq!(beside.alone, ["one"]);
}

#[test]
fn both_figures_in_words() {
    let mut run = played();
    run.trials[1] = trial("one", "context-0", judged(Verdict::Fail, Outcome::Dropped));
    let report = report_of(run);
    let text = format!(
        "- duts: one\n  column: 2\n  differs:\n{}",
        differs("tc-flow-label", " ", "o")
    );
    let counterparts = port(&text).unwrap();
    let beside = Beside::of(&report, &figure(), &counterparts);
    insta::assert_snapshot!(terminal::render(&told(&beside, &figure(), &report), None));
}

#[test]
fn mistakes_are_told_with_their_places() {
    let rows = catalogue().rows;
    let figures = [
        FIGURE.replace("column: 2", "column: 3"),
        FIGURE.replace("'o~'", "'o?'"),
        FIGURE.replace("'oo'", "'ooo'"),
        FIGURE.replace("topic: tc-flow-label", "topic: hop-limit"),
        FIGURE.replace("  - { topic: tc-flow-label, marks: 'o ' }\n", ""),
        FIGURE.replace("adds: []", "adds: [hop-limit]"),
        FIGURE.replace("levels", "steps"),
    ];
    let mut told: Vec<String> = figures
        .iter()
        .map(|text| {
            Figure::of_text("figure2.yaml", text, &rows)
                .unwrap_err()
                .to_string()
        })
        .collect();
    let of = |lines: &str| format!("- duts: one\n  column: 2\n  differs:\n{lines}");
    told.extend(
        [
            "- { duts: one }\n".to_owned(),
            "- { duts: one, column: 0 }\n".to_owned(),
            "- { duts: one, column: 3 }\n".to_owned(),
            "- { duts: one, level: 4 }\n".to_owned(),
            "- { duts: one, level: 0, column: 1 }\n".to_owned(),
            "- { duts: three, level: 0 }\n".to_owned(),
            of(&differs("hop-limit", " ", "o")),
            of(&differs("tc-flow-label", "~", "o")),
            of(&differs("tc-flow-label", " ", "?")),
            of(&differs("tc-flow-label", " ", "o").replace("it is younger", "TODO")),
        ]
        .iter()
        .map(|text| port(text).unwrap_err()),
    );
    insta::assert_snapshot!(told.join("\n"));
}

/// As printed: so many o, ~ and blanks a column.
#[test]
fn the_drafts_figure_is_as_it_is_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let catalogue = load(&root.join("testcases"), &Parameters::default()).unwrap();
    let figure = Figure::read(&root.join("testcases/figure2.yaml"), &catalogue.rows).unwrap();
    assert_eq!(
        (figure.rows.len(), figure.columns.len(), figure.levels.len()),
        (22, 6, 6)
    );
    let count = |column: usize, mark: Mark| {
        figure
            .rows
            .iter()
            .filter(|row| row.marks[column] == mark)
            .count()
    };
    let sums: Vec<_> = (0..6)
        .map(|column| (count(column, Mark::Yes), count(column, Mark::Partly)))
        .collect();
    assert_eq!(sums, [(12, 0), (13, 1), (14, 1), (16, 0), (19, 0), (16, 2)]);
    let ports = root.join("firmware-under-test/ports");
    let counterparts = counterparts(&ports, &load_ports(&ports).unwrap(), &figure).unwrap();
    assert!(!counterparts.is_empty());
}

/// Columns that were measured elsewhere and are published: as they came out, the ports explain what differs.
#[test]
fn every_published_column_is_explained() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let catalogue = load(&root.join("testcases"), &Parameters::default()).unwrap();
    let figure = Figure::read(&root.join("testcases/figure2.yaml"), &catalogue.rows).unwrap();
    let ports = root.join("firmware-under-test/ports");
    let counterparts = counterparts(&ports, &load_ports(&ports).unwrap(), &figure).unwrap();
    let published = std::fs::read_dir(root.join("reports")).unwrap();
    let mut compared = 0;
    for path in published.map(|entry| entry.unwrap().path().join("report.json")) {
        if !path.is_file() {
            continue;
        }
        let report = read_report(&path).unwrap();
        let beside = Beside::of(&report, &figure, &counterparts);
        let text = terminal::render(&told(&beside, &figure, &report), None);
        assert_eq!(beside.wrong, [], "{path:?}");
        let unexplained = beside.that_are(|result| matches!(result, Comparison::Unexplained));
        assert_eq!(unexplained.count(), 0, "{path:?}\n{text}");
        compared += beside.cells.len();
    }
    assert!(compared > 40, "{compared}");
}
