//! What the device itself puts on air.

use sixlo_frames::field::{FieldId, Value};
use sixlo_frames::packet::{Echo, Message, Packet};

use super::play::*;
use crate::evidence::{Phase, What};
use crate::fixture::{DUT, TESTER};
use crate::testcase::Expectation::Encoded;
use crate::testcase::{Direction, Pattern, Wanted};
use crate::trial::TrialStep;
use crate::verdict::{Outcome, Verdict};

use Outcome::{Dropped, Right, WrongValue};
use Verdict::{Fail, Pass};

const STEP: Phase = Phase::Step(0);

fn dispatch(value: u64) -> Pattern {
    Pattern {
        fields: vec![(FieldId::Dispatch, Wanted::Is(Value::Uint(value)))],
    }
}

fn sending(pattern: Pattern) -> Play {
    let mut play = Play::echo(vec![Encoded(pattern)]);
    play.case.direction = Direction::Send;
    play
}

#[test]
fn an_answer_that_restores_in_the_named_form_passes() {
    let play = |value| sending(dispatch(value)).begun().hears(STEP, &reply(PING));
    assert_eq!(play(0x41).word(), (Pass, Right));
    let other = play(0x42).judged();
    assert_eq!(
        (other.verdict, other.outcome),
        (Fail, Dropped),
        "the form was not used"
    );
    assert_eq!(
        other.observed,
        "another form: lowpan.dispatch expected 66 (0x42), observed 65 (0x41)"
    );
}

#[test]
fn an_answer_that_restores_to_something_else_is_a_wrong_encoding() {
    let wrong = reply_with(|echo| echo.data[1] = 0);
    let play = sending(dispatch(0x41)).begun().hears(STEP, &wrong);
    assert_eq!(play.word(), (Fail, WrongValue));
}

#[test]
fn a_frame_that_restores_to_nothing_is_a_wrong_encoding() {
    let mut psdu = frames(&reply(PING), DUT, TESTER, 1).remove(0);
    let at = psdu.iter().position(|octet| *octet == 0x41).unwrap();
    // SAC=1 and an unknown context.
    psdu.splice(at..at + 2, [0x7a, 0x53]);
    let length = psdu.len() - 2;
    let fcs = sixlo_frames::mac::fcs(&psdu[..length]).to_le_bytes();
    psdu[length..].copy_from_slice(&fcs);
    let play = sending(dispatch(0x41))
        .begun()
        .event(STEP, What::Heard(psdu));
    let judgement = play.judged();
    assert_eq!((judgement.verdict, judgement.outcome), (Fail, WrongValue));
    assert_eq!(
        judgement.observed,
        "a frame that does not restore: UnknownContext(0)"
    );
}

#[test]
fn a_given_packet_has_to_come_out_as_it_went_in() {
    let given = {
        let mut packet = from_dut(Message::EchoRequest(Echo {
            identifier: 1,
            sequence: 2,
            data: DATA.to_vec(),
        }));
        packet.header.traffic_class = 0xb9;
        packet
    };
    let play = |sent: Option<&Packet>| {
        let mut play = sending(Pattern::default());
        play.trial.steps = vec![TrialStep::SendIpv6(given.to_octets())];
        play.trial.control = None;
        match sent {
            Some(packet) => play.hears(STEP, packet),
            None => play,
        }
    };
    assert_eq!(play(Some(&given)).word(), (Pass, Right));
    assert_eq!(play(None).word(), (Verdict::Inconc, Outcome::Unknown));
    let refused = What::Refused("send-ipv6".to_owned(), "no socket sends this".to_owned());
    let refused = play(None).event(STEP, refused).judged();
    assert_eq!(refused.verdict, Verdict::None);
    assert_eq!(
        refused.cause,
        "not applicable: send-ipv6 was refused: no socket sends this"
    );
    let mut rotated = given.clone();
    rotated.header.traffic_class = 0x6e;
    let judgement = play(Some(&rotated)).judged();
    assert_eq!((judgement.verdict, judgement.outcome), (Fail, WrongValue));
    assert_eq!(
        judgement.observed,
        "frames that restore to a packet with another ipv6.traffic_class"
    );
}

#[test]
fn an_answer_to_the_sentinel_is_not_what_was_given_though_it_bears_the_same_data() {
    let (identifier, sequence) = SENTINEL;
    let given = from_dut(Message::EchoRequest(Echo {
        identifier,
        sequence,
        data: DATA.to_vec(),
    }));
    let mut play = sending(Pattern::default());
    play.trial.steps = vec![TrialStep::SendIpv6(given.to_octets())];
    play.trial.control = None;
    // What the device sent before it a sniffer has missed.
    let play = play
        .sentinel_sent(true)
        .hears(Phase::Sentinel, &reply(SENTINEL));
    assert_eq!(play.word(), (Verdict::Inconc, Outcome::Unknown));
}

#[test]
fn a_fragment_header_may_bear_a_length_in_place_of_its_reserved_octet() {
    use sixlo_frames::craft::{Body, FrameSpec, IphcSpec, NhcSpec, craft};
    use sixlo_frames::mac::{MacAddress, MacFrame};
    use sixlo_frames::packet::{ExtensionBody, Fragment};

    let given = from_dut(Message::EchoRequest(Echo {
        identifier: 1,
        sequence: 2,
        data: DATA.to_vec(),
    }))
    .with_extension(ExtensionBody::Fragment(Fragment {
        fragment_offset: 0,
        more_fragments: false,
        identification: 0xdead_beef,
    }))
    .to_octets();
    let compressed = NhcSpec::Extension {
        elide_padding: false,
    };
    let spec = |body: Body| FrameSpec {
        mac: MacFrame::data(
            1,
            0xabcd,
            MacAddress::Extended(TESTER),
            MacAddress::Extended(DUT),
        ),
        body,
        ..FrameSpec::default()
    };
    let in_nhc = spec(Body::Iphc(IphcSpec {
        nhc: vec![compressed],
        ..IphcSpec::default()
    }));
    let in_line = spec(Body::Iphc(IphcSpec::default()));
    // The octet in front of the offset and the identification.
    let sent_with = |spec: &FrameSpec, reserved: u8| {
        let mut psdu = craft(spec, &given).unwrap().remove(0);
        let field = [0, 0, 0, 0xde, 0xad, 0xbe, 0xef];
        let at = psdu.windows(7).position(|octets| octets == field).unwrap();
        psdu[at] = reserved;
        let length = psdu.len() - 2;
        let fcs = sixlo_frames::mac::fcs(&psdu[..length]).to_le_bytes();
        psdu[length..].copy_from_slice(&fcs);
        let mut play = sending(Pattern::default());
        play.trial.steps = vec![TrialStep::SendIpv6(given.clone())];
        play.trial.control = None;
        play.event(STEP, What::Heard(psdu)).word()
    };
    assert_eq!(sent_with(&in_nhc, 0), (Pass, Right));
    assert_eq!(sent_with(&in_nhc, 6), (Pass, Right));
    assert_eq!(sent_with(&in_nhc, 8), (Fail, WrongValue));
    assert_eq!(sent_with(&in_line, 0), (Pass, Right));
    assert_eq!(sent_with(&in_line, 6), (Fail, WrongValue));
}

#[test]
fn fragments_but_the_last_are_multiples_of_eight_octets() {
    use sixlo_frames::craft::{Body, FragmentSpec, Fragmentation, FrameSpec, craft};
    use sixlo_frames::mac::{MacAddress, MacFrame};

    let long = |message: fn(Echo) -> Message| {
        message(Echo {
            identifier: PING.0,
            sequence: PING.1,
            data: (0..100).collect(),
        })
    };
    let ping = to_dut(long(Message::EchoRequest));
    let pong = from_dut(long(Message::EchoReply)).to_octets();
    let piece = |start: u16, length: u16, offset: u8| FragmentSpec {
        start,
        length,
        tag: 7,
        datagram_offset: Some(offset),
        ..FragmentSpec::default()
    };
    let play = |plan: Vec<FragmentSpec>| {
        let spec = FrameSpec {
            mac: MacFrame::data(
                1,
                0xabcd,
                MacAddress::Extended(TESTER),
                MacAddress::Extended(DUT),
            ),
            fragmentation: Fragmentation::Plan(plan),
            body: Body::Ipv6,
            ..FrameSpec::default()
        };
        let mut play = sending(Pattern::default());
        play.trial.steps = vec![TrialStep::Send(stimulus(&ping, echo_nonce(PING)))];
        craft(&spec, &pong)
            .unwrap()
            .into_iter()
            .fold(play.begun(), |play, psdu| {
                play.event(STEP, What::Heard(psdu))
            })
            .judged()
    };
    let right = play(vec![piece(0, 80, 0), piece(80, 68, 10)]);
    assert_eq!(right.verdict, Pass, "{}", right.observed);
    // 76 octets, and the next one says that it starts at 80: nothing whole comes of it.
    let wrong = play(vec![piece(0, 76, 0), piece(76, 72, 10)]);
    assert_eq!(wrong.outcome, WrongValue);
    assert_eq!(wrong.observed, "fragments that never became a datagram");
}
