use super::{
    NO_PROOF_OF_ARRIVAL, SILENCE_DECIDES_NOTHING, conclude, conclude_on_lossy, repeats_on_lossy,
    wants_relaxed, wants_repeat, wants_repeat_on_lossy,
};
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
        // Those that looked at a reset afterwards, too, say more than the others.
        (
            &[pass(), after(fail(Crashed)), after(fail(Crashed))],
            Fail,
            Crashed,
        ),
        (&[pass(), after(fail(Crashed))], Inconc, Crashed),
        (
            &[pass(), after(fail(Crashed)), after(pass())],
            Inconc,
            Unknown,
        ),
        (
            &[
                fail(Dropped),
                fail(Dropped),
                after(fail(Crashed)),
                after(fail(Crashed)),
            ],
            Fail,
            Crashed,
        ),
        (&[pass(), after(pass())], Pass, Right),
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

fn after(judgement: Judgement) -> Judgement {
    Judgement {
        afterwards: true,
        ..judgement
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

/// An attempt in which nothing came through.
fn lost_whole() -> Judgement {
    Judgement::undecided(NO_PROOF_OF_ARRIVAL)
}

#[test]
fn an_attempt_in_which_nothing_came_through_says_nothing_on_a_lossy_medium() {
    let silent = || judgement(Inconc, Right);
    let told = |attempts: &[Judgement]| conclude_on_lossy(attempts, 0.1).verdict;
    let between = [vec![silent(); 3], vec![lost_whole(); 2], vec![silent(); 4]].concat();
    assert_eq!(told(&between), Pass);
    assert_eq!(told(&between[1..]), Inconc);
    assert!(wants_repeat_on_lossy(&between[1..], 0.1));
    let early = Judgement::undecided("the device rebooted, before the stimulus");
    let broken_off = [vec![early], vec![silent(); 7]].concat();
    assert_eq!(told(&broken_off), Pass);
    // Nor does it for ever.
    assert_eq!(told(&vec![lost_whole(); 64]), Inconc);
    assert!(!wants_repeat_on_lossy(&vec![lost_whole(); 2], 0.1));
    let mostly_lost = [vec![silent()], vec![lost_whole(); 7]].concat();
    assert!(!wants_repeat_on_lossy(&mostly_lost, 0.1));
}

#[test]
fn one_repeat_is_relaxed_and_what_only_the_medium_wants_is_not() {
    let silent = || judgement(Inconc, Right);
    assert!(!wants_relaxed(&[]));
    assert!(wants_relaxed(&[silent()]));
    assert!(!wants_relaxed(&vec![silent(); 2]));
    // A repeat of which nothing is known was none.
    assert!(wants_relaxed(&[silent(), lost_whole()]));
    assert!(wants_relaxed(&[silent(), error(), lost_whole()]));
    assert!(!wants_relaxed(&[silent(), lost_whole(), silent()]));
    // The first is none, whatever came of it.
    assert!(wants_relaxed(&[lost_whole()]));
    assert!(!wants_relaxed(&[lost_whole(), fail(WrongValue)]));
}

#[test]
fn what_may_be_left_undone_is_no_open_question_once_it_was_asked_often_enough() {
    let silent = || Judgement::undecided(SILENCE_DECIDES_NOTHING);
    assert!(wants_repeat_on_lossy(&vec![silent(); 6], 0.1));
    assert_eq!(conclude_on_lossy(&vec![silent(); 6], 0.1).verdict, Inconc);
    let word = conclude_on_lossy(&vec![silent(); 7], 0.1);
    assert_eq!(word.verdict, Verdict::None);
    assert_eq!(word.cause, "decides nothing: no answer, 7 times");
    let answered_once = [vec![silent(); 3], vec![pass()]].concat();
    assert_eq!(conclude_on_lossy(&answered_once, 0.1).verdict, Pass);
}

#[test]
fn a_single_fail_among_silence_is_asked_for_again_on_a_lossy_medium() {
    let silent = || judgement(Inconc, Right);
    let one = vec![fail(WrongValue), silent(), silent()];
    assert!(wants_repeat_on_lossy(&one, 0.1));
    let two = [one.clone(), vec![fail(WrongValue)]].concat();
    assert!(!wants_repeat_on_lossy(&two, 0.1));
    assert_eq!(conclude_on_lossy(&two, 0.1).verdict, Fail);
    let none = [one, vec![silent(); 4]].concat();
    assert!(!wants_repeat_on_lossy(&none, 0.1));
    assert_eq!(conclude_on_lossy(&none, 0.1).verdict, Inconc);
    assert!(!wants_repeat_on_lossy(&[fail(WrongValue), pass()], 0.1));
}

#[test]
fn on_a_lossy_medium_repeats_make_a_deviation_of_a_should_that_is_not_kept() {
    let should = |outcome| Judgement {
        deviation: Some("silent".to_owned()),
        ..judgement(Inconc, outcome)
    };
    let word = conclude_on_lossy(&vec![should(Dropped); 7], 0.1);
    assert_eq!(word.verdict, Pass);
    assert_eq!(word.deviation.as_deref(), Some("no answer, 7 times"));
    let early = conclude_on_lossy(&vec![should(Dropped); 6], 0.1);
    assert_eq!((early.verdict, early.deviation), (Inconc, None));
    let kept = conclude_on_lossy(&vec![should(Right); 7], 0.1);
    assert_eq!((kept.verdict, kept.deviation), (Pass, None));
    let strict: Vec<_> = vec![should(Dropped); 7]
        .into_iter()
        .map(Judgement::strictly)
        .collect();
    assert_eq!(conclude_on_lossy(&strict, 0.1).verdict, Fail);
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
