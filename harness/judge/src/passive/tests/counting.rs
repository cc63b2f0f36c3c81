use sixlo_frames::craft::Body;
use sixlo_frames::mac::{FCS_OCTETS, FrameType, MacAddress, MacFrame};
use sixlo_frames::packet::NdOptionBody;

use super::air::*;
use crate::passive::Settings;

#[test]
fn a_retransmission_is_folded() {
    let mut air = Air::new();
    let ping = air.frames(1, 2, Body::Ipv6, &ping(1));
    air.octets(&ping[0]);
    air.octets(&ping[0]);
    let pong = air.frames(2, 1, Body::Ipv6, &pong(1));
    air.octets(&pong[0]);
    air.octets(&pong[0]);
    let (told, summary) = air.end();
    assert_eq!(told.len(), 1);
    assert_eq!(word(&told[0]), PASS);
    assert_eq!(told[0].observed, "the echo reply");
    assert_eq!(summary.retransmissions, 2);
    assert_eq!(summary.frames, 4);
    assert_eq!(summary.senders[0].retransmissions, 1);
    assert_eq!(summary.senders[0].missed, 0);
}

/// The same octets long after are no retransmission.
#[test]
fn the_same_frame_later_is_another() {
    let mut air = Air::new();
    let ping = air.frames(1, 2, Body::Ipv6, &ping(1));
    air.octets(&ping[0]);
    air.wait(5_000).octets(&ping[0]);
    let (_, summary) = air.end();
    assert_eq!(summary.retransmissions, 0);
}

#[test]
fn acknowledgements_without_their_frame() {
    let mut air = Air::new();
    air.send_acknowledged(1, 2, &ping(1));
    air.acknowledge(77);
    // Too late to be this frame's.
    let number = air.numbers[1];
    air.send(1, 2, &ping(2));
    air.wait(50).acknowledge(number);
    let (_, summary) = air.end();
    assert_eq!(summary.acknowledgements, 3);
    assert_eq!(summary.acknowledgements_without_frame, 2);
}

/// Beacons count for themselves, data and commands together; a wrap is no gap.
#[test]
fn beacons_have_numbers_of_their_own() {
    let mut air = Air::new();
    let mut frame = |frame_type, number| {
        let frame = MacFrame {
            frame_type,
            ..MacFrame::data(number, PAN, mac(2), mac(1))
        }
        .encode();
        air.octets(&frame[..frame.len() - FCS_OCTETS]);
    };
    frame(FrameType::Data, 254);
    frame(FrameType::Beacon, 7);
    frame(FrameType::Data, 255);
    frame(FrameType::Beacon, 8);
    frame(FrameType::Data, 0);
    let (_, summary) = air.end();
    assert_eq!(summary.senders[0].missed, 0);
    assert_eq!(summary.senders[0].restarts, 0);
}

/// One counter, two addresses: what a node tells of itself brings them together.
#[test]
fn a_node_with_two_addresses_is_one_sender() {
    let eui64 = MacAddress::Extended([2, 0, 0, 0, 0, 0, 0, 1]);
    let mut air = Air::new();
    let sllao = NdOptionBody::SourceLinkLayerAddress(eui64).into();
    air.send(1, 2, &solicitation(ip(1), ip(2), ip(2), vec![sllao]));
    for _ in 0..20 {
        air.send(1, 2, &ping(1));
        let mut spec = air.spec(1, 2);
        spec.mac.src = eui64;
        let frames = air.craft(1, &spec, &udp((ip(1), 1), (ip(2), 2), b""));
        air.octets(&frames[0]);
    }
    let (_, summary) = air.end();
    let [sender] = &summary.senders[..] else {
        panic!("{:#?}", summary.senders);
    };
    assert_eq!(sender.addresses, [mac(1), eui64]);
    assert_eq!((sender.frames, sender.missed), (41, 0));
}

#[test]
fn senders_beyond_the_limit_are_counted_together() {
    let mut air = Air::with(Settings {
        most_senders: 3,
        ..Settings::default()
    });
    for node in 1..=5 {
        air.send(node, 9, &udp((ip(node), 1), (ip(9), 2), b""));
    }
    let (_, summary) = air.end();
    assert_eq!(summary.senders.len(), 3);
    assert_eq!(summary.frames_of_other_senders, 2);
}
