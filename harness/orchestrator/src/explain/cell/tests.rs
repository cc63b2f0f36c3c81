//! Cells of a small run, as a reader gets them.

use sixlo_judge::meta::Knob;
use sixlo_judge::testcase::TestCase;

use super::*;
use crate::report::fixture::{catalogue, judged, played, trial};
use crate::report::{Concluded, terminal};

fn told(results: &Results, dut: &str, topic: &str) -> String {
    let document = cell(results, &dut.into(), &topic.into());
    let text = document.map(|document| terminal::render(&document, None));
    text.unwrap_or_else(|| "nothing".to_owned())
}

#[test]
fn every_kind_of_cell_at_once() {
    let catalogue = catalogue();
    let results = Results::of(&catalogue, played());
    let mut all = String::new();
    for (dut, topic) in [
        ("one", "hop-limit"),
        ("two", "uncompressed-ipv6"),
        ("two", "stateful-unicast"),
        ("two", "tc-flow-label"),
        ("two", "hop-limit"),
        ("two", "robustness"),
    ] {
        all += &format!("{}\n", told(&results, dut, topic));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn nothing_is_told_of_what_was_not_played() {
    let catalogue = catalogue();
    let results = Results::of(&catalogue, played());
    assert_eq!(cell(&results, &"three".into(), &"hop-limit".into()), None);
    assert_eq!(cell(&results, &"one".into(), &"mesh-header".into()), None);
    assert_eq!(case_on(&results, &"two".into(), &"nalp".into()), None);
    assert!(case_on(&results, &"two".into(), &"context-0".into()).is_some());
}

/// A sweep of hundreds of rows is a few lines: which values fail, and one row in full.
#[test]
fn a_long_sweep_stays_readable() {
    let mut catalogue = catalogue();
    let sweep = TestCase {
        id: "sweep".into(),
        ..catalogue.cases[2].clone()
    };
    catalogue.cases.push(sweep);
    let mut run = played();
    for tf in 0..4 {
        for hlim in 0..4 {
            for dam in 0..20 {
                run.trials.push(row(tf, hlim, dam));
            }
        }
    }
    let results = Results::of(&catalogue, run);
    let text = told(&results, "two", "tc-flow-label");
    assert!(text.lines().count() < 40, "{text}");
    insta::assert_snapshot!(text);
}

/// With TF 2 everything fails; with TF 1 what has HLIM 3, too.
fn row(tf: u8, hlim: u8, dam: u8) -> Concluded {
    let knob = |name: &str, value: u8| Knob {
        name: name.to_owned(),
        value: value.to_string(),
    };
    let (verdict, outcome) = match (tf, hlim) {
        (2, _) => (Verdict::Fail, Outcome::WrongValue),
        (1, 3) => (Verdict::Fail, Outcome::Dropped),
        _ => (Verdict::Pass, Outcome::Right),
    };
    let mut concluded = trial("two", "sweep", judged(verdict, outcome));
    concluded.trial.label = format!("tf={tf} hlim={hlim} dam={dam}");
    concluded.trial.id.0 += &concluded.trial.label;
    concluded.trial.knobs = vec![knob("tf", tf), knob("hlim", hlim), knob("dam", dam)];
    concluded
}
