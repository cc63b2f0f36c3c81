//! The files that are there, and what is said of those that are wrong.

use std::path::Path;

use super::*;
use crate::catalogue::{Parameters, load, load_ports};
use crate::report::fixture;

const FIGURE: &str = "\
columns:
  - { column: 1, origin: Alpha }
  - { column: 2, origin: Beta }
rows:
  - { topic: uncompressed-ipv6, marks: 'oo' }
  - { topic: stateful-unicast, marks: 'o~' }
  - { topic: tc-flow-label, marks: 'o ' }
levels: []
";

const BETA: &str = "\
stack: Beta 2
lineage: its own
reach: over the air
sources:
  draft: { cite: 'Alice: a draft', year: 2021 }
column: { figure2: 2, source: draft }
says:
  - { source: draft, row: stateful-unicast, text: one context }
code-size: { source: draft, all: '7.5', compression: '>4.7' }
";

const GAMMA: &str = "\
stack: Gamma
lineage: Beta
reach: over the air
sources:
  draft: { cite: 'Alice: a draft', year: 2021 }
column: { heading: Gamma, same-as: beta, source: draft, why: it imports Beta }
";

const DELTA: &str = "\
stack: Delta
lineage: its own
reach: over the air
sources:
  paper: { cite: 'Bob: a paper', year: 2018 }
column: { heading: Delta }
says:
  - { source: paper, row: hop-limit, mark: o, text: seen }
";

fn read(texts: &[(&str, &str)]) -> Result<Vec<Reported>, String> {
    let rows = fixture::catalogue().rows;
    let figure = Figure::of_text("figure2.yaml", FIGURE, &rows).expect("a figure");
    let mut errors = Vec::new();
    let texts: Vec<_> = texts
        .iter()
        .map(|(folder, text)| {
            let file = format!("{folder}/{NAME}");
            ((*folder).to_owned(), file, (*text).to_owned())
        })
        .collect();
    let all = of_texts(&texts, Some(&figure), &rows, &mut errors);
    CatalogueErrors::unless(errors, all).map_err(|errors| errors.to_string())
}

#[test]
fn marks_come_from_the_figure_or_its_columns_or_from_what_is_said() {
    let all = read(&[("delta", DELTA), ("gamma", GAMMA), ("beta", BETA)]).expect("three columns");
    let [beta, gamma, delta] = &all[..] else {
        panic!("{all:?}");
    };
    let marks = [Some(Mark::Yes), Some(Mark::Partly), Some(Mark::No), None];
    assert_eq!(
        (beta.heading.as_str(), &beta.marks[..]),
        ("Beta", &marks[..])
    );
    assert_eq!(gamma.marks, marks);
    let same_as = |one: &Reported| one.whole.as_ref().and_then(|whole| whole.same_as.clone());
    assert_eq!((same_as(beta), same_as(gamma)), (None, Some("Beta".into())));
    assert_eq!(delta.marks, [None, None, None, Some(Mark::Yes)]);
    assert_eq!(delta.whole, None);
    let size = beta.code_size.as_ref().expect("a size");
    assert_eq!(size.compression.as_deref(), Some(">4.7"));
}

#[test]
fn mistakes_are_told_with_their_places() {
    let of = |folder: &str, text: &str, right: &str, wrong: &str| {
        assert!(text.contains(right), "{right}");
        let text = text.replace(right, wrong);
        read(&[("beta", BETA), (folder, &text)]).expect_err(wrong)
    };
    let beta = |right, wrong| {
        let text = BETA.replace(right, wrong);
        assert_ne!(text, BETA, "{right}");
        read(&[("beta", &text)]).expect_err(wrong)
    };
    let told = [
        beta("figure2: 2", "figure2: 3"),
        beta("figure2: 2", "figure2: 0"),
        beta("figure2: 2, source: draft", "figure2: 2"),
        beta("figure2: 2", "heading: Beta, figure2: 2"),
        beta("figure2: 2, source: draft", "figure2: 2, source: paper"),
        beta("year: 2021", "year: 1021"),
        beta("'7.5'", "much"),
        beta("'>4.7'", "'>>4.7'"),
        beta("reach: over the air\n", ""),
        beta("row: stateful-unicast", "row: stateful"),
        beta("text: one", "mark: o, text: one"),
        beta("lineage", "heritage"),
        of("gamma", GAMMA, "same-as: beta", "same-as: delta"),
        of("gamma", GAMMA, "heading: Gamma", "heading: Beta"),
        of(
            "gamma",
            GAMMA,
            "heading: Gamma",
            "heading: 'the second Gamma'",
        ),
        of("delta", DELTA, "mark: o", "mark: x"),
        of("delta", DELTA, "row: hop-limit, ", ""),
        of(
            "delta",
            DELTA,
            "text: seen }",
            "text: seen }\n  - { source: paper, row: hop-limit, mark: '~', text: a part }",
        ),
    ];
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn the_same_as_of_a_same_as_is_refused() {
    let chained = GAMMA
        .replace("heading: Gamma", "heading: Epsilon")
        .replace("same-as: beta", "same-as: gamma");
    let told =
        read(&[("beta", BETA), ("gamma", GAMMA), ("epsilon", &chained)]).expect_err("a chain");
    assert!(told.contains("(allowed: beta)"), "{told}");
}

/// Every stack that the draft and the papers name has its column, with a device or without; and
/// the draft's marks are those of its figure.
#[test]
fn the_files_that_are_there_are_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let rows = load(&root.join("testcases"), &Parameters::default())
        .expect("a catalogue")
        .rows;
    let figure = Figure::read(&root.join("testcases/figure2.yaml"), &rows).expect("a figure");
    let ports = root.join("firmware-under-test/ports");
    let devices = load_ports(&ports).expect("ports");
    let all = match load_reported(&ports, Some(&figure), &rows, &devices) {
        Ok(all) => all,
        Err(errors) => panic!("{errors}"),
    };
    let printed: Vec<&str> = all
        .iter()
        .filter(|one| {
            one.whole
                .as_ref()
                .is_some_and(|whole| whole.same_as.is_none())
        })
        .map(|one| one.heading.as_str())
        .collect();
    assert_eq!(printed, figure.columns);
    assert!(all.len() >= 12, "{}", all.len());
    assert!(all.iter().all(|one| one.marks.len() == rows.rows.len()));
    assert!(all.iter().all(|one| !one.reach.is_empty()));
}
