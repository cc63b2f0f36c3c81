//! What a router passes on.

use sixlo_frames::field::{FieldId, Value};
use sixlo_frames::packet::{Icmpv6, Ipv6Header, Message, Packet};

use super::play::*;
use crate::evidence::{Phase, What};
use crate::fixture::{DUT, PEER, TESTER};
use crate::testcase::Expectation::{self, Forwarded, Frame, Never};
use crate::testcase::{Pattern, Wanted};
use crate::verdict::{Outcome, Verdict};

use Outcome::{Dropped, Right, Unknown, WrongValue};
use Verdict::{Fail, Inconc, Pass};

const STEP: Phase = Phase::Step(0);
const TESTER_GLOBAL: &str = "2001:db8::212:4b00:0:1";
const PEER_GLOBAL: &str = "2001:db8::212:4b00:0:3";

/// The packet for the peer, with this hop limit.
fn through(hop_limit: u8) -> Packet {
    let header = Ipv6Header::new(addr(TESTER_GLOBAL), addr(PEER_GLOBAL)).with_hop_limit(hop_limit);
    Packet::new(header, Icmpv6::from(Message::EchoRequest(echo(PING))))
}

fn routing(then: Expectation, hop_limit: u8) -> Play {
    let stimulus = stimulus(&through(hop_limit), echo_nonce(PING));
    Play::of(stimulus, vec![then]).begun()
}

/// A frame of the device with this packet, to this node.
fn says(play: Play, packet: &Packet, src: [u8; 8], dst: [u8; 8]) -> Play {
    let frames = frames(packet, src, dst, 0x40).into_iter();
    frames.fold(play, |play, psdu| play.event(STEP, What::Heard(psdu)))
}

fn forwarded() -> Expectation {
    Forwarded(Pattern::default())
}

fn for_the_peer() -> Pattern {
    let dst = Value::Ipv6(addr(PEER_GLOBAL));
    Pattern {
        fields: vec![(FieldId::Ipv6Dst, Wanted::Is(dst))],
    }
}

#[test]
fn a_packet_goes_on_to_whom_it_is_for_with_its_hop_limit_one_lower() {
    let play = |packet: &Packet, src, dst| says(routing(forwarded(), 37), packet, src, dst).word();
    assert_eq!(play(&through(36), DUT, PEER), (Pass, Right));
    assert_eq!(play(&through(37), DUT, PEER), (Fail, WrongValue));
    assert_eq!(play(&through(35), DUT, PEER), (Fail, WrongValue));
    assert_eq!(play(&through(36), DUT, TESTER), (Fail, WrongValue), "back");
    assert_eq!(play(&through(36), TESTER, PEER), (Fail, WrongValue));
    let mut other = through(36);
    other.header.traffic_class = 1;
    assert_eq!(play(&other, DUT, PEER), (Fail, WrongValue));
    assert_eq!(routing(forwarded(), 37).word(), (Fail, Dropped));
}

#[test]
fn what_is_wrong_with_a_packet_passed_on_is_told() {
    let judged = says(routing(forwarded(), 37), &through(37), DUT, PEER).judged();
    assert_eq!(
        judged.observed,
        "the packet passed on with ipv6.hop_limit 37 (0x25) in place of 36 (0x24)"
    );
}

#[test]
fn a_used_up_hop_limit_has_nothing_to_be_passed_on() {
    assert_eq!(routing(forwarded(), 1).word(), (Inconc, Unknown));
    let never = || routing(Never(for_the_peer()), 1);
    assert_eq!(never().word(), (Pass, Right));
    let passed_on = says(never(), &through(0), DUT, PEER);
    assert_eq!(passed_on.word(), (Fail, WrongValue));
}

#[test]
fn an_echo_of_what_was_sent_is_not_passed_on() {
    let frame = || routing(Frame(for_the_peer()), 37);
    let echoed = says(frame(), &through(37), DUT, TESTER);
    assert_eq!(echoed.word(), (Fail, Dropped));
    let passed_on = says(frame(), &through(36), DUT, PEER);
    assert_eq!(passed_on.word(), (Pass, Right));
}
