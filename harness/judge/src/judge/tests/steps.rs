//! Frames, alternatives, time limits, several datagrams, strength and kind.

use std::time::Duration;

use sixlo_frames::field::{FieldId, Value};

use super::play::*;
use crate::evidence::{Phase, Stop};
use crate::testcase::Expectation::{
    self, Advertisement, AnyOf, AtMostOne, ClassUnsupported, CountsUp, EchoReply, Frame,
    FrameCount, Never, NotTaken, Within,
};
use crate::testcase::{Kind, OnMatch, Pattern, Strength, Wanted};
use crate::trial::{Nonce, TrialStep};
use crate::verdict::{Outcome, Verdict};

use Outcome::{Declined, Dropped, Right, Unknown, WrongValue};
use Verdict::{Fail, Inconc, Pass};

const STEP: Phase = Phase::Step(0);

fn pattern(fields: &[(FieldId, u64)]) -> Pattern {
    Pattern {
        fields: fields
            .iter()
            .map(|(field, value)| (*field, Wanted::Is(Value::Uint(*value))))
            .collect(),
    }
}

fn nd_type(number: u64) -> Pattern {
    pattern(&[(FieldId::Icmpv6Type, number), (FieldId::Ipv6HopLimit, 255)])
}

fn begun(then: Expectation) -> Play {
    Play::echo(vec![then]).begun()
}

#[test]
fn a_frame_by_its_fields() {
    let frame = || begun(Frame(nd_type(136)));
    assert_eq!(
        frame().hears(STEP, &advertisement(DUT_LL)).word(),
        (Pass, Right)
    );
    assert_eq!(frame().word(), (Fail, Dropped));
    let solicits = solicitation("::", "ff02::1:ff00:2", DUT_LL);
    let near = frame().hears(STEP, &solicits).judged();
    assert_eq!((near.verdict, near.outcome), (Fail, WrongValue));
    assert_eq!(
        near.observed,
        "the nearest frame has icmpv6.type expected 136 (0x88), observed 135 (0x87)"
    );
    // The sentinel's answer is none of the frames looked at.
    let echo_type = pattern(&[(FieldId::Icmpv6Type, 129)]);
    let sentinel = |then: Expectation| {
        begun(then)
            .sentinel_sent(true)
            .hears(Phase::Sentinel, &reply(SENTINEL))
            .stopped(Stop::Sentinel)
    };
    assert_eq!(sentinel(Frame(echo_type.clone())).word(), (Fail, Dropped));
    assert_eq!(sentinel(Never(echo_type)).word(), (Pass, Right));
}

#[test]
fn a_frame_that_is_the_testers_own_shows_no_ability() {
    let wanted = pattern(&[(FieldId::Icmpv6Type, 128)]);
    let echoed = begun(Frame(wanted.clone())).hears(STEP, &request(PING));
    assert_eq!(echoed.word(), (Fail, Dropped));
    assert_eq!(echoed.judged().economy, echoed_economy());
    let mut played_back = begun(Frame(wanted));
    let psdu = frames(
        &request(PING),
        crate::fixture::TESTER,
        crate::fixture::DUT,
        9,
    )
    .remove(0);
    let mut spoofed = request(PING);
    spoofed.header.src = addr("fe80::ff:fe00:a001");
    let mut elsewhere = Play::of(
        stimulus(&spoofed, echo_nonce(PING)),
        vec![Never(pattern(&[]))],
    );
    elsewhere = elsewhere.begun().hears(STEP, &spoofed);
    assert_eq!(elsewhere.word(), (Pass, Right), "what was sent came back");
    played_back = played_back.event(STEP, crate::evidence::What::Heard(psdu));
    assert_eq!(played_back.word(), (Fail, Dropped));
    assert_eq!(played_back.judged().economy, echoed_economy());
}

/// Of the control's reply alone.
fn echoed_economy() -> Vec<crate::verdict::Economy> {
    begun(EchoReply).judged().economy
}

#[test]
fn a_frame_that_must_never_come() {
    let never = || begun(Never(nd_type(136)));
    assert_eq!(never().word(), (Pass, Right));
    assert_eq!(
        never().hears(STEP, &advertisement(DUT_LL)).word(),
        (Fail, WrongValue)
    );
    assert_eq!(never().stopped(Stop::Broken).word(), (Inconc, Unknown));
}

#[test]
fn so_many_frames() {
    let count = |frames: usize, at_least, at_most| {
        let then = FrameCount {
            at_least,
            at_most,
            fields: nd_type(136),
        };
        let play = (0..frames).fold(begun(then), |play, _| {
            play.hears(STEP, &advertisement(DUT_LL))
        });
        (play.word(), play.stopped(Stop::Broken).word().0)
    };
    assert_eq!(count(2, 2, Some(4)), ((Pass, Right), Inconc));
    assert_eq!(count(2, 2, None), ((Pass, Right), Pass));
    assert_eq!(count(5, 2, Some(4)), ((Fail, WrongValue), Fail));
    assert_eq!(count(1, 2, Some(4)), ((Fail, WrongValue), Inconc));
    assert_eq!(count(0, 1, None), ((Fail, Dropped), Inconc));
    assert_eq!(count(0, 0, Some(0)), ((Pass, Right), Inconc));
}

#[test]
fn a_number_that_goes_up_by_one_from_datagram_to_datagram() {
    // The MAC sequence number, which the frames here count.
    let counting = |modulo, skip: &[usize]| {
        let field = FieldId::MacSequenceNumber;
        let mut play = begun(CountsUp { field, modulo });
        for number in 0..4 {
            play = play.hears(STEP, &advertisement(DUT_LL));
            if skip.contains(&number) {
                play.evidence.events.pop();
            }
        }
        play.word()
    };
    assert_eq!(counting(256, &[]), (Pass, Right));
    assert_eq!(counting(256, &[1]), (Fail, WrongValue));
    assert_eq!(counting(3, &[]), (Fail, WrongValue));
    assert_eq!(counting(256, &[0, 1, 2]), (Verdict::None, Unknown));
}

fn asking_for(target: &str) -> Play {
    let sent = stimulus(
        &solicitation(TESTER_LL, DUT_LL, target),
        Nonce::Target(addr(target)),
    );
    Play::of(sent, vec![Advertisement(Pattern::default())]).begun()
}

#[test]
fn advertisements() {
    assert_eq!(
        asking_for(DUT_LL)
            .hears(STEP, &advertisement(DUT_LL))
            .word(),
        (Pass, Right)
    );
    assert_eq!(asking_for(DUT_LL).word(), (Fail, Dropped));
    let mut forwarded = advertisement(DUT_LL);
    forwarded.header.hop_limit = 64;
    assert_eq!(
        asking_for(DUT_LL).hears(STEP, &forwarded).word(),
        (Fail, WrongValue)
    );
    let mut elsewhere = advertisement(DUT_LL);
    elsewhere.header.dst = addr("fe80::ff:fe00:1");
    assert_eq!(
        asking_for(DUT_LL).hears(STEP, &elsewhere).word(),
        (Fail, WrongValue)
    );
    // An unsolicited one of another address is no answer.
    let other = advertisement("2001:db8::2");
    assert_eq!(
        asking_for(DUT_LL).hears(STEP, &other).word(),
        (Fail, Dropped)
    );
    // A right one behind a wrong one is there all the same: it was solicited twice.
    let both = asking_for(DUT_LL)
        .hears(STEP, &elsewhere)
        .hears(STEP, &advertisement(DUT_LL));
    assert_eq!(both.word(), (Pass, Right));
}

#[test]
fn a_solicitation_and_its_control_bear_one_nonce() {
    let soliciting = |then: Expectation| {
        let mut play = asking_for(DUT_LL);
        play.trial.then = vec![then];
        let control = stimulus(
            &solicitation(TESTER_LL, DUT_LL, DUT_LL),
            Nonce::Target(addr(DUT_LL)),
        );
        play.trial.control = Some(control);
        play.evidence.events.clear();
        play.control_sent(true)
    };
    let answered = |then| {
        soliciting(then)
            .hears(Phase::Control, &advertisement(DUT_LL))
            .sent(0, true)
    };
    let wanted = || Advertisement(Pattern::default());
    assert_eq!(answered(wanted()).word(), (Fail, Dropped));
    let twice = answered(wanted()).hears(STEP, &advertisement(DUT_LL));
    assert_eq!(twice.word(), (Pass, Right));
    // Its answer is no answer to the control, and is looked at.
    let frame = answered(Frame(nd_type(136))).hears(STEP, &advertisement(DUT_LL));
    assert_eq!(frame.word(), (Pass, Right));
    let never = answered(NotTaken).hears(STEP, &advertisement(DUT_LL));
    assert_eq!(never.word(), (Fail, WrongValue));
    let silent_control = soliciting(wanted()).sent(0, true);
    assert_eq!(silent_control.word(), (Inconc, Unknown));
}

#[test]
fn the_first_alternative_that_holds_decides() {
    let either = |first: OnMatch, second: OnMatch| {
        AnyOf(vec![(EchoReply, first), (Frame(nd_type(136)), second)])
    };
    let both = |then| begun(then).hears(STEP, &advertisement(DUT_LL));
    let word = |first, second| both(either(first, second)).word();
    assert_eq!(word(OnMatch::Fail, OnMatch::Pass), (Pass, Right));
    assert_eq!(
        word(OnMatch::Pass, OnMatch::Inconc),
        (Verdict::None, Unknown)
    );
    assert_eq!(word(OnMatch::Pass, OnMatch::Fail), (Fail, WrongValue));
    let deviation = both(either(OnMatch::Pass, OnMatch::Deviation)).judged();
    assert_eq!(deviation.verdict, Pass);
    assert!(deviation.deviation.is_some());
    let replied = both(either(OnMatch::Fail, OnMatch::Pass)).hears(STEP, &reply(PING));
    assert_eq!(replied.word(), (Fail, WrongValue));
    // None holds.
    assert_eq!(
        begun(either(OnMatch::Pass, OnMatch::Pass)).word(),
        (Fail, Dropped)
    );
    let declined = begun(either(OnMatch::Pass, OnMatch::Pass)).hears(STEP, &class_unsupported(1));
    assert_eq!(declined.word(), (Fail, Declined));
}

#[test]
fn an_optional_feature_that_is_dropped_decides_nothing() {
    let optional = AnyOf(vec![
        (EchoReply, OnMatch::Pass),
        (NotTaken, OnMatch::Inconc),
    ]);
    let dropped = begun(optional.clone()).judged();
    assert_eq!(dropped.verdict, Verdict::None);
    assert_eq!(
        dropped.cause,
        "decides nothing: no answer; the device had settled"
    );
    let unproven = begun(optional.clone()).stopped(Stop::Broken);
    assert_eq!(unproven.word(), (Inconc, Unknown));
    // No silence that many repeats could turn into a fail.
    let mut lossy = begun(optional.clone());
    lossy.evidence.lossless = false;
    assert_eq!(lossy.word(), (Inconc, Unknown));
    assert_eq!(
        begun(optional).hears(STEP, &reply(PING)).word(),
        (Pass, Right)
    );
}

#[test]
fn an_answer_behind_its_time_limit_is_wrong() {
    let within = |limit| begun(Within(Box::new(EchoReply), limit)).hears(STEP, &reply(PING));
    assert_eq!(within(Duration::from_secs(1)).word(), (Pass, Right));
    let late = within(Duration::from_micros(10)).judged();
    assert_eq!((late.verdict, late.outcome), (Fail, WrongValue));
    assert!(late.observed.ends_with("but later"), "{}", late.observed);
    let none = begun(Within(Box::new(EchoReply), Duration::from_secs(1)));
    assert_eq!(none.word(), (Fail, Dropped));
}

#[test]
fn at_most_one_answer() {
    let play = || begun(AtMostOne(Box::new(EchoReply)));
    assert_eq!(play().word(), (Pass, Right));
    assert_eq!(play().hears(STEP, &reply(PING)).word(), (Pass, Right));
    let twice = play().hears(STEP, &reply(PING)).hears(STEP, &reply(PING));
    assert_eq!(twice.word(), (Fail, WrongValue));
    // The MAC's retransmission is no second answer.
    let mut retransmitted = play().hears(STEP, &reply(PING));
    let last = retransmitted.evidence.events.last().unwrap().clone();
    retransmitted.evidence.events.push(last);
    assert_eq!(retransmitted.word(), (Pass, Right));
}

#[test]
fn class_unsupported_with_the_own_level() {
    let play = |answer| {
        let mut play = begun(ClassUnsupported).hears(STEP, &answer);
        play.profile.claims.level = Some(2);
        play.word()
    };
    assert_eq!(play(class_unsupported(2)), (Pass, Right));
    assert_eq!(play(class_unsupported(3)), (Fail, WrongValue));
    assert_eq!(play(class_unsupported(9)), (Fail, WrongValue));
    assert_eq!(play(reply(PING)), (Fail, WrongValue));
    assert_eq!(begun(ClassUnsupported).word(), (Fail, Dropped));
}

/// First a datagram that nobody can restore, then a whole one.
fn first_broken() -> Play {
    let mut play = Play::echo(vec![EchoReply]);
    let mut broken = stimulus(&request((0x6c00, 1)), echo_nonce((0x6c00, 1)));
    broken.psdus = frames(
        &request((0x6c00, 1)),
        crate::fixture::TESTER,
        crate::fixture::DUT,
        1,
    );
    // NALP in place of 41.
    let at = broken.psdus[0]
        .iter()
        .position(|octet| *octet == 0x41)
        .unwrap();
    broken.psdus[0][at] = 0x00;
    // The FCS of the patched frame.
    let length = broken.psdus[0].len() - 2;
    let fcs = sixlo_frames::mac::fcs(&broken.psdus[0][..length]).to_le_bytes();
    broken.psdus[0][length..].copy_from_slice(&fcs);
    play.trial.steps.insert(0, TrialStep::Send(broken));
    play.control_sent(true)
        .hears(Phase::Control, &reply(CONTROL))
        .sent(0, true)
        .sent(1, true)
}

#[test]
fn of_several_datagrams_those_that_can_be_restored_are_to_be_answered() {
    let answered = first_broken().hears(Phase::Step(1), &reply(PING));
    assert_eq!(answered.word(), (Pass, Right));
    assert_eq!(first_broken().word(), (Fail, Dropped));
    // And those that cannot must not be taken.
    let mut guarding = answered;
    guarding.trial.then = vec![NotTaken, EchoReply];
    assert_eq!(guarding.word(), (Pass, Right));
    let taken = guarding.hears(Phase::Step(1), &reply((0x6c00, 1)));
    assert_eq!(taken.word(), (Fail, WrongValue));
}

#[test]
fn two_whole_datagrams_are_both_to_be_answered() {
    let second = (0x6c05, 11);
    let mut play = Play::echo(vec![EchoReply]);
    let other = TrialStep::Send(stimulus(&request(second), echo_nonce(second)));
    play.trial.steps.push(other);
    let play = play
        .begun()
        .sent(1, true)
        .hears(Phase::Step(1), &reply(second));
    assert_eq!(play.word(), (Fail, Dropped));
    assert_eq!(
        play.hears(Phase::Step(1), &reply(PING)).word(),
        (Pass, Right)
    );
}

#[test]
fn strength_and_kind() {
    let silent = |change: fn(&mut Play)| {
        let mut play = begun(EchoReply);
        change(&mut play);
        play.judged()
    };
    let should = silent(|play| play.case.strength = Strength::Should);
    assert_eq!((should.verdict, should.outcome), (Pass, Dropped));
    assert!(should.deviation.is_some());
    assert_eq!(should.strictly().verdict, Fail);
    assert_eq!(
        silent(|play| play.case.strength = Strength::May).verdict,
        Verdict::None
    );
    assert_eq!(
        silent(|play| play.case.kind = Kind::Record).verdict,
        Verdict::None
    );
    assert_eq!(
        silent(|play| play.case.kind = Kind::Calibration).verdict,
        Verdict::None
    );
    let disputed = silent(|play| play.case.disputed = Some("open".to_owned()));
    assert_eq!(disputed.verdict, Fail, "shown; the matrix leaves it out");
}

#[test]
fn an_awaited_frame_that_never_came_leaves_it_undecided() {
    let mut play = Play::echo(vec![EchoReply]);
    play.trial
        .steps
        .push(TrialStep::Await(nd_type(136), Duration::from_secs(5)));
    let play = play.begun().hears(STEP, &reply(PING));
    let judgement = play.judged();
    assert_eq!(judgement.verdict, Inconc);
    assert_eq!(
        judgement.cause,
        "awaited a frame with icmpv6.type 136 (0x88), ipv6.hop_limit 255 (0xff) for 5s, and none came"
    );
    assert_eq!(
        play.hears(Phase::Step(1), &advertisement(DUT_LL)).word(),
        (Pass, Right)
    );
}
