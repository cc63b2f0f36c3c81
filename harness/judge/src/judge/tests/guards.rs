//! Guards: nothing may show that the frame was taken, and silence must be proven.

use sixlo_frames::packet::{Checksum, Echo, Icmpv6, Message, Packet};

use super::play::*;
use crate::evidence::{Phase, Stop, What};
use crate::profile::Tap;
use crate::testcase::Expectation::{Alive, EchoReply, NotTaken};
use crate::testcase::{Expectation, Kind};
use crate::trial::Nonce;
use crate::verdict::{Outcome, Verdict};

use Outcome::{Crashed, Declined, Dropped, Right, Unknown, WrongValue};
use Verdict::{Fail, Inconc, Pass};

const STEP: Phase = Phase::Step(0);

fn guarding() -> Play {
    let mut play = Play::echo(vec![NotTaken]);
    play.case.kind = Kind::Guard;
    play
}

fn begun() -> Play {
    guarding().begun()
}

#[test]
fn proven_silence_and_class_unsupported_pass() {
    assert_eq!(begun().word(), (Pass, Right));
    assert_eq!(
        begun().hears(STEP, &class_unsupported(2)).word(),
        (Pass, Right)
    );
}

#[test]
fn silence_without_proof_passes_nothing() {
    let not_taken = guarding()
        .control_sent(false)
        .hears(Phase::Control, &reply(CONTROL))
        .sent(0, false);
    assert_eq!(not_taken.word(), (Inconc, Unknown));
    let dead = guarding().control_sent(true).sent(0, true);
    assert_eq!(dead.word(), (Inconc, Unknown));
    assert_eq!(begun().stopped(Stop::Broken).word(), (Inconc, Unknown));
}

#[test]
fn what_stands_behind_the_end_of_a_quoted_packet_is_no_sign_of_taking() {
    let data = [0xdc, 0xad, 0x4f, 0xd8, 0x1e, 0xcd, 0x98, 0x0c];
    let guard = udp(5683, 9, &data);
    let play = || {
        let nonce = Nonce::Quote(data.to_vec());
        let mut play = Play::of(stimulus(&guard, nonce), vec![NotTaken]);
        play.case.kind = Kind::Guard;
        play.begun()
    };
    assert_eq!(
        play().hears(STEP, &port_unreachable(&guard)).word(),
        (Fail, WrongValue)
    );
    // An error about another packet, longer than that: what its sender's memory held before.
    let left_over = |quoted: &Packet| {
        let quote = [&quoted.to_octets()[..], &[0; 6], &data].concat();
        from_dut(Icmpv6::from(Message::DestinationUnreachable(quote)).with_code(4))
    };
    let another = left_over(&udp(5683, 9, b"another "));
    assert_eq!(play().hears(STEP, &another).word(), (Pass, Right));
    // Nor does it hide that the packet itself is quoted.
    let own = left_over(&guard);
    assert_eq!(play().hears(STEP, &own).word(), (Fail, WrongValue));
}

#[test]
fn any_sign_of_taking_fails_whatever_became_of_the_control() {
    let signs: [Packet; 4] = [
        reply(PING),
        reply_with(|echo| echo.identifier = 1),
        port_unreachable(&request(PING)),
        solicitation(DUT_LL, "ff02::1:ff00:11", "fe80::abcd:11"),
    ];
    for sign in signs {
        assert_eq!(
            begun().hears(STEP, &sign).word(),
            (Fail, WrongValue),
            "{sign:?}"
        );
        let late = begun()
            .sentinel_sent(true)
            .hears(Phase::Sentinel, &reply(SENTINEL))
            .hears(Phase::Sentinel, &sign);
        assert_eq!(late.word(), (Fail, WrongValue));
        let no_control = guarding()
            .control_sent(true)
            .sent(0, true)
            .hears(STEP, &sign);
        assert_eq!(no_control.word(), (Fail, WrongValue));
    }
}

#[test]
fn an_open_port_that_brings_the_data_back_has_taken_it() {
    let tag = b"sixlo-7!";
    let there = udp(0xf0b1, 0xf0b7, tag);
    let mut back = udp(0xf0b7, 0xf0b1, tag);
    (back.header.src, back.header.dst) = (there.header.dst, there.header.src);
    let mut play = Play::of(stimulus(&there, Nonce::Quote(tag.to_vec())), vec![NotTaken]);
    play.case.kind = Kind::Guard;
    assert_eq!(play.begun().hears(STEP, &back).word(), (Fail, WrongValue));
}

#[test]
fn chatter_is_no_sign_of_taking() {
    let chatter = begun()
        .hears(STEP, &solicitation("::", "ff02::1:ff00:2", DUT_LL))
        .hears(STEP, &advertisement(DUT_LL));
    assert_eq!(chatter.word(), (Pass, Right));
    // It wants to tell the sender something, and never does.
    let asking = begun().hears(STEP, &solicitation(DUT_LL, "ff02::1:ff00:1", TESTER_LL));
    assert_eq!(asking.word(), (Inconc, Unknown));
}

/// An echo request with a wrong checksum.
fn wrong_checksum() -> Packet {
    let message = Message::EchoRequest(Echo {
        identifier: PING.0,
        sequence: PING.1,
        data: DATA.to_vec(),
    });
    to_dut(with_checksum(message, Checksum::Wrong))
}

#[test]
fn a_tap_before_the_checks_does_not_decide_guards_on_them() {
    let delivering = |tap: Tap, packet: &Packet| {
        let mut play = Play::of(stimulus(packet, echo_nonce(PING)), vec![NotTaken]);
        play.case.kind = Kind::Guard;
        play.profile.tap = tap;
        play.begun().delivered(packet).word()
    };
    let mut elsewhere = request(PING);
    elsewhere.header.dst = addr("2001:db8:77::77");
    for (tap, packet, word) in [
        (Tap::BeforeChecks, wrong_checksum(), (Pass, Right)),
        (Tap::AfterIpv6, wrong_checksum(), (Pass, Right)),
        (Tap::AfterTransport, wrong_checksum(), (Fail, WrongValue)),
        (Tap::BeforeChecks, elsewhere.clone(), (Pass, Right)),
        (Tap::AfterIpv6, elsewhere, (Fail, WrongValue)),
        (Tap::BeforeChecks, request(PING), (Fail, WrongValue)),
    ] {
        assert_eq!(delivering(tap, &packet), word, "{tap:?} {packet:?}");
    }
}

#[test]
fn a_control_as_invalid_as_its_guard_is_not_waited_for() {
    let mut play = Play::of(
        stimulus(&wrong_checksum(), echo_nonce(PING)),
        vec![NotTaken],
    );
    play.case.kind = Kind::Guard;
    let mut control = wrong_checksum();
    control.header.traffic_class = 1;
    play.trial.control = Some(stimulus(&control, echo_nonce(CONTROL)));
    assert_eq!(play.control_sent(true).sent(0, true).word(), (Pass, Right));
}

#[test]
fn a_frame_without_a_nonce_is_answered_by_what_comes_in_its_step() {
    let nonsense = || {
        let mut play = Play::of(stimulus(&request(PING), Nonce::None), vec![NotTaken]);
        play.case.kind = Kind::Guard;
        play.begun()
    };
    assert_eq!(nonsense().word(), (Pass, Right));
    let mut answered = nonsense().hears(STEP, &reply((0x1111, 0x2222)));
    assert_eq!(answered.word(), (Fail, WrongValue));
    answered.profile.settles = false;
    assert_eq!(answered.word(), (Pass, Right), "it may be another trial's");
}

#[test]
fn where_no_checksum_is_verified_an_answer_does_not_tell_how_a_bait_was_decoded() {
    // On air stands another packet than the one the bait's checksum is right for.
    let mut bait = request(PING);
    bait.header.src = addr("fe80::ff:fe00:1");
    let baiting = |verifies: Option<bool>, answer: &Packet| {
        let mut sent = stimulus(&request(PING), echo_nonce(PING));
        sent.packet = bait.to_octets();
        let mut play = Play::of(sent, vec![NotTaken]);
        play.case.kind = Kind::Guard;
        play.calibration.drops_wrong_icmpv6_checksum = verifies;
        play.begun().hears(STEP, answer).word()
    };
    // The right decoding's addresses, and the bait's.
    let decoded_rightly = reply(PING);
    let mut taken = reply(PING);
    taken.header.dst = bait.header.src;
    assert_eq!(baiting(Some(true), &decoded_rightly), (Fail, WrongValue));
    assert_eq!(baiting(None, &decoded_rightly), (Fail, WrongValue));
    assert_eq!(baiting(Some(false), &decoded_rightly), (Inconc, Unknown));
    assert_eq!(baiting(Some(false), &taken), (Fail, WrongValue));
    // What its tap shows of the frame tells more than the answer.
    let tapped = |packet: &Packet| {
        let mut sent = stimulus(&wrong_checksum(), echo_nonce(PING));
        sent.packet = bait.to_octets();
        let mut play = Play::of(sent, vec![NotTaken]);
        play.case.kind = Kind::Guard;
        play.profile.tap = Tap::BeforeChecks;
        play.calibration.drops_wrong_icmpv6_checksum = Some(false);
        let play = play.begun().delivered(packet);
        play.hears(STEP, &decoded_rightly).word()
    };
    assert_eq!(tapped(&wrong_checksum()), (Pass, Right));
    let mut neither = wrong_checksum();
    neither.header.src = addr("fe80::2");
    assert_eq!(tapped(&neither), (Inconc, Unknown));
    assert_eq!(tapped(&bait), (Fail, WrongValue));
    // A guard on the checksum itself stays one.
    let mut play = Play::of(
        stimulus(&wrong_checksum(), echo_nonce(PING)),
        vec![NotTaken],
    );
    play.case.kind = Kind::Guard;
    play.calibration.drops_wrong_icmpv6_checksum = Some(false);
    assert_eq!(
        play.begun().hears(STEP, &reply(PING)).word(),
        (Fail, WrongValue)
    );
}

#[test]
fn disorder_on_the_air_excuses_silence_and_a_wrong_value_but_nothing_said() {
    let disturbed = |mut play: Play| {
        play.evidence.disturbed = true;
        play.judged()
    };
    let begun = || Play::echo(vec![EchoReply]).begun();
    let silent = disturbed(begun());
    assert_eq!((silent.verdict, silent.outcome), (Inconc, Unknown));
    assert_eq!(
        silent.cause,
        "no answer; the device had settled, but the air doubled frames or changed their order"
    );
    let right = disturbed(begun().hears(STEP, &reply(PING)));
    assert_eq!((right.verdict, right.outcome), (Pass, Right));
    let declined = disturbed(begun().hears(STEP, &class_unsupported(1)));
    assert_eq!((declined.verdict, declined.outcome), (Fail, Declined));
    let died = disturbed(begun().event(STEP, What::Exited("killed".to_owned())));
    assert_eq!((died.verdict, died.outcome), (Fail, Crashed));
}

#[test]
fn alive_needs_an_answer_after_the_stimulus() {
    let mut play = Play::echo(vec![NotTaken, Alive]);
    play.case.kind = Kind::Guard;
    let asked = play.begun().sentinel_sent(true);
    let alive = asked.clone().hears(Phase::Sentinel, &reply(SENTINEL));
    assert_eq!(alive.word(), (Pass, Right));
    assert_eq!(asked.word(), (Fail, Dropped));
    let mut lossy = asked;
    lossy.evidence.lossless = false;
    assert_eq!(lossy.word(), (Inconc, Unknown));
    let mut never_asked = Play::echo(vec![Alive]);
    never_asked.case.kind = Kind::Guard;
    assert_eq!(never_asked.begun().word(), (Inconc, Unknown));
}

/// A device whose way loses frames, between two answered liveness checks.
fn on_a_lossy_way(mut play: Play) -> Play {
    play.evidence.lossless = false;
    play.profile.loss = 0.01;
    play.profile.settles = false;
    play.hears(Phase::Sentinel, &reply(SENTINEL))
        .stopped(Stop::Sentinel)
}

fn checked_before(then: Expectation) -> Play {
    let play = Play::echo(vec![then]).control_sent(false);
    play.hears(Phase::Control, &reply(CONTROL)).sent(0, false)
}

#[test]
fn silence_that_is_right_may_be_loss_and_is_asked_again() {
    let mut guard = checked_before(NotTaken).sentinel_sent(false);
    guard.case.kind = Kind::Guard;
    assert_eq!(on_a_lossy_way(guard).word(), (Inconc, Right));
    let mut alone = Play::echo(vec![NotTaken])
        .sent(0, false)
        .sentinel_sent(false);
    alone.case.kind = Kind::Guard;
    assert_eq!(
        on_a_lossy_way(alone).word(),
        (Inconc, Unknown),
        "no check before it"
    );
}

#[test]
fn a_wrong_answer_to_one_frame_needs_no_other_that_loss_may_have_taken() {
    let wrong = || reply_with(|echo| echo.data.clear());
    let one = checked_before(EchoReply).hears(STEP, &wrong());
    assert_eq!(
        on_a_lossy_way(one.sentinel_sent(false)).word(),
        (Fail, WrongValue)
    );
    let two = checked_before(EchoReply)
        .sent(0, false)
        .hears(STEP, &wrong());
    assert_eq!(
        on_a_lossy_way(two.sentinel_sent(false)).word(),
        (Inconc, WrongValue)
    );
}
