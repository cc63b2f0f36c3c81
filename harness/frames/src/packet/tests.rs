//! Packets against octets written out by hand.

use std::net::Ipv6Addr;

use super::*;
use crate::hex::hex;

/// The tester's link-local address; its EUI-64 is 00124b0000000001.
pub(super) const TESTER: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0x0212, 0x4b00, 0, 1);
/// The DUT's; its EUI-64 is 00124b0000000002.
pub(super) const DUT: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0x0212, 0x4b00, 0, 2);

pub(super) fn packet(payload: impl Into<Payload>) -> Packet {
    Packet::new(Ipv6Header::new(TESTER, DUT), payload)
}

fn echo_request() -> Icmpv6 {
    Message::EchoRequest(Echo {
        identifier: 0x1234,
        sequence: 1,
        data: Vec::new(),
    })
    .into()
}

/// The octets behind the IPv6 header.
pub(super) fn behind_header(packet: &Packet) -> Vec<u8> {
    packet.to_octets().split_off(IPV6_HEADER_OCTETS)
}

#[test]
fn an_echo_request() {
    assert_eq!(
        packet(echo_request()).to_octets(),
        hex(
            "60000000 0008 3a 40                    version 6, 8 octets follow, ICMPv6, 64 hops
             fe80000000000000 02124b0000000001      from the tester
             fe80000000000000 02124b0000000002      to the DUT
             80 00 d65e 1234 0001                   type, code, checksum, identifier, sequence"
        )
    );
}

#[test]
fn traffic_class_and_flow_label_share_octets() {
    let mut packet = packet(Payload::none());
    packet.header.traffic_class = 0xb9;
    packet.header.flow_label = 0xabcde;
    assert_eq!(packet.to_octets()[..8], hex("6b9abcde 0000 3b 40"));
}

#[test]
fn every_header_field_can_lie() {
    let mut packet = packet(echo_request());
    packet.header.version = 4;
    packet.header.flow_label = 0xfff_fffff;
    packet.header.payload_length = Stated::Lie(0xffff);
    packet.header.next_header = Stated::Lie(59);
    packet.header.hop_limit = 0;
    assert_eq!(packet.to_octets()[..8], hex("400fffff ffff 3b 00"));
}

#[test]
fn udp_checksums_are_right_wrong_zero_or_given() {
    let udp = Udp::new(0xf0b1, 0xf0b2, *b"hi");
    let with = |checksum| {
        behind_header(&packet(Udp {
            checksum,
            ..udp.clone()
        }))
    };
    assert_eq!(with(Checksum::Right), hex("f0b1 f0b2 000a 1ee3 6869"));
    assert_eq!(with(Checksum::Wrong), hex("f0b1 f0b2 000a 1fe2 6869"));
    assert_eq!(with(Checksum::Zero), hex("f0b1 f0b2 000a 0000 6869"));
    assert_eq!(with(Checksum::Given(7)), hex("f0b1 f0b2 000a 0007 6869"));
}

#[test]
fn a_udp_sum_of_zero_is_sent_as_ffff() {
    let udp = Udp::new(0xf0b1, 0xf0b2, [0x87, 0x4c]);
    assert_eq!(behind_header(&packet(udp)), hex("f0b1 f0b2 000a ffff 874c"));
}

#[test]
fn a_wrong_checksum_is_neither_right_nor_zero() {
    for right in 0..=u16::MAX {
        let wrong = Checksum::Wrong.or(right);
        assert_ne!(wrong, 0);
        // In one's complement 0 and ffff are the same.
        assert_ne!(wrong % 0xffff, right % 0xffff, "{right:#06x}");
    }
}

#[test]
fn a_udp_length_can_lie() {
    let udp = Udp {
        length: Stated::Lie(7),
        ..Udp::new(1, 2, *b"hi")
    };
    assert_eq!(behind_header(&packet(udp))[4..6], hex("0007"));
}

#[test]
fn a_tcp_syn_with_a_segment_size() {
    let syn = Tcp {
        options: hex("02 04 0400"),
        ..Tcp::syn(0x1234, 80, 0x01020304)
    };
    let octets = behind_header(&packet(syn));
    assert_eq!(
        octets[..16],
        hex("1234 0050 01020304 00000000 60 02 0400      ports, numbers, 6 words, SYN, window")
    );
    assert_eq!(octets[18..], hex("0000 02040400"));
}

#[test]
fn option_headers_are_padded_to_eight_octets() {
    let with = |options: Vec<Ipv6Option>| {
        let packet = packet(echo_request()).with_extension(ExtensionBody::HopByHop(options));
        let mut octets = behind_header(&packet);
        octets.truncate(octets.len() - 8);
        octets
    };
    let option = |data: &str| Ipv6Option::Other {
        option_type: 0x1e,
        data: hex(data),
    };
    assert_eq!(with(vec![]), hex("3a 00 01 04 00000000"), "PadN of 6");
    assert_eq!(
        with(vec![option("aabbcc")]),
        hex("3a 00 1e 03 aabbcc 00"),
        "Pad1"
    );
    assert_eq!(
        with(vec![option("aabbccddee")]),
        hex("3a 01 1e 05 aabbccddee 01 05 0000000000"),
        "seven octets of padding"
    );
    assert_eq!(
        with(vec![Ipv6Option::Other {
            option_type: 5,
            data: vec![0, 0]
        }]),
        hex("3a 00 05 02 0000 01 00"),
        "PadN of 2: a router alert fills up so"
    );
    assert_eq!(
        with(vec![Ipv6Option::Pad1, Ipv6Option::PadN(3)]),
        hex("3a 00 00 01 03 000000")
    );
}

#[test]
fn extension_headers_announce_each_other() {
    let packet = packet(Udp::new(1, 2, []))
        .with_extension(ExtensionBody::HopByHop(vec![]))
        .with_extension(ExtensionBody::Routing(Routing {
            routing_type: 253,
            segments_left: 1,
            data: vec![0; 4],
        }))
        .with_extension(ExtensionBody::Fragment(Fragment {
            fragment_offset: 0x1555,
            more_fragments: true,
            identification: 0xdeadbeef,
        }))
        .with_extension(ExtensionBody::Mobility(hex("05 00 0000 0000")))
        .with_extension(ExtensionBody::DestinationOptions(vec![Ipv6Option::Other {
            option_type: 0x80 | 0x1e,
            data: vec![],
        }]));
    let octets = packet.to_octets();
    assert_eq!(octets[6], 0);
    assert_eq!(
        octets[40..80],
        hex("2b 00 01 04 00000000      hop-by-hop, routing next
             2c 00 fd 01 00000000      type 253, one segment left
             87 00 aaa9 deadbeef       offset 1555, M, then mobility
             3c 00 05 00 00000000
             11 00 9e 00 01 02 0000")
    );
}

#[test]
fn an_extension_headers_length_and_next_header_can_lie() {
    let packet = packet(Payload::none()).with_extension(Extension {
        body: ExtensionBody::DestinationOptions(vec![]),
        next_header: Stated::Lie(17),
        hdr_ext_len: Stated::Lie(255),
    });
    assert_eq!(behind_header(&packet), hex("11 ff 01 04 00000000"));
}

#[test]
fn a_tunnelled_packet_has_its_own_pseudo_header() {
    let inner = packet(echo_request());
    let outer = Packet::new(
        Ipv6Header::new("2001:db8::1".parse().expect("address"), DUT),
        inner.clone(),
    );
    let octets = outer.to_octets();
    assert_eq!(octets[4..7], hex("0030 29"));
    assert_eq!(octets[40..], inner.to_octets());
}

#[test]
fn a_checksum_covers_the_final_destination() {
    // RFC 8200 8.1: with segments left the last address of the routing header counts.
    let routing = |segments_left| {
        ExtensionBody::Routing(Routing {
            routing_type: 2,
            segments_left,
            data: [[0; 4].as_slice(), &DUT.octets()].concat(),
        })
    };
    let to_home = Packet::new(
        Ipv6Header::new(TESTER, "2001:db8::c0".parse().expect("address")),
        echo_request(),
    );
    let visited = to_home.clone().with_extension(routing(0)).to_octets();
    assert_eq!(visited[visited.len() - 8..], to_home.to_octets()[40..]);
    let on_its_way = to_home.with_extension(routing(1)).to_octets();
    assert_eq!(
        on_its_way[on_its_way.len() - 8..],
        hex("8000 d65e 1234 0001")
    );
}

#[test]
fn icmpv6_errors_quote() {
    let quote = packet(Udp::new(1, 2, *b"lost")).to_octets();
    for (message, second_word) in [
        (Message::DestinationUnreachable(quote.clone()), "00000000"),
        (Message::TimeExceeded(quote.clone()), "00000000"),
        (
            Message::PacketTooBig {
                mtu: 1280,
                quote: quote.clone(),
            },
            "00000500",
        ),
        (
            Message::ParameterProblem {
                pointer: 42,
                quote: quote.clone(),
            },
            "0000002a",
        ),
    ] {
        let error = packet(Icmpv6::from(message).with_code(4)).to_octets();
        assert_eq!(error[41], 4);
        assert_eq!(error[44..48], hex(second_word));
        assert_eq!(quoted_packet(&error), Some(quote.as_slice()));
    }
}

#[test]
fn only_errors_quote() {
    assert_eq!(quoted_packet(&packet(echo_request()).to_octets()), None);
    assert_eq!(quoted_packet(&packet(Udp::new(1, 2, [])).to_octets()), None);
    assert_eq!(quoted_packet(&[0x60; 39]), None);
}

#[test]
fn class_unsupported_is_four_octets() {
    // P6LoWPAN: type 253, the sender's level in the code, nothing quoted.
    let error = Icmpv6::from(Message::Other {
        icmpv6_type: 253,
        body: vec![],
    })
    .with_code(2);
    let octets = behind_header(&packet(error));
    assert_eq!((octets.len(), &octets[..2]), (4, [0xfd, 2].as_slice()));
}

#[test]
fn a_chain_is_walked_to_its_payload() {
    let octets = packet(Udp::new(1, 2, *b"data"))
        .with_extension(ExtensionBody::HopByHop(vec![]))
        .with_extension(ExtensionBody::DestinationOptions(vec![Ipv6Option::PadN(
            12,
        )]))
        .to_octets();
    let headers: Vec<_> = HeaderChain::new(&octets)
        .expect("a header")
        .map(|header| header.map(|header| (header.protocol, header.range, header.last)))
        .collect();
    assert_eq!(
        headers,
        [
            Ok((0, 40..48, false)),
            Ok((60, 48..64, false)),
            Ok((17, 64..76, true)),
        ]
    );
}

#[test]
fn a_chain_ends_where_a_header_is_cut_off_or_a_fragment_starts() {
    let mut octets = packet(Payload::none())
        .with_extension(Extension {
            hdr_ext_len: Stated::Lie(1),
            ..ExtensionBody::HopByHop(vec![]).into()
        })
        .to_octets();
    let error = HeaderChain::new(&octets)
        .expect("a header")
        .next()
        .expect("one item")
        .expect_err("cut off");
    assert_eq!(
        error.to_string(),
        "extension header 0 at octet 40 needs 16 octets, 8 are left"
    );

    // A later fragment: what follows is data, whatever the next header octet says.
    octets = packet(Payload::none())
        .with_extension(Extension {
            next_header: Stated::Lie(protocol::HOP_BY_HOP),
            ..ExtensionBody::Fragment(Fragment {
                fragment_offset: 6,
                more_fragments: false,
                identification: 1,
            })
            .into()
        })
        .to_octets();
    octets[5] += 3;
    octets.extend([0, 255, 0]);
    let payload = HeaderChain::new(&octets)
        .expect("a header")
        .payload()
        .expect("a payload");
    assert_eq!((payload.piece, payload.range), (Piece::Later, 48..51));
}
