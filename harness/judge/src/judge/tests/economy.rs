//! What the device's own frames used, missed and got wrong.

use sixlo_frames::craft::{Body, FrameSpec, IphcSpec, craft};
use sixlo_frames::mac::{MacAddress, MacFrame};
use sixlo_frames::packet::{Checksum, Echo, Message, Packet};

use super::play::*;
use crate::evidence::{Phase, What};
use crate::fixture::{DUT, TESTER};
use crate::testcase::Expectation::EchoReply;
use crate::testcase::{Given, Need, TesterSetting};

/// Topic, used, missed, wrong, wasted octets of all topics that are not empty.
fn told(play: &Play) -> Vec<String> {
    play.judged()
        .economy
        .iter()
        .map(|sum| {
            format!(
                "{} {} {} {} {}",
                sum.topic, sum.used, sum.missed, sum.wrong, sum.wasted_octets
            )
        })
        .collect()
}

fn alone() -> Play {
    let mut play = Play::echo(vec![EchoReply]);
    play.trial.control = None;
    play.sent(0, true)
}

fn compressed(packet: &Packet, dst: MacAddress, iphc: IphcSpec) -> What {
    let spec = FrameSpec {
        mac: MacFrame::data(1, 0xabcd, dst, MacAddress::Extended(DUT)),
        body: Body::Iphc(iphc),
        ..FrameSpec::default()
    };
    What::Heard(craft(&spec, &packet.to_octets()).unwrap().remove(0))
}

const STEP: Phase = Phase::Step(0);

fn best() -> IphcSpec {
    IphcSpec {
        tf: 3,
        hlim: 2,
        sam: 3,
        dam: 3,
        ..IphcSpec::default()
    }
}

#[test]
fn the_smallest_encoding_uses_everything_and_wastes_nothing() {
    let what = compressed(&reply(PING), MacAddress::Extended(TESTER), best());
    assert_eq!(
        told(&alone().event(STEP, what)),
        [
            "iphc-dispatch 1 0 0 0",
            "stateless-unicast 1 0 0 0",
            "tc-flow-label 1 0 0 0",
            "hop-limit 1 0 0 0",
        ]
    );
}

#[test]
fn an_uncompressed_frame_misses_everything_and_its_waste_counts_once() {
    assert_eq!(
        told(&alone().hears(STEP, &reply(PING))),
        [
            "iphc-dispatch 0 1 0 38",
            "stateless-unicast 0 1 0 0",
            "tc-flow-label 0 1 0 0",
            "hop-limit 0 1 0 0",
            "uncompressed-ipv6 1 0 0 0",
        ]
    );
}

#[test]
fn what_was_missed_by_order_is_not_missed() {
    let mut capped = alone().hears(STEP, &reply(PING));
    capped.trial.given = vec![Given::Tester(TesterSetting::AnnouncesLevel(0))];
    assert_eq!(told(&capped), [] as [&str; 0]);
    // To a peer of unknown level a P6LoWPAN node may send as it likes.
    let mut free = alone().hears(STEP, &reply(PING));
    free.profile.offers.insert(Need::P6lowpan);
    let economy = free.judged().economy;
    assert_eq!(economy[0].topic, "iphc-dispatch".into());
    assert_eq!((economy[0].missed, economy[0].excused), (0, 1));
}

#[test]
fn a_packet_that_restores_with_a_wrong_checksum_blames_its_address_form() {
    let message = Message::EchoReply(Echo {
        identifier: PING.0,
        sequence: PING.1,
        data: DATA.to_vec(),
    });
    let wrong = from_dut(with_checksum(message, Checksum::Wrong));
    let what = compressed(&wrong, MacAddress::Extended(TESTER), best());
    assert_eq!(
        told(&alone().event(STEP, what)),
        [
            "iphc-dispatch 1 0 0 0",
            "tc-flow-label 1 0 0 0",
            "hop-limit 1 0 0 0",
            "stateless-unicast 0 0 1 0",
        ]
    );
}

#[test]
fn one_fragment_of_an_ipv6_packet_has_no_checksum_to_blame_anything_for() {
    use sixlo_frames::packet::{ExtensionBody, Fragment};

    let message = Message::EchoReply(Echo {
        identifier: PING.0,
        sequence: PING.1,
        data: DATA.to_vec(),
    });
    // The sum covers what the other fragments hold, too.
    let first = from_dut(with_checksum(message, Checksum::Wrong)).with_extension(
        ExtensionBody::Fragment(Fragment {
            fragment_offset: 0,
            more_fragments: true,
            identification: 1,
        }),
    );
    let what = compressed(&first, MacAddress::Extended(TESTER), best());
    let sums = told(&alone().event(STEP, what));
    assert!(
        sums.contains(&"stateless-unicast 1 0 0 0".to_owned()),
        "{sums:?}"
    );
}
