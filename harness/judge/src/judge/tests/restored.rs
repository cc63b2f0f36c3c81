//! Restored packets, quoted and delivered, and how far oracles are trusted.

use sixlo_frames::field::{FieldId, Value};
use sixlo_frames::packet::{Checksum, Packet, Payload};

use super::play::*;
use crate::calibration::{Calibration, Sight};
use crate::evidence::Phase;
use crate::judge::calibrate;
use crate::testcase::Expectation::{self, NotTaken, QuotedChain, Restored};
use crate::testcase::{Kind, OnMatch, Pattern, Wanted};
use crate::trial::{Nonce, TrialStep};
use crate::verdict::{Outcome, Rung, Seen, Verdict};

use Outcome::{Right, Unknown, WrongValue};
use Verdict::{Fail, Inconc, Pass};

const STEP: Phase = Phase::Step(0);
const TAG: &[u8] = b"sixlo-7!";
const CONTROL_TAG: &[u8] = b"sixlo-8!";

fn same(fields: &[FieldId]) -> Expectation {
    Restored(Pattern {
        fields: fields.iter().map(|field| (*field, Wanted::Same)).collect(),
    })
}

fn stimulus_packet(tag: &[u8]) -> Packet {
    let mut packet = udp(0xf0b1, 0xf0b2, tag);
    packet.header.traffic_class = 0xb9;
    packet
}

/// UDP to a closed port, with its control in the simplest form answered rightly or not at all.
fn asking(fields: &[FieldId]) -> Play {
    let sent = stimulus(&stimulus_packet(TAG), Nonce::Quote(TAG.to_vec()));
    let mut play = Play::of(sent, vec![same(fields)]);
    let control = stimulus(
        &stimulus_packet(CONTROL_TAG),
        Nonce::Quote(CONTROL_TAG.to_vec()),
    );
    play.trial.control = Some(control);
    play.control_sent(true)
}

fn begun(fields: &[FieldId]) -> Play {
    asking(fields)
        .hears(
            Phase::Control,
            &port_unreachable(&stimulus_packet(CONTROL_TAG)),
        )
        .sent(0, true)
}

/// The same with something changed.
fn changed(tag: &[u8], change: impl Fn(&mut Packet)) -> Packet {
    let mut packet = stimulus_packet(tag);
    change(&mut packet);
    packet
}

fn udp_of(packet: &mut Packet) -> &mut sixlo_frames::packet::Udp {
    match &mut packet.payload {
        Payload::Udp(udp) => udp,
        other => panic!("{other:?}"),
    }
}

const PORTS: &[FieldId] = &[FieldId::UdpSrcPort, FieldId::UdpDstPort];

#[test]
fn a_quote_that_shows_the_named_fields_passes() {
    let judgement = begun(PORTS)
        .hears(STEP, &port_unreachable(&stimulus_packet(TAG)))
        .judged();
    assert_eq!((judgement.verdict, judgement.outcome), (Pass, Right));
    assert_eq!(
        (judgement.rung, judgement.seen),
        (Rung::ReplyRight, Seen::Quoted)
    );
}

/// In a sweep whose rows share one expectation, where only some ask for an echo.
#[test]
fn an_echo_reply_that_nothing_asks_for_is_no_alternative() {
    let either = || {
        let mut play = begun(PORTS);
        let restored = play.trial.then.remove(0);
        let both = [Expectation::EchoReply, restored].map(|one| (one, OnMatch::Pass));
        play.trial.then.push(Expectation::AnyOf(both.into()));
        play
    };
    let right = either().hears(STEP, &port_unreachable(&stimulus_packet(TAG)));
    assert_eq!(right.word(), (Pass, Right));
    let wrong = changed(TAG, |packet| udp_of(packet).dst_port = 0xf0c2);
    let wrong = either().hears(STEP, &port_unreachable(&wrong));
    assert_eq!(wrong.word(), (Fail, WrongValue));
}

#[test]
fn a_quote_that_shows_another_value_fails_in_words() {
    let wrong = changed(TAG, |packet| udp_of(packet).dst_port = 0xf0c2);
    let judgement = begun(PORTS).hears(STEP, &port_unreachable(&wrong)).judged();
    assert_eq!((judgement.verdict, judgement.outcome), (Fail, WrongValue));
    assert_eq!(
        judgement.observed,
        "udp.dst_port expected 61618 (0xf0b2), observed 61634 (0xf0c2)"
    );
}

#[test]
fn each_wrong_field_is_told() {
    let wrong = changed(TAG, |packet| {
        udp_of(packet).src_port = 0xf0d1;
        udp_of(packet).dst_port = 0xf0c2;
    });
    let judgement = begun(PORTS).hears(STEP, &port_unreachable(&wrong)).judged();
    assert_eq!((judgement.verdict, judgement.outcome), (Fail, WrongValue));
    assert_eq!(
        judgement.observed,
        "udp.src_port expected 61617 (0xf0b1), observed 61649 (0xf0d1), \
         udp.dst_port expected 61618 (0xf0b2), observed 61634 (0xf0c2)"
    );
}

#[test]
fn only_named_fields_are_compared() {
    let other = changed(TAG, |packet| {
        udp_of(packet).checksum = Checksum::Zero;
        packet.header.traffic_class = 0;
        packet.header.hop_limit = 63;
    });
    let play = begun(PORTS).hears(STEP, &port_unreachable(&other));
    assert_eq!(play.word(), (Pass, Right));
}

#[test]
fn a_field_the_control_shows_wrongly_is_not_judged() {
    let blind = |tag| {
        port_unreachable(&changed(tag, |packet| {
            udp_of(packet).checksum = Checksum::Zero;
        }))
    };
    let play = asking(&[FieldId::UdpChecksum])
        .hears(Phase::Control, &blind(CONTROL_TAG))
        .sent(0, true)
        .hears(STEP, &blind(TAG));
    let judgement = play.judged();
    assert_eq!(judgement.verdict, Inconc);
    assert_eq!(judgement.cause, "the quote is blind for udp.checksum");
}

#[test]
fn a_calibrated_oracle_is_trusted_as_far_as_it_was_tried() {
    let field = FieldId::Ipv6TrafficClass;
    let lost = port_unreachable(&changed(TAG, |packet| packet.header.traffic_class = 0));
    let kept = port_unreachable(&stimulus_packet(TAG));
    let with = |sight: Option<Sight>, answer: &Packet| {
        let mut play = asking(&[field]).sent(0, true).hears(STEP, answer);
        play.trial.control = None;
        if let Some(sight) = sight {
            play.calibration.note(Seen::Quoted, field, sight);
        }
        play.word()
    };
    assert_eq!(with(Some(Sight::Sees), &lost), (Fail, WrongValue));
    assert_eq!(with(Some(Sight::Sees), &kept), (Pass, Right));
    assert_eq!(with(Some(Sight::Blind), &lost), (Inconc, Unknown));
    assert_eq!(with(Some(Sight::Blind), &kept), (Inconc, Unknown));
    assert_eq!(with(None, &lost), (Inconc, Unknown));
    assert_eq!(with(None, &kept), (Pass, Right), "no blind oracle shows b9");
}

#[test]
fn a_blind_quote_is_made_good_by_a_delivered_packet() {
    let field = FieldId::UdpChecksum;
    let zero = |tag| {
        port_unreachable(&changed(tag, |packet| {
            udp_of(packet).checksum = Checksum::Zero
        }))
    };
    let play = |delivered: &Packet| {
        asking(&[field])
            .hears(Phase::Control, &zero(CONTROL_TAG))
            .sent(0, true)
            .delivered(delivered)
            .hears(STEP, &zero(TAG))
    };
    assert_eq!(play(&stimulus_packet(TAG)).word(), (Pass, Right));
    assert_eq!(play(&stimulus_packet(TAG)).judged().seen, Seen::Delivered);
    let mut wrong = play(&changed(TAG, |packet| {
        udp_of(packet).checksum = Checksum::Wrong
    }));
    wrong.calibration.note(Seen::Delivered, field, Sight::Sees);
    assert_eq!(wrong.word(), (Fail, WrongValue));
}

#[test]
fn quotes_are_compared_by_prefix() {
    let cut = |octets: usize| {
        let mut quote = stimulus_packet(TAG).to_octets();
        quote.truncate(octets);
        let message = sixlo_frames::packet::Message::DestinationUnreachable(quote);
        from_dut(sixlo_frames::packet::Icmpv6::from(message).with_code(4))
    };
    // Ports and no data: the nonce is cut off, the named fields are there.
    assert_eq!(begun(PORTS).hears(STEP, &cut(48)).word(), (Pass, Right));
    let judgement = begun(PORTS).hears(STEP, &cut(40)).judged();
    assert_eq!(judgement.verdict, Inconc);
    assert!(
        judgement.cause.contains("does not show udp.src_port"),
        "{}",
        judgement.cause
    );
}

#[test]
fn a_quote_whose_nonce_is_wrong_belongs_to_its_step() {
    let wrong = changed(b"SIXLO-7!", |packet| udp_of(packet).dst_port = 0xf0c2);
    let mut play = begun(PORTS).hears(STEP, &port_unreachable(&wrong));
    assert_eq!(play.word(), (Fail, WrongValue));
    play.profile.settles = false;
    assert_eq!(
        play.word().1,
        Outcome::Dropped,
        "it may belong to a trial before"
    );
}

#[test]
fn limited_errors_prove_no_silence() {
    let mut play = begun(PORTS);
    assert_eq!(play.word(), (Fail, Outcome::Dropped));
    play.calibration.limits_errors = Some(true);
    assert_eq!(play.word(), (Inconc, Unknown));
}

#[test]
fn a_quoted_tunnel_shows_its_headers() {
    let inner = request(PING);
    let header =
        sixlo_frames::packet::Ipv6Header::new(addr("fe80::11:2233:4455:6677"), addr(DUT_LL));
    let outer = Packet::new(header, Payload::Ipv6(Box::new(inner.clone())));
    let play = |answer: &Packet| {
        Play::of(
            stimulus(&outer, echo_nonce(PING)),
            vec![QuotedChain(vec![41, 58])],
        )
        .begun()
        .hears(STEP, answer)
        .word()
    };
    assert_eq!(play(&port_unreachable(&outer)), (Pass, Right));
    assert_eq!(play(&port_unreachable(&inner)), (Fail, WrongValue));
}

fn calibration_of(play: Play) -> Calibration {
    let mut case = play.case.clone();
    case.kind = Kind::Calibration;
    calibrate(&play.profile, &[(case, play.trial, play.evidence)])
}

#[test]
fn calibration_notes_each_field_of_each_oracle() {
    let fields = [
        FieldId::Ipv6TrafficClass,
        FieldId::UdpChecksum,
        FieldId::Ipv6FlowLabel,
    ];
    let answer = port_unreachable(&changed(TAG, |packet| {
        udp_of(packet).checksum = Checksum::Zero
    }));
    let calibration = calibration_of(begun(&fields).hears(STEP, &answer));
    assert_eq!(calibration.sight(Seen::Quoted, fields[0]), Sight::Sees);
    assert_eq!(calibration.sight(Seen::Quoted, fields[1]), Sight::Blind);
    // Zero was sent: a blind oracle would show the same.
    assert_eq!(calibration.sight(Seen::Quoted, fields[2]), Sight::Untested);
    assert_eq!(
        calibration.sight(Seen::Delivered, fields[0]),
        Sight::Untested
    );
}

#[test]
fn calibration_finds_who_checks_no_checksum() {
    let message = sixlo_frames::packet::Message::EchoRequest(sixlo_frames::packet::Echo {
        identifier: PING.0,
        sequence: PING.1,
        data: DATA.to_vec(),
    });
    let packet = to_dut(with_checksum(message, Checksum::Wrong));
    let play = Play::of(stimulus(&packet, echo_nonce(PING)), vec![NotTaken]).begun();
    let drops = |play: Play| calibration_of(play).drops_wrong_icmpv6_checksum;
    assert_eq!(drops(play.clone()), Some(true));
    assert_eq!(drops(play.clone().hears(STEP, &reply(PING))), Some(false));
    assert_eq!(drops(play.stopped(crate::evidence::Stop::Broken)), None);
}

#[test]
fn calibration_finds_a_limit_of_errors() {
    let tags: [&[u8]; 3] = [b"sixlo-1!", b"sixlo-2!", b"sixlo-3!"];
    let answered = |count: usize| {
        let mut play = Play::echo(vec![]);
        play.trial.control = None;
        play.trial.steps = tags
            .iter()
            .map(|tag| TrialStep::Send(stimulus(&udp(1, 2, tag), Nonce::Quote(tag.to_vec()))))
            .collect();
        for step in 0..3 {
            play = play.sent(step, true);
            if usize::from(step) < count {
                play = play.hears(
                    Phase::Step(step),
                    &port_unreachable(&udp(1, 2, tags[usize::from(step)])),
                );
            }
        }
        calibration_of(play).limits_errors
    };
    assert_eq!(answered(3), Some(false));
    assert_eq!(answered(2), Some(true));
    assert_eq!(answered(0), None);
}

#[test]
fn wishes_other_than_same() {
    let wish = |wanted: Wanted| {
        let mut play = begun(PORTS).hears(STEP, &port_unreachable(&stimulus_packet(TAG)));
        play.trial.then = vec![Restored(Pattern {
            fields: vec![(FieldId::UdpDstPort, wanted)],
        })];
        play.word().0
    };
    let port = Value::Uint(0xf0b2);
    assert_eq!(wish(Wanted::Is(port.clone())), Pass);
    assert_eq!(wish(Wanted::AnyOf(vec![Value::Uint(1), port])), Pass);
    assert_eq!(wish(Wanted::Between(0xf0b0, 0xf0bf)), Pass);
    assert_eq!(wish(Wanted::Present), Pass);
}
