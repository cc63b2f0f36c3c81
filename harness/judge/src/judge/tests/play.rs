//! A trial and its evidence, written down event by event.

use std::net::Ipv6Addr;

use sixlo_frames::craft::{Body, Fragmentation, FrameSpec, craft};
use sixlo_frames::mac::{MacAddress, MacFrame};
use sixlo_frames::packet::{
    Checksum, Echo, Icmpv6, Ipv6Header, Message, NeighborAdvertisement, Packet, Udp,
};

use crate::calibration::Calibration;
use crate::evidence::{Cause, Event, Evidence, Phase, Stop, What};
use crate::fixture::{self, DUT, TESTER};
use crate::judge::judge;
use crate::profile::Profile;
use crate::testcase::{Expectation, TestCase};
use crate::trial::{Identity, Nonce, Stimulus, Trial, TrialStep};
use crate::verdict::{Judgement, Outcome, Verdict};

pub const TESTER_LL: &str = "fe80::212:4b00:0:1";
pub const DUT_LL: &str = "fe80::212:4b00:0:2";
pub const PING: (u16, u16) = (0x6c01, 7);
pub const CONTROL: (u16, u16) = (0x6c02, 8);
pub const SENTINEL: (u16, u16) = (0x6c03, 9);
pub const DATA: &[u8] = &[0xa1, 0xa2, 0xa3, 0xa4];

pub fn addr(text: &str) -> Ipv6Addr {
    text.parse().unwrap()
}

/// A packet from the tester to the DUT.
pub fn to_dut(message: impl Into<Icmpv6>) -> Packet {
    Packet::new(
        Ipv6Header::new(addr(TESTER_LL), addr(DUT_LL)),
        message.into().into_payload(),
    )
}

/// A packet from the DUT to the tester.
pub fn from_dut(message: impl Into<Icmpv6>) -> Packet {
    Packet::new(
        Ipv6Header::new(addr(DUT_LL), addr(TESTER_LL)),
        message.into().into_payload(),
    )
}

trait IntoPayload {
    fn into_payload(self) -> sixlo_frames::packet::Payload;
}

impl IntoPayload for Icmpv6 {
    fn into_payload(self) -> sixlo_frames::packet::Payload {
        sixlo_frames::packet::Payload::Icmpv6(self)
    }
}

pub fn echo((identifier, sequence): (u16, u16)) -> Echo {
    Echo {
        identifier,
        sequence,
        data: DATA.to_vec(),
    }
}

pub fn request(numbers: (u16, u16)) -> Packet {
    to_dut(Message::EchoRequest(echo(numbers)))
}

pub fn reply(numbers: (u16, u16)) -> Packet {
    from_dut(Message::EchoReply(echo(numbers)))
}

pub fn reply_with(change: impl Fn(&mut Echo)) -> Packet {
    let mut changed = echo(PING);
    change(&mut changed);
    from_dut(Message::EchoReply(changed))
}

pub fn with_checksum(message: Message, checksum: Checksum) -> Icmpv6 {
    Icmpv6 {
        checksum,
        ..Icmpv6::from(message)
    }
}

pub fn class_unsupported(level: u8) -> Packet {
    from_dut(
        Icmpv6::from(Message::Other {
            icmpv6_type: 253,
            body: vec![],
        })
        .with_code(level),
    )
}

pub fn port_unreachable(quote: &Packet) -> Packet {
    from_dut(Icmpv6::from(Message::DestinationUnreachable(quote.to_octets())).with_code(4))
}

pub fn udp(src_port: u16, dst_port: u16, data: &[u8]) -> Packet {
    let header = Ipv6Header::new(addr(TESTER_LL), addr(DUT_LL));
    Packet::new(
        header,
        sixlo_frames::packet::Payload::Udp(Udp::new(src_port, dst_port, data)),
    )
}

pub fn solicitation(src: &str, dst: &str, target: &str) -> Packet {
    let header = Ipv6Header::new(addr(src), addr(dst)).with_hop_limit(255);
    let message = Message::NeighborSolicitation {
        target: addr(target),
        options: vec![],
    };
    Packet::new(header, Icmpv6::from(message).into_payload())
}

pub fn advertisement(target: &str) -> Packet {
    let mut packet = from_dut(Message::NeighborAdvertisement(NeighborAdvertisement {
        router: false,
        solicited: true,
        override_flag: true,
        target: addr(target),
        options: vec![],
    }));
    packet.header.hop_limit = 255;
    packet
}

/// The frames of a packet, uncompressed.
pub fn frames(packet: &Packet, src: [u8; 8], dst: [u8; 8], number: u8) -> Vec<Vec<u8>> {
    let spec = FrameSpec {
        mac: MacFrame::data(
            number,
            0xabcd,
            MacAddress::Extended(dst),
            MacAddress::Extended(src),
        ),
        fragmentation: Fragmentation::Auto {
            tag: 7,
            first: None,
        },
        body: Body::Ipv6,
        ..FrameSpec::default()
    };
    craft(&spec, &packet.to_octets()).unwrap()
}

pub fn stimulus(packet: &Packet, nonce: Nonce) -> Stimulus {
    Stimulus {
        psdus: frames(packet, TESTER, DUT, 1),
        packet: packet.to_octets(),
        from: Identity::Tester,
        nonce,
    }
}

pub fn echo_nonce((identifier, sequence): (u16, u16)) -> Nonce {
    Nonce::Echo {
        identifier,
        sequence,
    }
}

/// A case, its trial, its device and what was seen.
#[derive(Debug, Clone)]
pub struct Play {
    pub case: TestCase,
    pub trial: Trial,
    pub profile: Profile,
    pub calibration: Calibration,
    pub evidence: Evidence,
    now_us: u64,
    number: u8,
}

impl Play {
    /// An echo with control and sentinel; nothing has been sent yet.
    pub fn echo(then: Vec<Expectation>) -> Self {
        Play::of(stimulus(&request(PING), echo_nonce(PING)), then)
    }

    pub fn of(stimulus: Stimulus, then: Vec<Expectation>) -> Self {
        let control = self::stimulus(&request(CONTROL), echo_nonce(CONTROL));
        let sentinel = self::stimulus(&request(SENTINEL), echo_nonce(SENTINEL));
        Play {
            case: fixture::case("case", "row", Some(1)),
            trial: Trial {
                id: "trial".into(),
                case: "case".into(),
                label: String::new(),
                dut: "dut".into(),
                level: Some(1),
                colours: true,
                knobs: vec![],
                time: 1,
                given: vec![],
                contexts: Default::default(),
                control: Some(control),
                steps: vec![TrialStep::Send(stimulus)],
                sentinel: Some(sentinel),
                then,
                features: vec![],
                dirty: false,
            },
            profile: fixture::profile("dut"),
            calibration: Calibration::default(),
            evidence: Evidence {
                attempt: 1,
                stop: Stop::Settled,
                lossless: true,
                ..Evidence::default()
            },
            now_us: 0,
            number: 0,
        }
    }

    /// The usual beginning: the control was taken and answered, the stimulus taken.
    pub fn begun(self) -> Self {
        self.control_sent(true)
            .hears(Phase::Control, &reply(CONTROL))
            .sent(0, true)
    }

    pub fn event(mut self, phase: Phase, what: What) -> Self {
        self.now_us += 1000;
        self.evidence.events.push(Event {
            at_us: self.now_us,
            phase,
            what,
        });
        self
    }

    pub fn control_sent(self, taken: bool) -> Self {
        let psdus = self.trial.control.as_ref().unwrap().psdus.clone();
        self.sends(Phase::Control, psdus, taken)
    }

    pub fn sentinel_sent(self, taken: bool) -> Self {
        let psdus = self.trial.sentinel.as_ref().unwrap().psdus.clone();
        self.sends(Phase::Sentinel, psdus, taken)
    }

    pub fn sent(self, step: u16, taken: bool) -> Self {
        let TrialStep::Send(stimulus) = self.trial.steps[usize::from(step)].clone() else {
            panic!("step {step} sends nothing");
        };
        self.sends(Phase::Step(step), stimulus.psdus, taken)
    }

    fn sends(self, phase: Phase, psdus: Vec<Vec<u8>>, taken: bool) -> Self {
        psdus.into_iter().fold(self, |play, psdu| {
            let cause = Cause::Trial;
            play.event(phase, What::Sent { psdu, cause, taken })
        })
    }

    pub fn hears(mut self, phase: Phase, packet: &Packet) -> Self {
        self.number += 1;
        frames(packet, DUT, TESTER, self.number)
            .into_iter()
            .fold(self, |play, psdu| play.event(phase, What::Heard(psdu)))
    }

    pub fn delivered(self, packet: &Packet) -> Self {
        self.event(Phase::Step(0), What::Delivered(packet.to_octets()))
    }

    pub fn with_evidence(self, evidence: Evidence) -> Self {
        Play { evidence, ..self }
    }

    pub fn stopped(mut self, stop: Stop) -> Self {
        self.evidence.stop = stop;
        self
    }

    pub fn judged(&self) -> Judgement {
        judge(
            &self.case,
            &self.trial,
            &self.profile,
            &self.calibration,
            &self.evidence,
        )
    }

    pub fn word(&self) -> (Verdict, Outcome) {
        let judgement = self.judged();
        (judgement.verdict, judgement.outcome)
    }
}
