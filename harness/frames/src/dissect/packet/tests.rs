//! Packets of every kind taken apart, whole, cut off and hostile.

use std::net::Ipv6Addr;

use super::*;
use crate::dissect::Problem;
use crate::field::Value;
use crate::hex::hex;
use crate::mac::MacAddress;
use crate::packet::*;

const TESTER: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0x0212, 0x4b00, 0, 1);
const DUT: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0x0212, 0x4b00, 0, 2);

fn packet(payload: impl Into<Payload>) -> Packet {
    Packet::new(Ipv6Header::new(TESTER, DUT), payload)
}

fn icmpv6(message: Message) -> Packet {
    packet(Icmpv6::from(message))
}

/// One line a field behind the IPv6 header, then the problems.
fn show(octets: &[u8]) -> String {
    let dissection = dissect_packet(octets);
    let mut lines = Vec::new();
    for field in &dissection.fields {
        if usize::from(field.range.start) >= IPV6_HEADER_OCTETS {
            let (start, end) = (field.range.start, field.range.end);
            let name = field.id.name();
            let value = match &field.value {
                Value::Uint(number) => format!("{number:#x}"),
                Value::Ipv6(address) => address.to_string(),
                Value::Mac(address) => address.to_string(),
                Value::Bytes(octets) => format!("{octets:02x?}"),
            };
            lines.push(format!("{start:3}..{end:<3} {name} {value}"));
        }
    }
    lines.push(problems(octets));
    lines.join("\n")
}

fn problems(octets: &[u8]) -> String {
    let problems = dissect_packet(octets).problems;
    let line = |problem: &Problem| format!("{:?} {:?}", problem.range, problem.kind);
    problems.iter().map(line).collect::<Vec<_>>().join(", ")
}

pub(super) fn number(dissection: &Dissection, id: FieldId) -> Option<u64> {
    match dissection.get(id) {
        Some(Value::Uint(number)) => Some(*number),
        _ => None,
    }
}

pub(super) fn bytes(dissection: &Dissection, id: FieldId) -> Option<&[u8]> {
    match dissection.get(id) {
        Some(Value::Bytes(octets)) => Some(octets),
        _ => None,
    }
}

#[test]
fn the_ipv6_header() {
    let mut packet = packet(Payload::none());
    packet.header.traffic_class = 0xb9;
    packet.header.flow_label = 0xabcde;
    let dissection = dissect_packet(&packet.to_octets());
    let number = |id| number(&dissection, id);
    assert_eq!(number(FieldId::Ipv6Version), Some(6));
    assert_eq!(number(FieldId::Ipv6TrafficClass), Some(0xb9));
    assert_eq!(number(FieldId::Ipv6FlowLabel), Some(0xabcde));
    assert_eq!(number(FieldId::Ipv6PayloadLength), Some(0));
    assert_eq!(number(FieldId::Ipv6NextHeader), Some(59));
    assert_eq!(number(FieldId::Ipv6HopLimit), Some(64));
    assert_eq!(dissection.get(FieldId::Ipv6Src), Some(&Value::Ipv6(TESTER)));
    assert_eq!(dissection.get(FieldId::Ipv6Dst), Some(&Value::Ipv6(DUT)));
    assert_eq!(dissection.problems, []);
}

#[test]
fn upper_layers() {
    insta::assert_snapshot!(show(&packet(Udp::new(0xf0b1, 0xf0b2, *b"hi")).to_octets()), @"
    40..42  udp.src_port 0xf0b1
    42..44  udp.dst_port 0xf0b2
    44..46  udp.length 0xa
    46..48  udp.checksum 0x1ee3
    48..50  udp.data [68, 69]
    ");
    insta::assert_snapshot!(show(&packet(Tcp::syn(0x1234, 80, 7)).to_octets()), @"
    40..42  tcp.src_port 0x1234
    42..44  tcp.dst_port 0x50
    44..48  tcp.sequence_number 0x7
    48..52  tcp.acknowledgment_number 0x0
    52..53  tcp.data_offset 0x5
    53..54  tcp.flags 0x2
    54..56  tcp.window 0x400
    56..58  tcp.checksum 0x22f
    58..60  tcp.urgent_pointer 0x0
    60..60  tcp.options []
    60..60  tcp.data []
    ");
    insta::assert_snapshot!(show(&icmpv6(Message::EchoReply(Echo {
        identifier: 0x1234,
        sequence: 1,
        data: vec![1, 2],
    })).to_octets()), @"
    40..41  icmpv6.type 0x81
    41..42  icmpv6.code 0x0
    42..44  icmpv6.checksum 0xd45a
    44..46  icmpv6.identifier 0x1234
    46..48  icmpv6.sequence_number 0x1
    48..50  icmpv6.data [01, 02]
    ");
    let class_unsupported = Icmpv6::from(Message::Other {
        icmpv6_type: 253,
        body: vec![],
    });
    insta::assert_snapshot!(show(&packet(class_unsupported.with_code(2)).to_octets()), @"
    40..41  icmpv6.type 0xfd
    41..42  icmpv6.code 0x2
    42..44  icmpv6.checksum 0x6b95
    44..44  icmpv6.body []
    ");
}

#[test]
fn extension_headers() {
    let packet = packet(Payload::Octets {
        protocol: 253,
        octets: vec![9],
    })
    .with_extension(ExtensionBody::HopByHop(vec![
        Ipv6Option::Pad1,
        Ipv6Option::Other {
            option_type: 5,
            data: vec![0, 0],
        },
    ]))
    .with_extension(ExtensionBody::Routing(Routing {
        routing_type: 3,
        segments_left: 1,
        data: vec![0; 4],
    }))
    .with_extension(ExtensionBody::Fragment(Fragment {
        fragment_offset: 0,
        more_fragments: false,
        identification: 0xdead,
    }))
    .with_extension(ExtensionBody::Mobility(vec![5, 0, 0, 0, 0, 0]));
    insta::assert_snapshot!(show(&packet.to_octets()), @"
    40..40  extension.type 0x0
    40..41  extension.next_header 0x2b
    41..42  extension.length 0x0
    42..48  extension.octets [00, 05, 02, 00, 00, 00]
    42..43  option.type 0x0
    43..44  option.type 0x5
    44..45  option.length 0x2
    45..47  option.data [00, 00]
    47..48  option.type 0x0
    48..48  extension.type 0x2b
    48..49  extension.next_header 0x2c
    49..50  extension.length 0x0
    50..56  extension.octets [03, 01, 00, 00, 00, 00]
    50..51  routing.type 0x3
    51..52  routing.segments_left 0x1
    56..56  extension.type 0x2c
    56..57  extension.next_header 0x87
    58..60  fragment.offset 0x0
    59..60  fragment.m 0x0
    60..64  fragment.identification 0xdead
    64..64  extension.type 0x87
    64..65  extension.next_header 0xfd
    65..66  extension.length 0x0
    66..72  extension.octets [05, 00, 00, 00, 00, 00]
    66..67  mobility.type 0x5
    72..73  payload.octets [09]
    ");
}

#[test]
fn a_tunnelled_packet_has_the_same_names_behind_the_outer_ones() {
    let inner = packet(Udp::new(1, 2, *b"in"));
    let outer = Packet::new(Ipv6Header::new(Ipv6Addr::LOCALHOST, DUT), inner);
    insta::assert_snapshot!(show(&outer.to_octets()), @"
    40..41  ipv6.version 0x6
    40..42  ipv6.traffic_class 0x0
    41..44  ipv6.flow_label 0x0
    44..46  ipv6.payload_length 0xa
    46..47  ipv6.next_header 0x11
    47..48  ipv6.hop_limit 0x40
    48..64  ipv6.src fe80::212:4b00:0:1
    64..80  ipv6.dst fe80::212:4b00:0:2
    80..82  udp.src_port 0x1
    82..84  udp.dst_port 0x2
    84..86  udp.length 0xa
    86..88  udp.checksum 0xff3f
    88..90  udp.data [69, 6e]
    ");
}

#[test]
fn tunnels_without_end_are_left_as_octets() {
    let mut packet = packet(Payload::none());
    for _ in 0..20 {
        packet = Packet::new(packet.header, packet);
    }
    let dissection = dissect_packet(&packet.to_octets());
    let headers = dissection.all(FieldId::Ipv6Src).count();
    assert_eq!(headers, 1 + DEEPEST_TUNNEL);
    assert!(dissection.get(FieldId::PayloadOctets).is_some());
}

#[test]
fn a_router_advertisement_with_every_option() {
    let address: Ipv6Addr = "2001:db8::1".parse().expect("address");
    let options: Vec<NdOption> = [
        NdOptionBody::SourceLinkLayerAddress(MacAddress::Extended([1, 2, 3, 4, 5, 6, 7, 8])),
        NdOptionBody::TargetLinkLayerAddress(MacAddress::Short(0xabcd)),
        NdOptionBody::PrefixInformation(PrefixInformation {
            prefix_length: 64,
            on_link: false,
            autonomous: true,
            valid_lifetime_s: 7200,
            preferred_lifetime_s: 3600,
            prefix: "2001:db8::".parse().expect("prefix"),
        }),
        NdOptionBody::Mtu(1280),
        NdOptionBody::ExtendedAddressRegistration(ExtendedAddressRegistration {
            status: 1,
            opaque: 7,
            i: 2,
            r: true,
            t: false,
            tid: 240,
            registration_lifetime: 5,
            rovr: vec![0xaa; 16],
        }),
        NdOptionBody::Context6Lo(Context6Lo {
            context_length: 64,
            compression: true,
            cid: 5,
            valid_lifetime: 10,
            prefix: "2001:db8:5:5::".parse().expect("prefix"),
        }),
        NdOptionBody::AuthoritativeBorderRouter(AuthoritativeBorderRouter {
            version: 0x0001_0002,
            valid_lifetime: 0,
            address,
        }),
        NdOptionBody::CapabilityIndication6Lo([0, 0x2b, 0, 0, 0, 0]),
        NdOptionBody::Other {
            option_type: 253,
            data: vec![1; 6],
        },
    ]
    .map(NdOption::from)
    .into();
    let packet = icmpv6(Message::RouterAdvertisement(RouterAdvertisement {
        hop_limit: 64,
        managed: true,
        other: false,
        router_lifetime_s: 1800,
        reachable_time_ms: 30000,
        retrans_timer_ms: 1000,
        options,
    }));
    insta::assert_snapshot!(show(&packet.to_octets()), @"
     40..41  icmpv6.type 0x86
     41..42  icmpv6.code 0x0
     42..44  icmpv6.checksum 0x361d
     44..45  nd.cur_hop_limit 0x40
     45..46  nd.flags 0x80
     45..46  nd.managed 0x1
     45..46  nd.other 0x0
     46..48  nd.router_lifetime 0x708
     48..52  nd.reachable_time 0x7530
     52..56  nd.retrans_timer 0x3e8
     56..57  nd.option.type 0x1
     57..58  nd.option.length 0x2
     58..66  nd.slla.address 0102030405060708
     72..73  nd.option.type 0x2
     73..74  nd.option.length 0x1
     74..76  nd.tlla.address abcd
     80..81  nd.option.type 0x3
     81..82  nd.option.length 0x4
     82..83  nd.pio.prefix_length 0x40
     83..84  nd.pio.flags 0x40
     83..84  nd.pio.on_link 0x0
     83..84  nd.pio.autonomous 0x1
     84..88  nd.pio.valid_lifetime 0x1c20
     88..92  nd.pio.preferred_lifetime 0xe10
     96..112 nd.pio.prefix 2001:db8::
    112..113 nd.option.type 0x5
    113..114 nd.option.length 0x1
    116..120 nd.mtu 0x500
    120..121 nd.option.type 0x21
    121..122 nd.option.length 0x3
    122..123 nd.aro.status 0x1
    123..124 nd.aro.opaque 0x7
    124..125 nd.aro.flags 0xa
    125..126 nd.aro.tid 0xf0
    126..128 nd.aro.lifetime 0x5
    128..144 nd.aro.eui64 [aa, aa, aa, aa, aa, aa, aa, aa, aa, aa, aa, aa, aa, aa, aa, aa]
    144..145 nd.option.type 0x22
    145..146 nd.option.length 0x2
    146..147 nd.6co.context_length 0x40
    147..148 nd.6co.c 0x1
    147..148 nd.6co.cid 0x5
    150..152 nd.6co.valid_lifetime 0xa
    152..160 nd.6co.prefix 2001:db8:5:5::
    160..161 nd.option.type 0x23
    161..162 nd.option.length 0x3
    162..166 nd.abro.version 0x10002
    166..168 nd.abro.valid_lifetime 0x0
    168..184 nd.abro.address 2001:db8::1
    184..185 nd.option.type 0x24
    185..186 nd.option.length 0x1
    186..188 nd.6cio.flags 0x2b
    192..193 nd.option.type 0xfd
    193..194 nd.option.length 0x1
    194..200 nd.option.data [01, 01, 01, 01, 01, 01]
    ");
}

#[test]
fn other_neighbour_discovery_messages() {
    let advertisement = Message::NeighborAdvertisement(NeighborAdvertisement {
        router: false,
        solicited: true,
        override_flag: true,
        target: DUT,
        options: vec![],
    });
    insta::assert_snapshot!(show(&icmpv6(advertisement).to_octets()), @"
    40..41  icmpv6.type 0x88
    41..42  icmpv6.code 0x0
    42..44  icmpv6.checksum 0x34ee
    44..45  nd.flags 0x60
    44..45  nd.router 0x0
    44..45  nd.solicited 0x1
    44..45  nd.override 0x1
    48..64  nd.target fe80::212:4b00:0:2
    ");
    let request = |rovr: Vec<u8>| {
        Message::DuplicateAddressRequest(DuplicateAddress {
            status: 0,
            tid: 3,
            registration_lifetime: 5,
            rovr,
            registered_address: TESTER,
        })
    };
    insta::assert_snapshot!(show(&icmpv6(request(vec![0x55; 8])).to_octets()), @"
    40..41  icmpv6.type 0x9d
    41..42  icmpv6.code 0x0
    42..44  icmpv6.checksum 0x2a8a
    44..45  nd.da.status 0x0
    45..46  nd.da.tid 0x3
    46..48  nd.da.lifetime 0x5
    48..56  nd.da.eui64 5555555555555555
    56..72  nd.da.address fe80::212:4b00:0:1
    ");
    let extended = Icmpv6::from(request(vec![0x55; 16])).with_code(2);
    let dissection = dissect_packet(&packet(extended).to_octets());
    assert_eq!(
        bytes(&dissection, FieldId::NdDaEui64),
        Some([0x55; 16].as_slice())
    );
    assert_eq!(
        dissection.get(FieldId::NdDaAddress),
        Some(&Value::Ipv6(TESTER))
    );
}

#[test]
fn an_error_and_its_cut_off_quote() {
    let mut quote = packet(Udp::new(1, 2, vec![7; 60])).to_octets();
    quote.truncate(52);
    let error = icmpv6(Message::DestinationUnreachable(quote.clone())).to_octets();
    let dissection = dissect_packet(&error);
    assert_eq!(
        bytes(&dissection, FieldId::Icmpv6Quote),
        Some(quote.as_slice())
    );
    let quoted = quoted_packet(&error).expect("a quote");
    insta::assert_snapshot!(show(quoted), @"
     40..42  udp.src_port 0x1
     42..44  udp.dst_port 0x2
     44..46  udp.length 0x44
     46..48  udp.checksum 0x9567
     48..52  udp.data [07, 07, 07, 07]
    4..6 WrongLength(Ipv6PayloadLength)
    ");
}

#[test]
fn problems_name_place_value_and_what_is_allowed() {
    let lies = |change: fn(&mut Ipv6Header)| {
        let mut packet = packet(Udp::new(1, 2, *b"data"));
        change(&mut packet.header);
        problems(&packet.to_octets())
    };
    let udp = |change: fn(&mut Udp)| {
        let mut udp = Udp::new(1, 2, *b"data");
        change(&mut udp);
        problems(&packet(udp).to_octets())
    };
    let option = |octets: &str| {
        let raw = Ipv6Option::Raw(hex(octets));
        problems(
            &packet(Payload::none())
                .with_extension(ExtensionBody::HopByHop(vec![raw]))
                .to_octets(),
        )
    };
    let nd = |octets: &str| {
        let body = [vec![0; 4], hex(octets)].concat();
        problems(
            &icmpv6(Message::Other {
                icmpv6_type: 133,
                body,
            })
            .to_octets(),
        )
    };
    let tcp = Tcp {
        data_offset: Stated::Lie(4),
        ..Tcp::default()
    };
    insta::assert_snapshot!(
        [
            problems(&[0x60; 39]),
            lies(|header| header.version = 4),
            lies(|header| header.payload_length = Stated::Lie(13)),
            lies(|header| header.payload_length = Stated::Lie(11)),
            lies(|header| header.next_header = Stated::Lie(0)),
            lies(|header| header.next_header = Stated::Lie(6)),
            udp(|udp| udp.length = Stated::Lie(7)),
            udp(|udp| udp.checksum = Checksum::Wrong),
            udp(|udp| udp.checksum = Checksum::Zero),
            problems(&packet(tcp).to_octets()),
            option("1e 05 00 00 00 00"),
            option("00 00 00 00 00 1e"),
            nd("01 00 00 00 00 00 00 00"),
            nd("01 02 00 00 00 00 00 00"),
            nd("03 01 00 00 00 00 00 00"),
            nd("22 02 50 00 00 00 00 00 00 00 00 00 00 00 00 00"),
        ]
        .join("\n"),
        @"
    0..39 Truncated(Ipv6Dst)
    0..1 Reserved(Ipv6Version)
    4..6 WrongLength(Ipv6PayloadLength)
    4..6 WrongLength(Ipv6PayloadLength), 44..46 WrongLength(UdpLength), 46..48 WrongChecksum(UdpChecksum)
    40..52 Truncated(ExtensionOctets)
    52..52 Truncated(TcpDataOffset)
    44..46 WrongLength(UdpLength)
    46..48 WrongChecksum(UdpChecksum)
    46..48 WrongChecksum(UdpChecksum)
    52..53 WrongLength(TcpDataOffset)
    42..48 WrongLength(OptionLength)
    47..48 WrongLength(OptionLength)
    48..56 WrongLength(NdOptionLength)
    48..56 WrongLength(NdOptionLength)
    49..50 WrongLength(NdOptionLength)
    50..51 WrongLength(Nd6coLength)
    "
    );
}

#[test]
fn a_fragments_checksum_is_not_judged() {
    let fragment = |fragment_offset, more_fragments| {
        let packet = packet(Udp {
            checksum: Checksum::Wrong,
            ..Udp::new(1, 2, vec![0; 8])
        })
        .with_extension(ExtensionBody::Fragment(Fragment {
            fragment_offset,
            more_fragments,
            identification: 1,
        }));
        dissect_packet(&packet.to_octets())
    };
    let first = fragment(0, true);
    assert_eq!(first.problems, []);
    assert!(first.get(FieldId::UdpData).is_some());
    let later = fragment(2, false);
    assert_eq!(later.problems, []);
    assert_eq!(later.get(FieldId::UdpSrcPort), None);
    assert!(later.get(FieldId::PayloadOctets).is_some());
    // Offset 0 and no more fragments: the packet is whole (RFC 6946).
    let atomic = fragment(0, false);
    assert!(atomic.has(ProblemKind::WrongChecksum(FieldId::UdpChecksum)));
}
