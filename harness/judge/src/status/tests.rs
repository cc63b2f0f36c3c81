use super::{ExitStatus, Expectations, Expected};
use crate::family::Standing;
use crate::fixture::{case, error, fail, guard, inconc, meta, pass, profile, rows, silent_pass};
use crate::known::Known;
use crate::profile::Claims;
use crate::testcase::TestCase;
use crate::verdict::{Judgement, Outcome, Verdict};

use Outcome::{Crashed, Declined, Dropped, WrongValue};

/// What is expected of a device that claims level 2 and the row `nd`, all but `mcast`.
fn expected(case: &TestCase, judgement: Judgement, known: &[Known]) -> Expected {
    let rows = rows(&[
        ("iphc", Some(1)),
        ("mcast", Some(2)),
        ("udp", Some(4)),
        ("nd", None),
        ("ghc", None),
    ]);
    let mut profile = profile("dut");
    profile.claims = Claims {
        level: Some(2),
        rows: vec!["nd".into()],
        except: vec!["mcast".into()],
    };
    let expectations = Expectations {
        rows: &rows,
        known,
        profile: &profile,
    };
    expectations.expected(
        case,
        &meta("dut", &case.id.0),
        &judgement,
        &Standing::Stands,
    )
}

#[test]
fn claims_decide_what_is_expected() {
    let below = case("below", "iphc", Some(1));
    let above = case("above", "udp", Some(4));
    let left_out = case("left-out", "mcast", Some(2));
    let claimed_row = case("claimed-row", "nd", None);
    let free_row = case("free-row", "ghc", None);
    let rowless = case("rowless", "robustness", None);
    let rowless_above = case("rowless-above", "robustness", Some(4));
    let table = [
        (&below, pass(), Expected::Pass),
        (&below, fail(Dropped), Expected::UnexpectedFail),
        (&below, fail(Declined), Expected::UnexpectedFail),
        (&below, inconc(), Expected::Undecided),
        (&below, error(), Expected::Trouble),
        (&above, fail(Dropped), Expected::NotClaimed),
        (&above, fail(Declined), Expected::NotClaimed),
        (&above, fail(WrongValue), Expected::UnexpectedFail),
        (&above, fail(Crashed), Expected::UnexpectedFail),
        (&above, pass(), Expected::UnexpectedPass),
        (&above, silent_pass(), Expected::Pass),
        (&left_out, fail(Dropped), Expected::NotClaimed),
        (&left_out, pass(), Expected::UnexpectedPass),
        (&claimed_row, fail(Dropped), Expected::UnexpectedFail),
        (&claimed_row, pass(), Expected::Pass),
        (&free_row, fail(Dropped), Expected::NotClaimed),
        (&free_row, pass(), Expected::Pass),
        (&rowless, pass(), Expected::Pass),
        (&rowless, fail(Dropped), Expected::UnexpectedFail),
        (&rowless_above, fail(Dropped), Expected::NotClaimed),
    ];
    for (case, judgement, wanted) in table {
        let told = (&case.id, judgement.verdict, judgement.outcome);
        let told = format!("{told:?}");
        assert_eq!(expected(case, judgement, &[]), wanted, "{told}");
    }
}

#[test]
fn a_guard_above_the_claimed_level_may_pass() {
    let guard = TestCase {
        level: Some(5),
        ..guard("guard", "udp", "twin")
    };
    assert_eq!(expected(&guard, pass(), &[]), Expected::Pass);
    assert_eq!(
        expected(&guard, fail(WrongValue), &[]),
        Expected::UnexpectedFail
    );
}

#[test]
fn known_deviations_explain_their_own_outcome_only() {
    let known = [Known {
        case: "below".into(),
        label: None,
        dut: "*".into(),
        versions: None,
        outcome: WrongValue,
        reason: "flow label cut to 16 bits".to_owned(),
        function: None,
        embargo: None,
    }];
    let below = case("below", "iphc", Some(1));
    assert_eq!(
        expected(&below, fail(WrongValue), &known),
        Expected::Known(0)
    );
    assert_eq!(
        expected(&below, fail(Crashed), &known),
        Expected::UnexpectedFail
    );
    // It has been mended: the entry must go.
    assert_eq!(expected(&below, pass(), &known), Expected::UnexpectedPass);
}

#[test]
fn an_undecided_trial_may_be_known_too() {
    let entry = |outcome| Known {
        case: "below".into(),
        label: None,
        dut: "*".into(),
        versions: None,
        outcome,
        reason: "its errors quote no flow label".to_owned(),
        function: None,
        embargo: None,
    };
    let known = [entry(Dropped), entry(Outcome::Unknown)];
    let below = case("below", "iphc", Some(1));
    // Of two entries for one trial, the one that says how it came out.
    assert_eq!(expected(&below, inconc(), &known), Expected::Known(1));
    assert_eq!(expected(&below, fail(Dropped), &known), Expected::Known(0));
    assert_eq!(
        expected(&below, fail(WrongValue), &known),
        Expected::UnexpectedFail
    );
    assert_eq!(expected(&below, inconc(), &known[..1]), Expected::Undecided);
    assert_eq!(
        expected(&below, pass(), &known[1..]),
        Expected::UnexpectedPass
    );
}

#[test]
fn a_should_that_was_not_kept_is_no_news() {
    let deviation = Judgement {
        verdict: Verdict::Pass,
        deviation: Some("no answer".to_owned()),
        ..fail(Dropped)
    };
    let above = case("above", "udp", Some(4));
    assert_eq!(expected(&above, deviation, &[]), Expected::Pass);
}

#[test]
fn nothing_claimed_nothing_excused_and_no_pass_too_much() {
    let rows = rows(&[("udp", Some(4))]);
    let profile = profile("dut");
    let expectations = Expectations {
        rows: &rows,
        known: &[],
        profile: &profile,
    };
    let case = case("above", "udp", Some(4));
    let of = |judgement| {
        expectations.expected(&case, &meta("dut", "above"), &judgement, &Standing::Stands)
    };
    assert_eq!(of(pass()), Expected::Pass);
    assert_eq!(of(fail(Dropped)), Expected::UnexpectedFail);
}

#[test]
fn what_the_port_does_nobody_claims_and_yet_it_must_work() {
    let rows = rows(&[("formed", Some(1))]);
    let mut profile = profile("dut");
    profile.claims.rows = vec!["another".into()];
    profile.done_by_port = vec!["formed".into()];
    let expectations = Expectations {
        rows: &rows,
        known: &[],
        profile: &profile,
    };
    let case = case("formed", "formed", Some(1));
    let of = |judgement| {
        expectations.expected(&case, &meta("dut", "formed"), &judgement, &Standing::Stands)
    };
    assert_eq!(of(pass()), Expected::Pass);
    assert_eq!(of(fail(Dropped)), Expected::UnexpectedFail);
}

#[test]
fn disputed_and_relative_and_unjudged_trials_do_not_count() {
    let disputed = TestCase {
        disputed: Some("E4 has no length".to_owned()),
        ..case("below", "iphc", Some(1))
    };
    assert_eq!(expected(&disputed, fail(Dropped), &[]), Expected::NotJudged);
    assert_eq!(
        expected(&disputed, fail(Crashed), &[]),
        Expected::UnexpectedFail
    );
    let below = case("below", "iphc", Some(1));
    let unjudged = Judgement {
        verdict: Verdict::None,
        ..pass()
    };
    assert_eq!(expected(&below, unjudged, &[]), Expected::NotJudged);
}

#[test]
fn exit_codes() {
    use Expected::{Known, NotClaimed, NotJudged, Pass, Relative, Trouble, Undecided};
    use Expected::{UnexpectedFail, UnexpectedPass};
    let table: &[(&[Expected], u8)] = &[
        (&[], 4),
        (&[NotJudged], 4),
        (&[Pass, NotClaimed, Known(0), Relative, NotJudged], 0),
        (&[Relative], 3),
        (&[Pass, Undecided], 3),
        (&[UnexpectedPass, Undecided], 1),
        (&[UnexpectedFail, Pass], 1),
        (&[UnexpectedFail, Trouble, Undecided], 5),
    ];
    for (trials, code) in table {
        assert_eq!(ExitStatus::of(*trials).code(), *code, "{trials:?}");
    }
    assert_eq!(ExitStatus::Trouble.and(ExitStatus::Usage).code(), 2);
    assert_eq!(ExitStatus::Nothing.and(ExitStatus::Undecided).code(), 3);
    assert_eq!(ExitStatus::Success.and(ExitStatus::Nothing).code(), 4);
}
