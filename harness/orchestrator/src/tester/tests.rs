//! Solicitations in, advertisements out.

use sixlo_frames::dissect::dissect_packet;
use sixlo_frames::field::{FieldId, Value};
use sixlo_frames::packet::{AddressRegistration, Icmpv6, Ipv6Header, Message, NdOptionBody};
use sixlo_judge::link::Link;
use sixlo_judge::profile::Node;

use super::*;

fn addresses() -> Addresses {
    Addresses {
        pan_id: 0xabcd,
        dut: Node {
            eui64: [0, 0x12, 0x4b, 0, 0, 0, 0, 2],
            short: 2,
        },
        tester: Node {
            eui64: [0, 0x12, 0x4b, 0, 0, 0, 0, 1],
            short: 1,
        },
        peer: Node {
            eui64: [0, 0x12, 0x4b, 0, 0, 0, 0, 3],
            short: 3,
        },
        prefix: "2001:db8::".parse().unwrap(),
    }
}

/// A solicitation of the device's, in one frame.
fn solicitation(target: &str, options: Vec<NdOptionBody>, hop_limit: u8) -> Vec<u8> {
    let packet = Packet::new(
        Ipv6Header::new(
            "fe80::212:4b00:0:2".parse().unwrap(),
            target.parse().unwrap(),
        )
        .with_hop_limit(hop_limit),
        Icmpv6::from(Message::NeighborSolicitation {
            target: target.parse().unwrap(),
            options: options.into_iter().map(Into::into).collect(),
        }),
    );
    let a = addresses();
    let spec = FrameSpec {
        mac: MacFrame::data(
            1,
            a.pan_id,
            MacAddress::Short(BROADCAST),
            MacAddress::Extended(a.dut.eui64),
        ),
        body: Body::Ipv6,
        ..FrameSpec::default()
    };
    craft(&spec, &packet.to_octets()).unwrap().remove(0)
}

/// The fields of the tester's answer.
fn answer(tester: &mut Tester, psdu: &[u8]) -> Option<sixlo_frames::dissect::Dissection> {
    let contexts = ContextTable::new();
    let options = DissectOptions {
        contexts: &contexts,
        fcs: FcsMode::Present,
        keys: None,
    };
    let frame = tester.hear(0, psdu).answers.pop()?;
    dissect(&frame, &options)
        .packet
        .map(|packet| dissect_packet(&packet))
}

#[test]
fn every_address_an_iid_implies_is_answered_for() {
    for target in [
        "fe80::212:4b00:0:1",
        "fe80::ff:fe00:1",
        "2001:db8::212:4b00:0:1",
        "2001:db8::ff:fe00:1",
        "fe80::212:4b00:0:3",
    ] {
        let mut tester = Tester::new(&addresses(), Simplest::Ipv6, &Link::Plain);
        let answer = answer(&mut tester, &solicitation(target, vec![], 255)).expect(target);
        assert_eq!(answer.get(FieldId::Icmpv6Type), Some(&Value::Uint(136)));
        let target = target.parse().unwrap();
        assert_eq!(answer.get(FieldId::NdTarget), Some(&Value::Ipv6(target)));
        assert_eq!(answer.get(FieldId::NdSolicited), Some(&Value::Uint(1)));
    }
}

#[test]
fn addresses_of_others_and_forwarded_solicitations_are_ignored() {
    for (target, hop_limit) in [("fe80::212:4b00:0:9", 255), ("fe80::212:4b00:0:1", 64)] {
        let mut tester = Tester::new(&addresses(), Simplest::Iphc, &Link::Plain);
        let heard = tester.hear(0, &solicitation(target, vec![], hop_limit));
        assert_eq!(heard.answers, [] as [Vec<u8>; 0]);
    }
}

#[test]
fn a_registration_is_echoed_with_the_status_told() {
    let registration = NdOptionBody::AddressRegistration(AddressRegistration {
        status: 0,
        registration_lifetime: 10,
        eui64: addresses().dut.eui64,
    });
    let mut tester = Tester::new(&addresses(), Simplest::Iphc, &Link::Plain);
    tester.set(TesterSetting::AroStatus(1));
    let psdu = solicitation("fe80::212:4b00:0:1", vec![registration], 255);
    let answer = answer(&mut tester, &psdu).unwrap();
    assert_eq!(answer.get(FieldId::NdAroStatus), Some(&Value::Uint(1)));
    assert_eq!(answer.get(FieldId::NdAroLifetime), Some(&Value::Uint(10)));
}

#[test]
fn what_asks_for_it_is_acknowledged_under_its_number() {
    let a = addresses();
    let acknowledged = |dst, edit: fn(&mut MacFrame)| {
        let mut mac = MacFrame::data(0x2a, a.pan_id, dst, MacAddress::Extended(a.dut.eui64));
        edit(&mut mac);
        let mut tester = Tester::new(&addresses(), Simplest::Ipv6, &Link::Plain);
        assert_eq!(tester.hear(0, &mac.encode()).acknowledgement, None);
        tester.acknowledge(true);
        let acknowledgement = tester.hear(0, &mac.encode()).acknowledgement?;
        let contexts = ContextTable::new();
        let options = DissectOptions {
            contexts: &contexts,
            fcs: FcsMode::Present,
            keys: None,
        };
        dissect(&acknowledgement, &options).mac
    };
    let ours = MacAddress::Extended(a.tester.eui64);
    let ack = acknowledged(ours, |_| {}).unwrap();
    assert_eq!(
        (ack.frame_type, ack.sequence_number, ack.fcs_right),
        (FrameType::Ack, Some(0x2a), Some(true))
    );
    assert!(acknowledged(MacAddress::Short(a.peer.short), |_| {}).is_some());
    assert!(acknowledged(ours, |mac| mac.ack_request = false).is_none());
    assert!(acknowledged(MacAddress::Short(0x7777), |_| {}).is_none());
    let to_all = MacAddress::Short(BROADCAST);
    assert!(acknowledged(to_all, |mac| mac.ack_request = true).is_none());
}

#[test]
fn it_can_keep_silent() {
    let mut tester = Tester::new(&addresses(), Simplest::Ipv6, &Link::Plain);
    tester.set(TesterSetting::AnswersNs(false));
    let psdu = solicitation("fe80::212:4b00:0:1", vec![], 255);
    assert_eq!(tester.hear(0, &psdu).answers, [] as [Vec<u8>; 0]);
}
