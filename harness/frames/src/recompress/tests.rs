//! The smallest encodings of packets one knows, and frames weighed against them.

use super::*;
use crate::context::Context;
use crate::craft::{FrameSpec, IphcSpec, NhcSpec, craft};
use crate::dissect::{DissectOptions, FcsMode, dissect};
use crate::hex::hex;
use crate::mac::MacFrame;
use crate::packet::{
    Echo, Extension, ExtensionBody, Icmpv6, Ipv6Header, Ipv6Option, Message, Packet, Payload, Udp,
};

const TESTER: MacAddress = MacAddress::Extended([0x00, 0x12, 0x4b, 0, 0, 0, 0, 0x01]);
const DUT: MacAddress = MacAddress::Extended([0x00, 0x12, 0x4b, 0, 0, 0, 0, 0x02]);

fn contexts() -> ContextTable {
    let mut table = ContextTable::new();
    for (id, prefix, length) in [
        (0, "2001:db8::", 64),
        (3, "2001:db8:1:2::", 64),
        (5, "2001:db8:5:5:dead::", 80),
    ] {
        let prefix = prefix.parse().expect("a prefix");
        table.set(id, Context { prefix, length });
    }
    table
}

fn header(src: &str, dst: &str) -> Ipv6Header {
    let address = |text: &str| text.parse().expect("an address");
    Ipv6Header::new(address(src), address(dst))
}

fn link_local() -> Ipv6Header {
    header("fe80::212:4b00:0:1", "fe80::212:4b00:0:2")
}

fn echo() -> Icmpv6 {
    Icmpv6::from(Message::EchoRequest(Echo {
        identifier: 0x1234,
        sequence: 1,
        data: vec![],
    }))
}

fn smallest(packet: &Packet, allowed: FeatureSet) -> Encoding {
    let octets = packet.to_octets();
    let options = RecompressOptions {
        contexts: &contexts(),
        ends: (TESTER, DUT),
        allowed,
    };
    recompress(&octets, octets.len(), &options)
}

/// The first octets of the smallest encoding RFC 6282 has.
fn begins(packet: &Packet, octets: &str) {
    let encoding = smallest(packet, FeatureSet::rfc6282());
    let expected = hex(octets);
    assert_eq!(
        encoding.octets[..expected.len()],
        expected,
        "{:?}",
        encoding.body
    );
}

#[test]
fn everything_that_can_go_goes() {
    begins(&Packet::new(link_local(), echo()), "7a 33 3a 80 00 d6 5e");
    let udp = |src, dst| Packet::new(link_local(), Udp::new(src, dst, *b"hi"));
    begins(&udp(0xf0b1, 0xf0b2), "7e 33 f3 12 1e e3 68 69");
    begins(&udp(5683, 0xf0b1), "7e 33 f1 16 33 b1");
    begins(&udp(0xf0b1, 5683), "7e 33 f2 b1 16 33");
    begins(&udp(5683, 5684), "7e 33 f0 16 33 16 34");
}

#[test]
fn traffic_class_flow_label_and_hop_limit_lose_nothing() {
    for (traffic_class, flow_label, hop_limit, octets) in [
        (0xb9, 0xabcde, 63, "60 33 6e 0a bc de 3a 3f"),
        (0x01, 0xabcde, 1, "69 33 4a bc de 3a"),
        (0xb9, 0, 64, "72 33 6e 3a"),
        (0x01, 0, 255, "73 33 40 3a"),
    ] {
        let header = Ipv6Header {
            traffic_class,
            flow_label,
            hop_limit,
            ..link_local()
        };
        begins(&Packet::new(header, echo()), octets);
    }
}

#[test]
fn addresses_in_the_fewest_octets() {
    for (src, dst, octets) in [
        // Context 0 needs no context octet.
        (
            "2001:db8::212:4b00:0:1",
            "2001:db8::ff:fe00:7",
            "7a 76 3a 0007",
        ),
        // Another one is worth it.
        (
            "2001:db8:1:2:212:4b00:0:1",
            "fe80::212:4b00:0:2",
            "7a f3 30 3a",
        ),
        (
            "fe80::212:4b00:0:1",
            "2001:db8:1:2:0:ff:fe00:7",
            "7a b6 03 3a 0007",
        ),
        // 80 bits of context leave 48 of the IID.
        (
            "2001:db8:5:5:dead:ff:fe00:7",
            "fe80::1",
            "7a e1 50 3a 0007 0000000000000001",
        ),
        (
            "2001:db8:9::1",
            "fe80::212:4b00:0:2",
            "7a 03 3a 20010db8000900000000000000000001",
        ),
        ("::", "ff02::1:ff00:2", "7a 49 3a 02 01 ff 00 00 02"),
        ("fe80::212:4b00:0:1", "ff02::1a", "7a 3b 3a 1a"),
        ("fe80::212:4b00:0:1", "ff05::1:203", "7a 3a 3a 05 01 02 03"),
        (
            "fe80::212:4b00:0:1",
            "ff3e:40:2001:db8:1:2::1234",
            "7a bc 03 3a 3e 00 00 00 12 34",
        ),
        (
            "fe80::212:4b00:0:1",
            "ff3e:30:2001:db8:1:2::1234",
            "7a 38 3a ff3e",
        ),
    ] {
        begins(&Packet::new(header(src, dst), echo()), octets);
    }
}

#[test]
fn extension_headers_are_compressed_where_that_saves_something() {
    let hop_by_hop = |options| Extension::from(ExtensionBody::HopByHop(options));
    let alert = Ipv6Option::Other {
        option_type: 5,
        data: vec![0, 0],
    };
    let with = |extension, payload: Payload| Packet {
        extensions: vec![extension],
        ..Packet::new(link_local(), payload)
    };
    let udp = || Udp::new(0xf0b1, 0xf0b2, *b"hi");
    // Padding goes, and the UDP header behind it.
    begins(
        &with(hop_by_hop(vec![alert.clone()]), udp().into()),
        "7e 33 e1 04 05 02 00 00 f3 12",
    );
    begins(
        &with(hop_by_hop(vec![alert]), echo().into()),
        "7e 33 e0 3a 04 05 02 00 00 80 00",
    );
    // Nothing to be gained: it stays in line, and so no NHC at all.
    let full = Ipv6Option::Other {
        option_type: 0x1e,
        data: vec![1, 2, 3, 4],
    };
    begins(
        &with(hop_by_hop(vec![full]), echo().into()),
        "7a 33 00 3a 00 1e 04",
    );
}

#[test]
fn tunnels_take_iids_from_the_outer_header() {
    let inner = Packet::new(
        header("fe80::11:2233:4455:6677", "fe80::212:4b00:0:2"),
        echo(),
    );
    let outer = header("fe80::11:2233:4455:6677", "fe80::212:4b00:0:2");
    begins(
        &Packet::new(outer, inner),
        "7e 13 0011223344556677 ee 7a 33 3a 80 00",
    );
}

#[test]
fn what_cannot_be_restored_is_not_compressed() {
    let mut packet = Packet::new(link_local(), Udp::new(0xf0b1, 0xf0b2, *b"hi"));
    let Payload::Udp(udp) = &mut packet.payload else {
        unreachable!("it is UDP")
    };
    udp.length = crate::packet::Stated::Lie(9);
    begins(&packet, "7a 33 11 f0 b1 f0 b2 00 09");
    packet.header.payload_length = crate::packet::Stated::Lie(9);
    begins(&packet, "41 60 00");
}

#[test]
fn checksums_and_bytecode_need_permission() {
    let packet = Packet::new(link_local(), Udp::new(0xf0b1, 0xf0b2, [0; 20]));
    let all = FeatureSet::rfc6282().with(Feature::UdpChecksum);
    assert_eq!(smallest(&packet, all).octets[..4], hex("7e 33 f7 12"));
    let all = all.with(Feature::Ghc);
    assert_eq!(smallest(&packet, all).octets[..6], hex("7e 33 d7 12 81 8f"));
    // A wrong checksum must not be elided.
    let mut wrong = packet.to_octets();
    wrong[46] ^= 1;
    let options = RecompressOptions {
        contexts: &contexts(),
        ends: (TESTER, DUT),
        allowed: all.without(Feature::Ghc),
    };
    let encoding = recompress(&wrong, wrong.len(), &options);
    assert_eq!(encoding.octets[..4], hex("7e 33 f3 12"));
}

#[test]
fn a_level_allows_what_its_nodes_read() {
    let packet = Packet::new(
        header("2001:db8::212:4b00:0:1", "fe80::212:4b00:0:2"),
        Udp::new(0xf0b1, 0xf0b2, *b"hi"),
    );
    for (level, octets) in [
        (0, "41 60"),
        (1, "60 03 00000000 11 40 2001"),
        (2, "60 73 00000000 11 40 f0b1"),
        (3, "7a 73 11 f0b1"),
        (4, "7e 73 f3 12"),
        (5, "7e 73 f3 12"),
    ] {
        let octets = hex(octets);
        let encoding = smallest(&packet, FeatureSet::of_level(level));
        assert_eq!(encoding.octets[..octets.len()], octets, "level {level}");
    }
}

#[test]
fn economy_counts_octets_and_means() {
    let packet = Packet::new(link_local(), Udp::new(0xf0b1, 0xf0b2, *b"hi")).to_octets();
    let table = contexts();
    let options = RecompressOptions {
        contexts: &table,
        ends: (TESTER, DUT),
        allowed: FeatureSet::rfc6282(),
    };
    let economy = |body| {
        let frame = FrameSpec {
            mac: MacFrame::data(1, 0xabcd, DUT, TESTER),
            body,
            ..FrameSpec::default()
        };
        let psdu = &craft(&frame, &packet).expect("a frame")[0];
        let read = dissect(
            psdu,
            &DissectOptions {
                contexts: &table,
                fcs: FcsMode::Present,
                keys: None,
            },
        );
        Economy::of_frame(&read, &options).expect("a packet")
    };
    let set = |features: &[Feature]| features.iter().copied().collect::<FeatureSet>();

    // 41 and 50 octets against 7e 33 f3 12, checksum, data.
    let plain = economy(Body::Ipv6);
    assert_eq!(plain.used, FeatureSet::NONE);
    assert_eq!(plain.wasted_octets, 1 + 50 - 8);
    assert_eq!(plain.missed, plain.smallest.features);

    let partly = economy(Body::Iphc(IphcSpec {
        tf: 3,
        sam: 3,
        dam: 1,
        nhc: vec![NhcSpec::Udp {
            p: 0,
            elide_checksum: false,
        }],
        ..IphcSpec::default()
    }));
    assert_eq!(
        partly.used,
        set(&[
            Feature::Iphc,
            Feature::TrafficClassAndFlowLabel,
            Feature::StatelessUnicast,
            Feature::NhcUdp
        ])
    );
    assert_eq!(partly.missed, set(&[Feature::HopLimit, Feature::UdpPorts]));
    assert_eq!(partly.wasted_octets, 1 + 8 + 3);

    let best = economy(plain.smallest.body);
    assert_eq!((best.missed, best.wasted_octets), (FeatureSet::NONE, 0));
}
