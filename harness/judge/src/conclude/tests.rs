use super::{conclude, conclude_on_lossy, repeats_on_lossy, wants_repeat, wants_repeat_on_lossy};
use crate::fixture::{error, fail, inconc, judgement, pass};
use crate::verdict::{Judgement, Outcome, Verdict};

use Outcome::{Crashed, Declined, Dropped, Right, Unknown, WrongValue};
use Verdict::{Error, Fail, Inconc, Pass};

#[test]
fn a_fail_stands_only_if_its_repeat_fails_the_same_way() {
    let table: &[(&[Judgement], Verdict, Outcome)] = &[
        (&[], Inconc, Unknown),
        (&[pass()], Pass, Right),
        (&[inconc()], Inconc, Unknown),
        (&[inconc(), pass()], Pass, Right),
        (&[fail(Dropped)], Inconc, Dropped),
        (&[fail(Dropped), fail(Dropped)], Fail, Dropped),
        (&[fail(WrongValue), fail(WrongValue)], Fail, WrongValue),
        (&[fail(Crashed), fail(Crashed)], Fail, Crashed),
        // One way of failing: the limiter swallowed one of the two refusals.
        (&[fail(Declined), fail(Dropped)], Fail, Declined),
        (&[fail(Dropped), fail(Declined)], Fail, Declined),
        (&[fail(Dropped), pass()], Inconc, Unknown),
        (&[fail(Dropped), fail(WrongValue)], Inconc, Unknown),
        (&[fail(Crashed), fail(Dropped)], Inconc, Unknown),
        (&[fail(Dropped), inconc()], Inconc, Unknown),
        (&[fail(Dropped), error()], Error, Unknown),
        (&[error()], Error, Unknown),
        // Another device of the bench stood in.
        (&[error(), pass()], Pass, Right),
        (&[error(), fail(Dropped)], Inconc, Dropped),
        (&[error(), fail(Dropped), fail(Dropped)], Fail, Dropped),
        (&[fail(Dropped), error(), fail(Dropped)], Fail, Dropped),
        (&[fail(Dropped), error(), pass()], Inconc, Unknown),
        (&[inconc(), fail(Dropped)], Inconc, Dropped),
        (&[inconc(), fail(Dropped), fail(Dropped)], Fail, Dropped),
        (&[fail(Dropped), fail(Dropped), pass()], Inconc, Unknown),
    ];
    for (attempts, verdict, outcome) in table {
        let word = conclude(attempts);
        let told: Vec<_> = attempts.iter().map(|a| (a.verdict, a.outcome)).collect();
        assert_eq!(
            (word.verdict, word.outcome),
            (*verdict, *outcome),
            "{told:?}"
        );
    }
}

#[test]
fn disagreement_is_called_flaky_and_shows_both_sides() {
    let word = conclude(&[fail(Dropped), pass()]);
    assert_eq!(
        word.cause,
        "flaky: one attempt was dropped (dropped), another right (right)"
    );
}

#[test]
fn whatever_is_not_sure_is_repeated_once_and_a_late_fail_once_more() {
    assert!(wants_repeat(&[fail(Dropped)]));
    assert!(wants_repeat(&[inconc()]));
    assert!(wants_repeat(&[inconc(), fail(Dropped)]));
    assert!(!wants_repeat(&[pass()]));
    assert!(!wants_repeat(&[error()]));
    assert!(!wants_repeat(&[fail(Dropped), error()]));
    assert!(!wants_repeat(&[error(), pass()]));
    assert!(wants_repeat(&[error(), fail(Dropped)]));
    assert!(!wants_repeat(&[fail(Dropped), error(), fail(Dropped)]));
    assert!(!wants_repeat(&[fail(Dropped), pass()]));
    assert!(!wants_repeat(&[fail(Dropped), fail(Dropped)]));
    assert!(!wants_repeat(&[inconc(), inconc()]));
}

#[test]
fn on_a_lossy_medium_silence_fails_when_loss_no_longer_explains_it() {
    let lost = || judgement(Inconc, Dropped);
    for (loss, repeats) in [(0.0, 2), (0.001, 3), (0.1, 7), (0.5, 20), (0.8, 62)] {
        assert_eq!(repeats_on_lossy(loss), Some(repeats), "{loss}");
    }
    let told = |attempts: &[Judgement]| conclude_on_lossy(attempts, 0.1).verdict;
    assert_eq!(told(&vec![lost(); 6]), Inconc);
    assert_eq!(told(&vec![lost(); 7]), Fail);
    let answered_once = [vec![lost(); 7], vec![pass()]].concat();
    assert_eq!(told(&answered_once), Pass);
    let undecided_once = [vec![inconc()], vec![lost(); 7]].concat();
    assert_eq!(told(&undecided_once), Inconc);
}

#[test]
fn a_medium_that_loses_nearly_everything_decides_nothing() {
    for loss in [0.81, 0.99, 1.0] {
        assert_eq!(repeats_on_lossy(loss), None, "{loss}");
        let silences = vec![judgement(Inconc, Dropped); 64];
        assert_eq!(conclude_on_lossy(&silences, loss).verdict, Inconc);
        assert!(!wants_repeat_on_lossy(&silences[..2], loss));
    }
    assert!(wants_repeat_on_lossy(&[judgement(Inconc, Dropped)], 0.8));
}

#[test]
fn on_a_lossy_medium_repeats_decide_for_the_device_as_well_as_against_it() {
    let told = |outcome: Outcome, count: usize| {
        let word = conclude_on_lossy(&vec![judgement(Inconc, outcome); count], 0.1);
        (word.verdict, word.outcome)
    };
    // Silence where none may answer.
    assert_eq!(told(Right, 6), (Inconc, Right));
    assert_eq!(told(Right, 7), (Pass, Right));
    // A wrong answer to what may have arrived by half.
    assert_eq!(told(WrongValue, 6), (Inconc, WrongValue));
    assert_eq!(told(WrongValue, 7), (Fail, WrongValue));
    // What loss does not explain no repeat decides.
    assert_eq!(told(Unknown, 64), (Inconc, Unknown));
    let both = [
        vec![judgement(Inconc, Right); 7],
        vec![judgement(Inconc, Dropped)],
    ];
    assert_eq!(conclude_on_lossy(&both.concat(), 0.1).verdict, Inconc);
}
