use std::collections::BTreeSet;

use proptest::prelude::*;
use sixlo_judge::status::ExitStatus;
use sixlo_judge::verdict::{Judgement, Outcome, Verdict};

use super::*;
use crate::report::fixture::{judged, played, report_of, trial};
use crate::report::model::Status;
use crate::report::{Concluded, terminal};

/// A run of the fixture in which these trials came out so.
fn run(trials: Vec<Concluded>) -> Report {
    let mut run = played();
    for new in trials {
        let same = |old: &Concluded| {
            let key = |trial: &Concluded| {
                let trial = &trial.trial;
                (trial.dut.clone(), trial.case.clone(), trial.label.clone())
            };
            key(old) == key(&new)
        };
        match run.trials.iter().position(same) {
            Some(at) => run.trials[at] = new,
            None => run.trials.push(new),
        }
    }
    report_of(run)
}

fn fail(outcome: Outcome) -> Judgement {
    judged(Verdict::Fail, outcome)
}

fn right() -> Judgement {
    judged(Verdict::Pass, Outcome::Right)
}

fn deviating() -> Judgement {
    Judgement {
        deviation: Some("the reply came from another address".to_owned()),
        ..right()
    }
}

fn undecided() -> Judgement {
    Judgement::undecided("the control was not answered")
}

fn error() -> Judgement {
    Judgement {
        verdict: Verdict::Error,
        ..undecided()
    }
}

/// One trial of device one, which claims level 2, before and after.
fn one(case: &str, was: Option<Judgement>, is: Option<Judgement>) -> Diff {
    let side = |judgement: Option<Judgement>| match judgement {
        Some(judgement) => run(vec![trial("one", case, judgement)]),
        None => {
            let mut run = played();
            run.trials
                .retain(|trial| trial.trial.dut.0 != "one" || trial.trial.case.0 != case);
            report_of(run)
        }
    };
    Diff::of(("a", &side(was)), ("b", &side(is)))
}

#[test]
fn each_pair_of_words_has_its_class_and_its_exit_code() {
    use Class::*;
    use ExitStatus::{Success, Trouble, Unexpected};
    let wrong = || Some(fail(Outcome::WrongValue));
    let dropped = || Some(fail(Outcome::Dropped));
    let crashed = || Some(fail(Outcome::Crashed));
    let late = ExitStatus::Undecided;
    for (was, is, class, status) in [
        (Some(right()), Some(right()), None, Success),
        (Some(right()), wrong(), Some(New), Unexpected),
        (Some(right()), Some(deviating()), Some(New), Success),
        (Some(deviating()), wrong(), Some(New), Unexpected),
        (wrong(), wrong(), Some(Still), Success),
        (Some(deviating()), Some(deviating()), Some(Still), Success),
        (Some(undecided()), Some(undecided()), Some(Still), Success),
        (dropped(), wrong(), Some(Changed), Success),
        (wrong(), crashed(), Some(Changed), Unexpected),
        (wrong(), Some(right()), Some(Fixed), Success),
        (wrong(), Some(deviating()), Some(Fixed), Success),
        (Some(right()), Some(undecided()), Some(Undecided), late),
        (wrong(), Some(undecided()), Some(Undecided), late),
        (Some(right()), Some(error()), Some(Undecided), Trouble),
        (Some(undecided()), Some(error()), Some(Undecided), Trouble),
        (Some(error()), Some(undecided()), Some(Undecided), Success),
        (Some(undecided()), Some(right()), Some(Decided), Success),
        (Some(undecided()), wrong(), Some(Decided), Unexpected),
        (None, Some(right()), Some(Appeared), Success),
        (None, wrong(), Some(Appeared), Unexpected),
        (None, Some(error()), Some(Appeared), Trouble),
        (Some(right()), None, Some(Gone), late),
        (wrong(), None, Some(Gone), late),
        (Some(undecided()), None, Some(Gone), Success),
    ] {
        let told = format!("{was:?} -> {is:?}");
        let diff = one("context-0", was, is);
        let here = diff
            .changes
            .iter()
            .filter(|change| change.dut == "one" && change.case == "context-0");
        let classes: Vec<Class> = here.map(|change| change.class).collect();
        assert_eq!(classes, Vec::from_iter(class), "{told}");
        assert_eq!(diff.status(), status, "{told}");
        assert_eq!(diff.exit_code, status.code());
    }
}

#[test]
fn what_is_known_or_for_want_of_a_parent_is_no_new_trouble() {
    // known.yaml says so of device two.
    let before = run(vec![trial("two", "context-0", right())]);
    let after = run(vec![]);
    let diff = Diff::of(("a", &before), ("b", &after));
    let new: Vec<_> = diff.of_class(Class::New).collect();
    assert_eq!(new.len(), 1);
    assert_eq!(new[0].is.as_ref().unwrap().status, Status::Known);
    assert_eq!(diff.status(), ExitStatus::Success);
    // The twin newly fails: its guard is undecided for it, and counts no further.
    let after = run(vec![trial("one", "plain-echo", fail(Outcome::WrongValue))]);
    let diff = Diff::of(("a", &run(vec![])), ("b", &after));
    let undecided: Vec<_> = diff.of_class(Class::Undecided).collect();
    assert!(!undecided.is_empty());
    for change in undecided {
        assert_eq!(change.is.as_ref().unwrap().status, Status::Relative);
        assert_eq!(change.status(), ExitStatus::Success);
    }
}

#[test]
fn what_works_no_more_counts_though_nobody_claimed_it() {
    // Device one claims level 2, and this is level 3.
    let diff = one("flow-label", Some(right()), Some(fail(Outcome::Dropped)));
    let new: Vec<_> = diff.of_class(Class::New).collect();
    assert_eq!(new[0].is.as_ref().unwrap().status, Status::NotClaimed);
    assert_eq!(diff.status(), ExitStatus::Unexpected);
}

#[test]
fn a_flaky_trial_is_undecided_and_marked_and_not_new() {
    let flaky = Concluded {
        flaky: true,
        attempts: 2,
        ..trial("one", "context-0", undecided())
    };
    let diff = Diff::of(("a", &run(vec![])), ("b", &run(vec![flaky])));
    assert_eq!(diff.of_class(Class::New).count(), 0);
    assert_eq!(diff.of_class(Class::Undecided).count(), 1);
    let text = terminal::render(&told(&diff), None);
    assert!(text.contains("flaky: its attempts disagreed"), "{text}");
}

#[test]
fn a_case_of_another_text_is_said_to_have_changed() {
    let before = run(vec![]);
    let mut after = run(vec![trial("one", "context-0", fail(Outcome::Dropped))]);
    let changed = |before: &Report, after: &Report| {
        let diff = Diff::of(("a", before), ("b", after));
        diff.of_class(Class::New).next().unwrap().case_has_changed
    };
    for case in &mut after.cases {
        case.text_hash = "1".to_owned();
    }
    assert!(!changed(&before, &after), "an older report does not say");
    let mut before = before;
    for case in &mut before.cases {
        case.text_hash = "1".to_owned();
    }
    assert!(!changed(&before, &after));
    before.cases[1].text_hash = "2".to_owned();
    assert_eq!(before.cases[1].id, "context-0");
    assert!(changed(&before, &after));
}

#[test]
fn nothing_in_common_is_not_green() {
    let mut before = run(vec![]);
    before.trials.clear();
    let diff = Diff::of(("a", &before), ("b", &run(vec![])));
    assert_eq!(diff.in_both, 0);
    // Device two's unexpected fails appear, and go before that.
    assert_eq!(diff.status(), ExitStatus::Unexpected);
    let diff = Diff::of(("a", &before), ("b", &before));
    assert_eq!(diff.status(), ExitStatus::Nothing);
}

#[test]
fn a_whole_diff_in_words() {
    let row = |label: &str, judgement| {
        let mut row = trial("two", "hop-limit-1", judgement);
        row.trial.label = label.to_owned();
        row
    };
    let before = run(vec![
        trial("two", "context-0", right()),
        trial("two", "flow-label", right()),
        row("a", right()),
        row("b", right()),
        row("c", right()),
    ]);
    let mut after = run(vec![
        trial("one", "context-0", fail(Outcome::WrongValue)),
        trial("two", "hop-limit-1", fail(Outcome::WrongValue)),
        trial("two", "sends-plain", right()),
        row("a", fail(Outcome::Dropped)),
        row("b", fail(Outcome::Dropped)),
        row("d", right()),
    ]);
    after.run.selection.seed = 2;
    after.duts[1].stack = "stack two 1.1".to_owned();
    let diff = Diff::of(("reports/runs/a", &before), ("b.json", &after));
    insta::assert_snapshot!(terminal::render(&told(&diff), None));
}

#[test]
fn two_devices_of_one_run() {
    let run = run(vec![]);
    let was = as_one_device(&run, "ONE", "one -> two").unwrap();
    let is = as_one_device(&run, "two", "one -> two").unwrap();
    let diff = Diff::of(("run", &was), ("run", &is));
    assert!(diff.in_both > 0);
    assert!(diff.changes.iter().all(|change| change.dut == "one -> two"));
    assert_eq!(diff.of_class(Class::Gone).count(), 0);
    assert_eq!(
        as_one_device(&run, "six", "").unwrap_err().to_string(),
        "no device `six` in 2026-02-28T23-59-59Z (allowed: one, two)"
    );
}

/// A report in which each trial of the fixture came out in any way, or is not there.
fn any_report() -> impl Strategy<Value = Report> {
    let trials = played().trials.len();
    let word = prop_oneof![
        Just(None),
        Just(Some(right())),
        Just(Some(deviating())),
        Just(Some(fail(Outcome::WrongValue))),
        Just(Some(fail(Outcome::Dropped))),
        Just(Some(fail(Outcome::Crashed))),
        Just(Some(undecided())),
        Just(Some(error())),
    ];
    proptest::collection::vec(word, trials).prop_map(|words| {
        let mut run = played();
        let mut trials = Vec::new();
        for (trial, word) in run.trials.into_iter().zip(words) {
            trials.extend(word.map(|judgement| Concluded { judgement, ..trial }));
        }
        run.trials = trials;
        report_of(run)
    })
}

fn named(diff: &Diff, class: Class) -> BTreeSet<(String, String)> {
    diff.of_class(class)
        .map(|change| (change.dut.clone(), change.case.clone()))
        .collect()
}

proptest! {
    #[test]
    fn a_run_against_itself_is_as_before(run in any_report()) {
        let diff = Diff::of(("a", &run), ("a", &run));
        prop_assert!(diff.changes.iter().all(|change| change.class == Class::Still));
        prop_assert!(diff.cells.is_empty() && diff.differs.is_empty());
        let nothing = if diff.in_both == 0 { ExitStatus::Nothing } else { ExitStatus::Success };
        prop_assert_eq!(diff.status(), nothing);
    }

    #[test]
    fn what_is_new_one_way_is_fixed_the_other(a in any_report(), b in any_report()) {
        let (there, back) = (Diff::of(("a", &a), ("b", &b)), Diff::of(("b", &b), ("a", &a)));
        for (class, other) in [
            (Class::New, Class::Fixed),
            (Class::Fixed, Class::New),
            (Class::Gone, Class::Appeared),
            (Class::Changed, Class::Changed),
            (Class::Still, Class::Still),
        ] {
            prop_assert_eq!(named(&there, class), named(&back, other));
        }
        prop_assert_eq!(there.cells.len(), back.cells.len());
        prop_assert_eq!(there.in_both, back.in_both);
        // Every trial that is in either and did not come out right in both is told of once.
        let all: BTreeSet<_> = there.changes.iter().map(|change| (&change.dut, &change.case)).collect();
        prop_assert_eq!(all.len(), there.changes.len());
        told(&there);
    }
}
