//! Echo replies: right, wrong in each way, late, twice, and none.

use sixlo_frames::packet::{Checksum, Icmpv6, Message, Packet};

use super::play::*;
use crate::evidence::{Phase, Stop};
use crate::testcase::Expectation::EchoReply;
use crate::verdict::{Outcome, Rung, Seen, Verdict};

use Outcome::{Declined, Dropped, Right, Unknown, WrongValue};
use Verdict::{Fail, Inconc, Pass};

const STEP: Phase = Phase::Step(0);

fn begun() -> Play {
    Play::echo(vec![EchoReply]).begun()
}

#[test]
fn a_right_reply_passes() {
    let judgement = begun().hears(STEP, &reply(PING)).judged();
    assert_eq!((judgement.verdict, judgement.outcome), (Pass, Right));
    assert_eq!(
        (judgement.rung, judgement.seen),
        (Rung::ReplyRight, Seen::Replied)
    );
    assert_eq!(
        judgement.expected,
        "echo reply id 0x6c01 seq 7 from fe80::212:4b00:0:2 to fe80::212:4b00:0:1"
    );
    let delivered = begun().delivered(&request(PING)).hears(STEP, &reply(PING));
    assert_eq!(delivered.judged().seen, Seen::Delivered);
}

#[test]
fn a_wrong_reply_fails_by_a_wrong_value() {
    let to = |dst: &str| {
        let mut packet = reply(PING);
        packet.header.dst = addr(dst);
        packet
    };
    let from = |src: &str| {
        let mut packet = reply(PING);
        packet.header.src = addr(src);
        packet
    };
    let body = Message::EchoReply(sixlo_frames::packet::Echo {
        identifier: PING.0,
        sequence: PING.1,
        data: DATA.to_vec(),
    });
    let table: [(&str, Packet); 8] = [
        (
            "identifier 0x016c",
            reply_with(|echo| echo.identifier = 0x016c),
        ),
        (
            "sequence number 1792",
            reply_with(|echo| echo.sequence = 0x0700),
        ),
        ("data a1 a2", reply_with(|echo| echo.data.truncate(2))),
        (
            "a wrong checksum",
            from_dut(with_checksum(body.clone(), Checksum::Wrong)),
        ),
        ("code 1", from_dut(Icmpv6::from(body).with_code(1))),
        ("destination fe80::ff:fe00:1", to("fe80::ff:fe00:1")),
        ("source fe80::ff:fe00:2", from("fe80::ff:fe00:2")),
        ("source 2001:db8::2", from("2001:db8::2")),
    ];
    for (words, packet) in table {
        let judgement = begun().hears(STEP, &packet).judged();
        assert_eq!(
            (judgement.verdict, judgement.outcome),
            (Fail, WrongValue),
            "{words}"
        );
        assert!(
            judgement.observed.contains(words),
            "{} / {words}",
            judgement.observed
        );
    }
}

#[test]
fn a_wrong_answer_behind_a_right_one_is_wrong() {
    let play = begun()
        .hears(STEP, &reply(PING))
        .hears(STEP, &reply_with(|echo| echo.data[0] = 0));
    assert_eq!(play.word(), (Fail, WrongValue));
}

#[test]
fn answering_twice_or_late_is_right() {
    let twice = begun().hears(STEP, &reply(PING)).hears(STEP, &reply(PING));
    assert_eq!(twice.word(), (Pass, Right));
    let late = begun()
        .sentinel_sent(true)
        .hears(Phase::Sentinel, &reply(SENTINEL))
        .hears(Phase::Sentinel, &reply(PING))
        .stopped(Stop::Sentinel);
    assert_eq!(late.word(), (Pass, Right));
}

#[test]
fn silence_fails_only_where_everything_is_proven() {
    let sandwich = |taken: bool, control: bool, sentinel: bool, lossless: bool| {
        let mut play = Play::echo(vec![EchoReply]).control_sent(taken);
        if control {
            play = play.hears(Phase::Control, &reply(CONTROL));
        }
        play = play.sent(0, taken).sentinel_sent(taken);
        if sentinel {
            play = play.hears(Phase::Sentinel, &reply(SENTINEL));
        }
        play.evidence.lossless = lossless;
        play.stopped(if sentinel {
            Stop::Sentinel
        } else {
            Stop::Deadline
        })
    };
    assert_eq!(begun().word(), (Fail, Dropped), "taken, and settled");
    assert_eq!(sandwich(true, true, true, true).word(), (Fail, Dropped));
    assert_eq!(
        sandwich(true, true, false, true).word(),
        (Fail, Dropped),
        "deadline"
    );
    assert_eq!(
        sandwich(false, true, true, true).word(),
        (Fail, Dropped),
        "sandwich"
    );
    for (taken, control, sentinel, lossless, outcome) in [
        (false, true, false, true, Unknown),
        (false, false, true, true, Unknown),
        (true, false, true, true, Unknown),
        // Loss alone explains it.
        (false, true, true, false, Dropped),
        (true, true, true, false, Dropped),
        (false, false, false, false, Unknown),
    ] {
        let play = sandwich(taken, control, sentinel, lossless);
        assert_eq!(
            play.word(),
            (Inconc, outcome),
            "{taken} {control} {sentinel} {lossless}"
        );
        assert_ne!(play.judged().cause, "");
    }
    assert_eq!(begun().stopped(Stop::Broken).word(), (Inconc, Unknown));
}

#[test]
fn a_silent_or_wrong_control_judges_nothing() {
    let after = |control: Option<Packet>| {
        let mut play = Play::echo(vec![EchoReply]).control_sent(true);
        if let Some(packet) = control {
            play = play.hears(Phase::Control, &packet);
        }
        play.sent(0, true)
    };
    let mut wrong = reply(CONTROL);
    wrong.header.src = addr("fe80::ff:fe00:2");
    for (control, cause) in [
        (
            None,
            "the oracle cannot judge: the control was not answered",
        ),
        (
            Some(wrong),
            "the oracle cannot judge: the control was answered wrongly",
        ),
        (
            Some(class_unsupported(0)),
            "the oracle cannot judge: the control was declined, class unsupported, level 0",
        ),
    ] {
        let silent = after(control.clone()).judged();
        assert_eq!(silent.verdict, Inconc, "{cause}");
        assert!(silent.cause.starts_with(cause), "{}", silent.cause);
        let answered = after(control).hears(STEP, &reply_with(|echo| echo.data[0] = 0));
        assert_eq!(answered.word().0, Inconc);
    }
    // An answer is an answer.
    assert_eq!(after(None).hears(STEP, &reply(PING)).word(), (Pass, Right));
}

#[test]
fn class_unsupported_declines_if_it_is_well_made() {
    let declined = begun().hears(STEP, &class_unsupported(3)).judged();
    assert_eq!((declined.verdict, declined.outcome), (Fail, Declined));
    assert_eq!(declined.observed, "class unsupported, level 3");
    let too_high = begun().hears(STEP, &class_unsupported(6));
    assert_eq!(too_high.word(), (Fail, WrongValue));
    let mut elsewhere = class_unsupported(3);
    elsewhere.header.dst = addr("fe80::ff:fe00:1");
    assert_eq!(begun().hears(STEP, &elsewhere).word(), (Fail, WrongValue));
    let mut other_type = begun().hears(STEP, &class_unsupported(3));
    other_type.profile.class_unsupported_type = 200;
    assert_eq!(other_type.word(), (Fail, Dropped));
}

#[test]
fn a_solicitation_for_nobodys_address_is_a_wrong_value() {
    let asks = |src: &str, dst: &str, target: &str| {
        let judgement = begun()
            .hears(STEP, &solicitation(src, dst, target))
            .judged();
        (judgement.outcome, judgement.observed)
    };
    let (outcome, observed) = asks(DUT_LL, "ff02::1:ff00:11", "fe80::abcd:11");
    assert_eq!(outcome, WrongValue);
    assert_eq!(
        observed,
        "a neighbour solicitation for fe80::abcd:11, an address nobody sent"
    );
    // Duplicate address detection, and a probe of a neighbour it knew before.
    assert_eq!(asks("::", "ff02::1:ff00:11", "fe80::abcd:11").0, Dropped);
    assert_eq!(asks(DUT_LL, "fe80::abcd:11", "fe80::abcd:11").0, Dropped);
}

#[test]
fn an_answer_dropped_while_its_receiver_was_resolved_is_no_drop_of_the_stimulus() {
    let asking = begun().hears(STEP, &solicitation(DUT_LL, "ff02::1:ff00:1", TESTER_LL));
    let judgement = asking.judged();
    assert_eq!(judgement.verdict, Inconc);
    assert_eq!(judgement.rung, Rung::Decompressed);
    assert_eq!(
        judgement.cause,
        "it solicited fe80::212:4b00:0:1 and sent no answer there afterwards"
    );
    assert_eq!(asking.hears(STEP, &reply(PING)).word(), (Pass, Right));
}

#[test]
fn an_error_instead_of_a_reply_is_a_wrong_value() {
    let error = from_dut(
        Icmpv6::from(Message::ParameterProblem {
            pointer: 6,
            quote: request(PING).to_octets(),
        })
        .with_code(1),
    );
    let judgement = begun().hears(STEP, &error).judged();
    assert_eq!((judgement.verdict, judgement.outcome), (Fail, WrongValue));
    assert_eq!(judgement.seen, Seen::Quoted);
}

#[test]
fn an_answer_from_an_attempt_before_makes_this_silence_worthless() {
    let mut play = Play::echo(vec![EchoReply])
        .control_sent(true)
        .hears(Phase::Control, &reply(PING))
        .hears(Phase::Control, &reply(CONTROL))
        .sent(0, true);
    play.evidence.attempt = 2;
    assert_eq!(play.word(), (Inconc, Unknown));
}

#[test]
fn anybody_but_another_node_may_answer_a_multicast_ping() {
    let mut ping = request(PING);
    ping.header.dst = addr("ff02::1");
    let play = || Play::of(stimulus(&ping, echo_nonce(PING)), vec![EchoReply]).begun();
    let from = |src: &str| {
        let mut packet = reply(PING);
        packet.header.src = addr(src);
        play().hears(STEP, &packet).word()
    };
    assert_eq!(from(DUT_LL), (Pass, Right));
    assert_eq!(from("2001:db8::77"), (Pass, Right));
    assert_eq!(from(TESTER_LL), (Fail, WrongValue));
    assert_eq!(from("ff02::1"), (Fail, WrongValue));
}

#[test]
fn an_echo_proves_nothing_where_wrong_checksums_are_answered() {
    let mut play = begun().hears(STEP, &reply(PING));
    play.calibration.drops_wrong_icmpv6_checksum = Some(false);
    assert_eq!(play.word(), (Inconc, Unknown));
    assert_eq!(play.delivered(&request(PING)).word(), (Pass, Right));
}

#[test]
fn a_fragmented_reply_is_put_together_and_half_of_one_is_no_silence() {
    let long = |numbers: (u16, u16), packet: fn(sixlo_frames::packet::Echo) -> Message| {
        packet(sixlo_frames::packet::Echo {
            identifier: numbers.0,
            sequence: numbers.1,
            data: (0..200).collect(),
        })
    };
    let ping = to_dut(long(PING, Message::EchoRequest));
    let pong = from_dut(long(PING, Message::EchoReply));
    let play = || Play::of(stimulus(&ping, echo_nonce(PING)), vec![EchoReply]).begun();
    assert_eq!(play().hears(STEP, &pong).word(), (Pass, Right));
    let mut half = play().hears(STEP, &pong);
    half.evidence.events.pop();
    assert_eq!(half.word(), (Inconc, Unknown));
}

#[test]
fn replies_to_control_and_sentinel_answer_nothing_else() {
    let play = begun().hears(STEP, &reply(CONTROL));
    assert_eq!(play.word(), (Fail, Dropped));
}

#[test]
fn what_a_device_that_does_not_settle_says_is_told_by_its_nonce() {
    let stray = reply_with(|echo| {
        echo.identifier = 0x1111;
        echo.sequence = 0x2222;
    });
    let mut play = begun().hears(STEP, &stray);
    assert_eq!(
        play.word(),
        (Fail, WrongValue),
        "it settles: whatever comes belongs here"
    );
    play.profile.settles = false;
    assert_eq!(
        play.word(),
        (Fail, Dropped),
        "it may belong to a trial before"
    );
}
