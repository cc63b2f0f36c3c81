use super::{Standing, standings};
use crate::fixture::{case, child, fail, guard, inconc, meta, pass, profile, silent_pass};
use crate::meta::TrialMeta;
use crate::profile::{Profile, Withheld};
use crate::testcase::TestCase;
use crate::verdict::{Judgement, Outcome, Verdict};

use Outcome::{Crashed, Declined, Dropped, WrongValue};

fn last_standing(cases: &[TestCase], trials: Vec<(&str, Judgement)>) -> Standing {
    let trials: Vec<(TrialMeta, Judgement)> = trials
        .into_iter()
        .map(|(case, judgement)| (meta("dut", case), judgement))
        .collect();
    standings(cases, &trials, &[]).pop().unwrap()
}

#[test]
fn a_child_under_a_failed_parent() {
    let cases = [case("base", "a", None), child("fine", "b", None, "base")];
    let failed = || Standing::ParentFailed("base".into());
    let undecided = || Standing::ParentUndecided("base".into());
    let table = [
        (pass(), fail(Dropped), Standing::Stands),
        // What a stack lacks it lacks in every finer form.
        (fail(Dropped), fail(Dropped), Standing::Stands),
        (fail(Declined), fail(Dropped), Standing::Stands),
        (fail(Declined), fail(Declined), Standing::Stands),
        // A pass rests on an answer.
        (fail(Dropped), pass(), Standing::Stands),
        (fail(WrongValue), pass(), Standing::Stands),
        // The fault may be the parent's.
        (fail(Dropped), fail(WrongValue), failed()),
        (fail(WrongValue), fail(Dropped), failed()),
        (fail(WrongValue), fail(WrongValue), failed()),
        (fail(Crashed), fail(Dropped), failed()),
        (inconc(), fail(Dropped), undecided()),
        // A crash is a crash.
        (fail(WrongValue), fail(Crashed), Standing::Stands),
    ];
    for (parent, child, expected) in table {
        let told = (parent.outcome, child.outcome);
        let trials = vec![("base", parent), ("fine", child)];
        assert_eq!(last_standing(&cases, trials), expected, "{told:?}");
    }
}

#[test]
fn a_child_under_a_parent_that_is_withheld() {
    let cases = [case("base", "a", None), child("fine", "b", None, "base")];
    let mut profile = profile("dut");
    let standing = |judgement: Judgement, profile: &Profile| {
        let trials = [(meta("dut", "fine"), judgement)];
        let profiles = std::slice::from_ref(profile);
        standings(&cases, &trials, profiles).pop().unwrap()
    };
    // It was not selected: the child stands for itself.
    assert_eq!(standing(fail(WrongValue), &profile), Standing::Stands);
    profile.withheld.push(Withheld {
        topic: "a".into(),
        trials: 1,
        until: "2030-01-01".parse().unwrap(),
    });
    // It may have failed: then the child's fail would not have counted.
    let undecided = Standing::ParentUndecided("base".into());
    assert_eq!(standing(fail(WrongValue), &profile), undecided);
    assert_eq!(standing(fail(Dropped), &profile), undecided);
    assert_eq!(standing(pass(), &profile), Standing::Stands);
}

#[test]
fn a_pass_by_silence_counts_only_under_a_parent_that_passed() {
    let cases = [case("base", "a", None), child("fine", "b", None, "base")];
    let silent = |parent| last_standing(&cases, vec![("base", parent), ("fine", silent_pass())]);
    assert_eq!(silent(pass()), Standing::Stands);
    assert_eq!(
        silent(fail(Dropped)),
        Standing::TwinNotPassed("base".into())
    );
    assert_eq!(
        silent(silent_pass()),
        Standing::TwinNotPassed("base".into())
    );
}

#[test]
fn a_parent_that_was_not_run_hinders_nothing() {
    let cases = [case("base", "a", None), child("fine", "b", None, "base")];
    assert!(last_standing(&cases, vec![("fine", fail(Dropped))]).stands());
}

#[test]
fn grandchildren_of_a_wrong_value_are_undecided_too() {
    let cases = [
        case("base", "a", None),
        child("fine", "b", None, "base"),
        child("finer", "b", None, "fine"),
    ];
    let trials = vec![
        ("base", fail(WrongValue)),
        ("fine", fail(Dropped)),
        ("finer", fail(Dropped)),
    ];
    assert_eq!(
        last_standing(&cases, trials),
        Standing::ParentUndecided("fine".into())
    );
}

#[test]
fn a_parent_that_passed_in_part_decides_nothing_below_it() {
    let cases = [case("base", "a", None), child("fine", "b", None, "base")];
    let trials = vec![
        ("base", pass()),
        ("base", fail(Dropped)),
        ("fine", fail(Dropped)),
    ];
    assert_eq!(
        last_standing(&cases, trials),
        Standing::ParentFailed("base".into())
    );
}

#[test]
fn a_guard_counts_only_beside_a_twin_that_passed() {
    let cases = [case("twin", "a", None), guard("guard", "a", "twin")];
    let lonely = || Standing::TwinNotPassed("twin".into());
    for (twin, guard, expected) in [
        (pass(), pass(), Standing::Stands),
        (pass(), fail(WrongValue), Standing::Stands),
        // It drops everything: its guards are worth nothing.
        (fail(Dropped), pass(), lonely()),
        (inconc(), pass(), lonely()),
        (fail(Dropped), fail(WrongValue), lonely()),
        (fail(Dropped), fail(Crashed), Standing::Stands),
    ] {
        let told = (twin.verdict, guard.verdict);
        let trials = vec![("twin", twin), ("guard", guard)];
        assert_eq!(last_standing(&cases, trials), expected, "{told:?}");
    }
    assert_eq!(last_standing(&cases, vec![("guard", pass())]), lonely());
}

#[test]
fn cases_that_build_on_each_other_come_to_an_end() {
    let cases = [child("a", "t", None, "b"), child("b", "t", None, "a")];
    let trials = vec![("a", fail(Dropped)), ("b", fail(Dropped))];
    assert!(last_standing(&cases, trials).stands());
}

#[test]
fn what_does_not_stand_is_applied_as_inconc_with_its_cause() {
    let judgement = Standing::ParentFailed("base".into()).applied(&fail(WrongValue));
    assert_eq!(judgement.verdict, Verdict::Inconc);
    assert_eq!(judgement.outcome, WrongValue);
    assert_eq!(judgement.cause, "its parent base failed");
    assert_eq!(Standing::Stands.applied(&pass()), pass());
}
