//! What must hold for any run at all.

use proptest::prelude::*;

use super::{Cell, matrix};
use crate::fixture::{case, child, error, fail, guard, inconc, meta, pass, profile, rows};
use crate::meta::TrialMeta;
use crate::name::CaseId;
use crate::testcase::TestCase;
use crate::verdict::{Judgement, Outcome};

/// Two rows, each with a base, a child under either base, and a guard.
fn cases() -> Vec<TestCase> {
    vec![
        case("base", "row", Some(0)),
        child("child", "row", Some(0), "base"),
        guard("guard", "row", "base"),
        case("other-base", "other", Some(1)),
        child("other-child", "other", Some(1), "base"),
        guard("other-guard", "other", "other-child"),
    ]
}

fn judgement() -> impl Strategy<Value = Judgement> {
    prop_oneof![
        Just(pass()),
        Just(inconc()),
        Just(error()),
        Just(fail(Outcome::Dropped)),
        Just(fail(Outcome::Declined)),
        Just(fail(Outcome::WrongValue)),
        Just(fail(Outcome::Crashed)),
    ]
}

/// Some trials of these cases, several of one case included.
fn trials() -> impl Strategy<Value = Vec<(TrialMeta, Judgement)>> {
    let trial = (0usize..6, judgement())
        .prop_map(|(at, judgement)| (meta("dut", &cases()[at].id.0), judgement));
    proptest::collection::vec(trial, 0..14)
}

fn cells(trials: &[(TrialMeta, Judgement)]) -> Vec<Cell> {
    let rows = rows(&[("row", Some(0)), ("other", Some(1))]);
    let matrix = matrix(&rows, &cases(), trials, &[profile("dut")]);
    matrix.columns[0]
        .receive
        .iter()
        .map(|entry| entry.cell)
        .collect()
}

proptest! {
    #[test]
    fn order_changes_no_cell((trials, shuffled) in trials().prop_flat_map(|trials| {
        (Just(trials.clone()), Just(trials).prop_shuffle())
    })) {
        prop_assert_eq!(cells(&trials), cells(&shuffled));
    }

    #[test]
    fn guards_colour_no_cell(trials in trials()) {
        let is_guard = |id: &CaseId| id.0.ends_with("guard");
        let valid: Vec<_> = trials.iter().filter(|(meta, _)| !is_guard(&meta.case)).cloned().collect();
        prop_assert_eq!(cells(&trials), cells(&valid));
    }

    #[test]
    fn nothing_but_a_pass_of_a_valid_case_shows_ability(trials in trials()) {
        let without: Vec<_> = trials
            .into_iter()
            .filter(|(meta, judgement)| meta.case.0.ends_with("guard") || judgement.outcome != Outcome::Right)
            .collect();
        for cell in cells(&without) {
            prop_assert!(!matches!(cell, Cell::Yes | Cell::Partly), "{cell:?}");
        }
    }

    #[test]
    fn one_more_fail_makes_no_cell_better(trials in trials(), at in 0usize..6) {
        prop_assume!(!cases()[at].id.0.ends_with("guard"));
        let before = cells(&trials);
        let more = [trials, vec![(meta("dut", &cases()[at].id.0), fail(Outcome::Dropped))]].concat();
        for (before, after) in before.into_iter().zip(cells(&more)) {
            prop_assert!(before == Cell::Yes || after != Cell::Yes, "{before:?} {after:?}");
        }
    }
}
