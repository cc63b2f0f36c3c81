//! The end of the device, trouble of the bench, settings that are missing.

use super::play::*;
use crate::evidence::{Phase, What};
use crate::testcase::Expectation::{EchoReply, NotTaken};
use crate::testcase::Kind;
use crate::trial::TrialStep;
use crate::verdict::{Outcome, Verdict};

use Outcome::{Crashed, Declined, Right, Unknown, WrongValue};
use Verdict::{Error, Fail, Inconc, Pass};

const STEP: Phase = Phase::Step(0);

#[test]
fn a_device_that_ends_after_the_stimulus_has_crashed() {
    for what in [
        What::Exited("killed by signal 6".to_owned()),
        What::Hung(5000),
        What::Rebooted,
    ] {
        let play = Play::echo(vec![EchoReply])
            .begun()
            .event(STEP, what.clone());
        assert_eq!(play.word(), (Fail, Crashed), "{what:?}");
        // Even where it answered, even in a guard, even by a sentinel's leave.
        let mut guard = Play::echo(vec![NotTaken])
            .begun()
            .event(Phase::Sentinel, what.clone());
        guard.case.kind = Kind::Guard;
        assert_eq!(guard.word(), (Fail, Crashed));
        let answered = Play::echo(vec![EchoReply])
            .begun()
            .hears(STEP, &reply(PING))
            .event(STEP, what.clone());
        assert_eq!(answered.word(), (Fail, Crashed));
        let before = Play::echo(vec![EchoReply]).event(Phase::Control, what);
        assert_eq!(before.word(), (Inconc, Unknown));
    }
}

#[test]
fn a_reset_that_the_trial_asks_for_is_no_crash() {
    let mut play = Play::echo(vec![EchoReply]);
    play.trial.steps.insert(0, TrialStep::Reset);
    let play = play
        .event(Phase::Step(0), What::Rebooted)
        .sent(1, true)
        .hears(Phase::Step(1), &reply(PING));
    assert_eq!(play.word(), (Pass, Right));
    assert_eq!(
        play.event(Phase::Step(1), What::Rebooted).word(),
        (Fail, Crashed)
    );
}

#[test]
fn what_a_reset_behind_the_trial_shows_is_the_trials_doing() {
    let afterwards = Phase::Step(1);
    let answered = || {
        Play::echo(vec![EchoReply])
            .begun()
            .hears(STEP, &reply(PING))
    };
    let judgement = answered()
        .event(afterwards, What::Exited("killed by signal 6".to_owned()))
        .judged();
    assert_eq!((judgement.verdict, judgement.outcome), (Fail, Crashed));
    assert!(judgement.afterwards);
    assert_eq!(
        judgement.observed,
        "the device's process ended: killed by signal 6, when it was reset afterwards"
    );
    // Whatever else it does when it starts is no part of the trial.
    for what in [
        What::Settled {
            next_timer_us: None,
        },
        What::Rebooted,
        What::Refused("reset".to_owned(), "no".to_owned()),
        What::Unsupported("reset".to_owned()),
        What::Heard(vec![0x41, 0x88]),
    ] {
        let judgement = answered().event(afterwards, what.clone()).judged();
        assert_eq!(
            (judgement.verdict, judgement.outcome, judgement.afterwards),
            (Pass, Right, true),
            "{what:?}"
        );
    }
    assert!(!answered().judged().afterwards);
}

#[test]
fn trouble_of_the_bench_is_an_error_whatever_came_before() {
    let fault = What::Fault("the sniffer went away".to_owned());
    let play = Play::echo(vec![EchoReply])
        .begun()
        .hears(STEP, &reply(PING))
        .event(STEP, fault.clone());
    let judgement = play.judged();
    assert_eq!((judgement.verdict, judgement.outcome), (Error, Unknown));
    assert_eq!(judgement.cause, "the sniffer went away");
    // What came first is the cause of the rest.
    let crashed = Play::echo(vec![EchoReply])
        .begun()
        .event(STEP, What::Exited("exit status 1".to_owned()))
        .event(STEP, fault);
    assert_eq!(crashed.word(), (Fail, Crashed));
}

#[test]
fn a_flood_is_a_wrong_answer() {
    let play = Play::echo(vec![EchoReply])
        .begun()
        .event(STEP, What::Flooded);
    assert_eq!(play.word(), (Fail, WrongValue));
    let before = Play::echo(vec![EchoReply]).event(Phase::Given, What::Flooded);
    assert_eq!(before.word(), (Inconc, Unknown));
}

#[test]
fn a_setting_the_port_lacks_is_not_applicable_and_one_the_stack_refuses_is_lacking() {
    let unsupported = Play::echo(vec![EchoReply])
        .event(Phase::Given, What::Unsupported("context".to_owned()))
        .judged();
    assert_eq!(unsupported.verdict, Verdict::None);
    assert_eq!(
        unsupported.cause,
        "not applicable: the port does not offer context"
    );
    let refused = What::Refused("context 5".to_owned(), "/64 contexts only".to_owned());
    let valid = Play::echo(vec![EchoReply]).event(Phase::Given, refused.clone());
    assert_eq!(valid.word(), (Fail, Declined));
    let mut guard = Play::echo(vec![NotTaken]).event(Phase::Given, refused.clone());
    guard.case.kind = Kind::Guard;
    assert_eq!(guard.word().0, Verdict::None);
    let in_step = Play::echo(vec![EchoReply]).begun().event(STEP, refused);
    assert_eq!(in_step.word(), (Inconc, Unknown));
}

#[test]
fn a_stimulus_that_never_went_out_proves_nothing() {
    let play = Play::echo(vec![EchoReply])
        .control_sent(true)
        .hears(Phase::Control, &reply(CONTROL));
    let judgement = play.judged();
    assert_eq!(judgement.verdict, Inconc);
    assert_eq!(judgement.cause, "the stimulus never went out");
    assert_eq!(Play::echo(vec![]).begun().word(), (Inconc, Unknown));
}
