//! Fifteen places where bits are easily got wrong: what each frame restores to,
//! and that crafting the packet in the same form gives the same octets.

use std::net::Ipv6Addr;

use super::*;
use crate::context::{Context, ContextTable};
use crate::craft::{
    Body, Fragmentation, FrameSpec, GhcCode, IphcSpec, MeshSpec, NhcSpec, craft, is_faithful,
};
use crate::field::{FieldId, Value};
use crate::hex::hex;
use crate::mac::{MacAddress, MacFrame};

const TESTER: MacAddress = MacAddress::Extended([0x00, 0x12, 0x4b, 0, 0, 0, 0, 0x01]);
const DUT: MacAddress = MacAddress::Extended([0x00, 0x12, 0x4b, 0, 0, 0, 0, 0x02]);

/// Echo request, identifier 0x1234, sequence 1; its checksum is right between
/// fe80::212:4b00:0:1 and fe80::212:4b00:0:2.
const ECHO: &str = "80 00 d6 5e 12 34 00 01";

fn contexts() -> ContextTable {
    let mut table = ContextTable::new();
    for (id, prefix, length) in [
        (3, "2001:db8:1:2::", 64),
        (5, "2001:db8:5:5:dead::", 80),
        (7, "2001:db8::", 32),
        (10, "2001:db8:b::", 64),
        (15, "2001:db8:f::1", 128),
    ] {
        let prefix = address(prefix);
        table.set(id, Context { prefix, length });
    }
    table
}

fn address(text: &str) -> Ipv6Addr {
    text.parse().expect("an address")
}

fn mac(src: MacAddress, dst: MacAddress) -> MacFrame {
    MacFrame::data(1, 0xabcd, dst, src)
}

/// Dissects these LoWPAN octets between two nodes.
fn between(src: MacAddress, dst: MacAddress, lowpan: &[u8]) -> Dissection {
    let psdu = MacFrame {
        payload: lowpan.to_vec(),
        ..mac(src, dst)
    }
    .encode();
    let options = DissectOptions {
        contexts: &contexts(),
        fcs: FcsMode::Present,
        keys: None,
    };
    dissect(&psdu, &options)
}

/// Dissects what the tester sends to the device under test.
fn dissected(lowpan: &str) -> Dissection {
    between(TESTER, DUT, &hex(lowpan))
}

/// The packet a frame restores to, nothing being wrong with it.
fn restored(lowpan: &str) -> Vec<u8> {
    packet_of(dissected(lowpan))
}

fn packet_of(dissection: Dissection) -> Vec<u8> {
    assert_eq!(dissection.problems, [], "{:02x?}", dissection.packet);
    dissection.packet.expect("a packet")
}

/// Source and destination of a packet.
fn addresses(packet: &[u8]) -> (Ipv6Addr, Ipv6Addr) {
    let found = dissect_packet(packet);
    match (found.get(FieldId::Ipv6Src), found.get(FieldId::Ipv6Dst)) {
        (Some(Value::Ipv6(src)), Some(Value::Ipv6(dst))) => (*src, *dst),
        other => panic!("no addresses: {other:?}"),
    }
}

fn ends(src: &str, dst: &str) -> (Ipv6Addr, Ipv6Addr) {
    (address(src), address(dst))
}

/// Nothing is wrong with the packet itself: lengths and checksums are right.
fn is_sound(packet: &[u8]) -> bool {
    dissect_packet(packet).problems.is_empty()
}

/// TF and NH=0 or NHC as told, hop limit 64, both addresses elided.
fn elided(tf: u8, nhc: Vec<NhcSpec>) -> IphcSpec {
    IphcSpec {
        tf,
        hlim: 2,
        sam: 3,
        dam: 3,
        nhc,
        ..IphcSpec::default()
    }
}

/// Crafting the packet of `lowpan` as `spec` says gives `lowpan` again.
fn crafts(spec: IphcSpec, lowpan: &str) {
    let frame = FrameSpec {
        mac: mac(TESTER, DUT),
        body: Body::Iphc(spec),
        ..FrameSpec::default()
    };
    let packet = restored(lowpan);
    let psdus = craft(&frame, &packet).expect("a frame");
    assert_eq!(psdus[0][21..psdus[0].len() - 2], hex(lowpan));
    assert!(is_faithful(&frame, &packet, &contexts()));
}

#[test]
fn point_1_traffic_class_is_rotated() {
    for (tf, in_line, first_word) in [
        (0, "62 33  6e 0a bc de  3a", "6b 9a bc de"), // ECN 01, DSCP 46 on air as 6e
        (1, "6a 33  4a bc de  3a", "60 1a bc de"),    // ECN only, DSCP is lost
        (2, "72 33  6e  3a", "6b 90 00 00"),
        (3, "7a 33  3a", "60 00 00 00"),
    ] {
        let lowpan = format!("{in_line} {ECHO}");
        let packet = restored(&lowpan);
        assert_eq!(packet[..4], hex(first_word), "TF={tf:02b}");
        assert!(is_sound(&packet));
        crafts(elided(tf, vec![]), &lowpan);
    }
    // The pad bits are ignored: the high nibble with TF=00, bits 2 and 3 with TF=01.
    assert_eq!(
        restored(&format!("62 33 6e fa bc de 3a {ECHO}"))[..4],
        hex("6b 9a bc de")
    );
    assert_eq!(
        restored(&format!("6a 33 7a bc de 3a {ECHO}"))[..4],
        hex("60 1a bc de")
    );
}

#[test]
fn point_2_the_context_octet_comes_first() {
    let lowpan = "
        60 e6                 everything in line; CID, SAC=1 SAM=10, DAC=1 DAM=10
        3a                    SCI 3, DCI 10
        6e 0a bc de           traffic class and flow label
        3a 3f                 next header, hop limit 63
        00 11 00 22           16 bits of each address
        80 00 d6 5e 12 34 00 01";
    let packet = restored(lowpan);
    assert_eq!(
        addresses(&packet),
        ends("2001:db8:1:2:0:ff:fe00:11", "2001:db8:b::ff:fe00:22")
    );
    assert_eq!(packet[6..8], [0x3a, 0x3f]);
    crafts(
        IphcSpec {
            cid: Some(0x3a),
            sac: true,
            sam: 2,
            dac: true,
            dam: 2,
            ..IphcSpec::default()
        },
        lowpan,
    );
    // Consumed even when no address uses it.
    let unused = format!("7a b3 00 3a {ECHO}");
    assert!(is_sound(&restored(&unused)));
    crafts(
        IphcSpec {
            cid: Some(0),
            ..elided(3, vec![])
        },
        &unused,
    );
}

#[test]
fn point_3_unspecified_is_a_source_only() {
    let lowpan = "
        7b 49                 hop limit 255; SAC=1 SAM=00, M=1 DAM=01
        3a
        02 01 ff 00 00 02     ff02::1:ff00:2
        87 00 00 00 00 00 00 00 fe80 0000 0000 0000 0212 4b00 0000 0002";
    let packet = restored(lowpan);
    assert_eq!(addresses(&packet), ends("::", "ff02::1:ff00:2"));
    crafts(
        IphcSpec {
            hlim: 3,
            sac: true,
            sam: 0,
            m: true,
            dam: 1,
            ..elided(3, vec![])
        },
        lowpan,
    );
    let reserved = dissected(&format!("7a 34 3a {ECHO}"));
    assert!(reserved.has(ProblemKind::Reserved(FieldId::IphcDam)));
    assert_eq!(reserved.packet, None);
}

#[test]
fn point_4_a_multicast_prefix_comes_from_the_destination_context() {
    let lowpan = format!("7a bc 03 3a  3e 00 00 00 12 34  {ECHO}");
    let packet = restored(&lowpan);
    assert_eq!(
        addresses(&packet).1,
        address("ff3e:0040:2001:0db8:0001:0002:0000:1234")
    );
    crafts(
        IphcSpec {
            cid: Some(0x03),
            m: true,
            dac: true,
            dam: 0,
            ..elided(3, vec![])
        },
        &lowpan,
    );
    for reserved in ["bd", "be", "bf"] {
        let read = dissected(&format!("7a {reserved} 03 3a 3e 00 00 00 12 34 {ECHO}"));
        assert!(read.has(ProblemKind::Reserved(FieldId::IphcDam)));
        assert_eq!(read.packet, None);
    }
}

#[test]
fn point_5_context_bits_win_and_gaps_are_zero() {
    for (lowpan, src) in [
        ("7a e3 50 3a 12 34", "2001:db8:5:5:dead:ff:fe00:1234"), // 80 bits
        ("7a f3 70 3a", "2001:db8::212:4b00:0:1"),               // 32 bits, then zeros
        ("7a d3 f0 3a ffffffffffffffff", "2001:db8:f::1"),       // all 128 bits
    ] {
        let packet = restored(&format!("{lowpan} {ECHO}"));
        assert_eq!(
            addresses(&packet),
            ends(src, "fe80::212:4b00:0:2"),
            "{lowpan}"
        );
    }
    let unknown = dissected(&format!("7a f3 80 3a {ECHO}"));
    assert!(unknown.has(ProblemKind::UnknownContext(8)));
    assert_eq!(unknown.packet, None);
}

#[test]
fn point_6_iids_of_both_widths() {
    let short = MacAddress::Short(0x1234);
    let lowpan = hex(&format!("7a 33 3a {ECHO}"));
    for (src, dst, expected) in [
        (
            TESTER,
            DUT,
            ends("fe80::212:4b00:0:1", "fe80::212:4b00:0:2"),
        ),
        (short, DUT, ends("fe80::ff:fe00:1234", "fe80::212:4b00:0:2")),
        (
            TESTER,
            short,
            ends("fe80::212:4b00:0:1", "fe80::ff:fe00:1234"),
        ),
    ] {
        let packet = packet_of(between(src, dst, &lowpan));
        assert_eq!(addresses(&packet), expected);
    }
    // Nothing to take an IID from.
    let absent = between(MacAddress::Absent, DUT, &lowpan);
    assert!(absent.has(ProblemKind::NotElidable(FieldId::Ipv6Src)));
    assert_eq!(absent.packet, None);
}

#[test]
fn point_7_multicast_short_forms() {
    for (dam, in_line, group) in [
        (1, "02 01 ff 00 00 02", "ff02::1:ff00:2"),
        (2, "05 01 02 03", "ff05::1:203"),
        (3, "1a", "ff02::1a"),
    ] {
        let lowpan = format!("7a 3{:x} 3a {in_line} {ECHO}", 8 | dam);
        assert_eq!(addresses(&restored(&lowpan)).1, address(group));
        crafts(
            IphcSpec {
                m: true,
                dam,
                ..elided(3, vec![])
            },
            &lowpan,
        );
    }
}

#[test]
fn point_8_a_tunnel_copies_the_outer_iids() {
    let lowpan = "
        7e 13                     NH=1; source 64 bits, destination elided
        00 11 22 33 44 55 66 77
        ee                        NHC: IPv6
        7a 33 3a                  everything elided
        80 00 56 61 12 34 00 01   right with the unflipped IID only";
    let packet = restored(lowpan);
    assert!(is_sound(&packet), "the echo's checksum");
    let found = dissect_packet(&packet);
    let sources: Vec<_> = found.all(FieldId::Ipv6Src).collect();
    let outer = Value::Ipv6(address("fe80::11:2233:4455:6677"));
    assert_eq!(sources, [&outer, &outer]);
    let lengths: Vec<_> = found.all(FieldId::Ipv6PayloadLength).collect();
    assert_eq!(lengths, [&Value::Uint(48), &Value::Uint(8)]);
    assert_eq!(packet[6], 41);
    crafts(
        IphcSpec {
            sam: 1,
            ..elided(3, vec![NhcSpec::Ipv6(Box::new(elided(3, vec![])))])
        },
        lowpan,
    );
    // Behind 0xEE an uncompressed header is none.
    assert!(
        dissected("7e 33 ee 41 60 00").has(ProblemKind::Reserved(FieldId::IphcTf)),
        "only IPHC may follow"
    );
}

#[test]
fn point_9_extension_headers_count_octets() {
    // Hop-by-hop, NH=1: next header elided, length 4; PadN of two comes back.
    let lowpan = "7e 33  e1 04 05 02 00 00  f3 12 1e e3  68 69";
    let packet = restored(lowpan);
    assert_eq!(packet[40..48], hex("11 00 05 02 00 00 01 00"));
    assert_eq!(packet[48..], hex("f0b1 f0b2 000a 1ee3 6869"));
    assert!(is_sound(&packet), "the UDP length leaves the extension out");
    let extension = || NhcSpec::Extension {
        elide_padding: true,
    };
    let udp = NhcSpec::Udp {
        p: 3,
        elide_checksum: false,
    };
    crafts(elided(3, vec![extension(), udp]), lowpan);
    // NH=0: the next header comes before the length.
    for (nhc, header) in [
        ("e0 3a 04 05 02 00 00", "3a 00 05 02 00 00 01 00"),
        ("e0 3a 05 1e 03 aa bb cc", "3a 00 1e 03 aa bb cc 00"), // Pad1
        (
            "e6 3a 07 1e 05 aa bb cc dd ee", // seven octets of padding
            "3a 01 1e 05 aa bb cc dd ee 01 05 00 00 00 00 00",
        ),
    ] {
        let lowpan = format!("7e 33 {nhc} {ECHO}");
        let packet = restored(&lowpan);
        let header = hex(header);
        assert_eq!(packet[40..40 + header.len()], header);
        assert!(is_sound(&packet));
        crafts(elided(3, vec![extension()]), &lowpan);
    }
    // Routing and mobility headers are never padded.
    for nhc in ["e2 3a 05 fd 00 00 00 00", "e8 3a 05 00 00 00 00 00"] {
        let read = dissected(&format!("7e 33 {nhc} {ECHO}"));
        assert!(read.has(ProblemKind::WrongLength(FieldId::NhcExtensionLength)));
        assert_eq!(read.packet, None);
    }
}

#[test]
fn point_10_the_fragment_header_is_ambiguous() {
    // Wireshark's reading: the reserved octet is kept.
    let read = dissected(&format!("7e 33  e4 3a 00 00 00 de ad be ef  {ECHO}"));
    assert!(read.has(ProblemKind::Ambiguous(FieldId::NhcExtensionLength)));
    let packet = read.packet.expect("one of two readings");
    assert_eq!(packet[40..48], hex("3a 00 00 00 de ad be ef"));
    assert!(is_sound(&packet));
    // The other spelling has a length; read alike, one octet is left over.
    let read = dissected(&format!("7e 33  e4 3a 06 00 00 de ad be ef  {ECHO}"));
    assert!(read.has(ProblemKind::Ambiguous(FieldId::NhcExtensionLength)));
}

#[test]
fn point_11_udp_ports_and_checksum() {
    for (p, nhc, ports) in [
        (0, "f0 16 33 16 34", (0x1633, 0x1634)),
        (1, "f1 16 33 b1", (0x1633, 0xf0b1)),
        (2, "f2 b1 16 33", (0xf0b1, 0x1633)),
        (3, "f3 12", (0xf0b1, 0xf0b2)), // the source is the high nibble
    ] {
        let lowpan = format!("7e 33 {nhc} 1e e3 68 69");
        let packet = restored(&lowpan);
        let (src, dst): (u16, u16) = ports;
        assert_eq!(packet[40..42], src.to_be_bytes());
        assert_eq!(packet[42..44], dst.to_be_bytes());
        assert_eq!(packet[44..46], [0, 10], "length");
        let udp = NhcSpec::Udp {
            p,
            elide_checksum: false,
        };
        crafts(elided(3, vec![udp]), &lowpan);
    }
    for (lowpan, checksum) in [
        ("7e 33 f7 12 68 69", "1e e3"),
        ("7e 33 f7 12 87 4c", "ff ff"), // it sums to zero, which UDP sends as ones
    ] {
        let packet = restored(lowpan);
        assert_eq!(packet[46..48], hex(checksum));
        assert!(is_sound(&packet));
        let udp = NhcSpec::Udp {
            p: 3,
            elide_checksum: true,
        };
        crafts(elided(3, vec![udp]), lowpan);
    }
    // In a first fragment the sum must wait for the rest.
    let read = dissected("c0 38 00 07  7e 33 f7 12  68 69 00 00 00 00 00 00");
    assert_eq!(read.elided_checksum, Some(46));
    assert_eq!(read.packet.expect("a packet")[46..48], [0, 0]);
}

#[test]
fn point_12_fragments_count_uncompressed_octets() {
    let data: Vec<u8> = (0..100).collect();
    let first = [&hex("c0 94 00 07  7e 33  f3 12 ea ba")[..], &data[..40]].concat();
    assert_eq!(first.len(), 50, "on air");
    let read = between(TESTER, DUT, &first);
    let info = read.fragment.expect("FRAG1");
    assert_eq!((info.datagram_size, info.datagram_tag), (148, 7));
    let beginning = packet_of(read);
    assert_eq!(beginning.len(), 88, "covered");
    assert_eq!(beginning[4..6], 108u16.to_be_bytes(), "payload length");
    assert_eq!(beginning[44..46], 108u16.to_be_bytes(), "UDP length");

    let second = [&hex("e0 94 00 07 0b")[..], &data[40..]].concat();
    let read = between(TESTER, DUT, &second);
    assert_eq!(read.fragment.expect("FRAGN").datagram_offset, 11);
    let end = packet_of(read);
    assert_eq!(end, data[40..]);
    let packet = [beginning, end].concat();
    assert!(is_sound(&packet));

    let frame = FrameSpec {
        mac: mac(TESTER, DUT),
        body: Body::Iphc(elided(
            3,
            vec![NhcSpec::Udp {
                p: 3,
                elide_checksum: false,
            }],
        )),
        fragmentation: Fragmentation::Auto {
            tag: 7,
            first: Some(88),
        },
        ..FrameSpec::default()
    };
    let psdus = craft(&frame, &packet).expect("frames");
    assert_eq!(psdus[0][21..psdus[0].len() - 2], first);
    assert_eq!(psdus[1][21..psdus[1].len() - 2], second);

    // A 0x41 octet is never counted.
    let read = dissected("c0 38 00 07  41  60 00 00 00 00 10 3b 40");
    assert_eq!(packet_of(read).len(), 8);

    // RFC 8931: compressed size, octet offsets, 8-bit tag.
    let read = dissected(&format!("e8 05 80 50 00 c8 {}", "00".repeat(80)));
    assert_eq!(read.problems, []);
    for (field, value) in [
        (FieldId::RfragTag, 5),
        (FieldId::RfragX, 1),
        (FieldId::RfragSequence, 0),
        (FieldId::RfragFragmentSize, 80),
        (FieldId::RfragFragmentOffset, 200), // of the datagram, in the first one
    ] {
        assert_eq!(read.get(field), Some(&Value::Uint(value)), "{field:?}");
    }
    // Sequences 0 to 20 without 1, 2 and 16.
    let read = dissected("ea 05 9f ff 78 00");
    assert_eq!(
        read.get(FieldId::RfragAckBitmap),
        Some(&Value::Uint(0x9fff_7800))
    );
    let missing: Vec<_> = (0..=20)
        .filter(|sequence| 0x9fff_7800_u32 << sequence >> 31 == 0)
        .collect();
    assert_eq!(missing, [1, 2, 16]);
}

#[test]
fn point_13_mesh_addresses_give_the_iids() {
    let lowpan = "
        bf 14                     both short, deep hops: 20
        00 01 00 02               originator, final: most significant octet first
        7a 33 3a
        80 00 72 83 12 34 00 01";
    let read = dissected(lowpan);
    assert_eq!(read.get(FieldId::MeshHopsLeft), Some(&Value::Uint(20)));
    assert_eq!(
        read.mesh,
        Some((MacAddress::Short(1), MacAddress::Short(2)))
    );
    let packet = packet_of(read);
    assert_eq!(
        addresses(&packet),
        ends("fe80::ff:fe00:1", "fe80::ff:fe00:2")
    );
    assert!(is_sound(&packet));

    let mut frame = FrameSpec {
        mac: mac(TESTER, DUT),
        mesh: Some(MeshSpec {
            hops_left: 20,
            originator: MacAddress::Short(1),
            final_destination: MacAddress::Short(2),
        }),
        body: Body::Iphc(elided(3, vec![])),
        ..FrameSpec::default()
    };
    let psdus = craft(&frame, &packet).expect("a frame");
    assert_eq!(psdus[0][21..psdus[0].len() - 2], hex(lowpan));
    assert!(is_faithful(&frame, &packet, &contexts()));

    // A broadcast from an extended originator: V=0, F=1, then LOWPAN_BC0.
    frame.mesh = Some(MeshSpec {
        hops_left: 5,
        originator: TESTER,
        final_destination: MacAddress::Short(0xffff),
    });
    frame.bc0 = Some(7);
    let psdus = craft(&frame, &packet).expect("a frame");
    let lowpan = &psdus[0][21..];
    assert_eq!(lowpan[..13], hex("95 00124b0000000001 ffff 50 07"));
    let read = between(TESTER, DUT, &lowpan[..lowpan.len() - 2]);
    assert_eq!(read.get(FieldId::Bc0SequenceNumber), Some(&Value::Uint(7)));
}

#[test]
fn point_14_ghc_copies_from_addresses() {
    let lowpan = "
        7e 33 df
        08 80 00 89 33 12 34 00 01   literal: the echo's header
        8e                           16 zeros
        a7 f0                        the source's IID";
    let packet = restored(lowpan);
    assert_eq!(packet[48..64], [0; 16]);
    assert_eq!(packet[64..], hex("02 12 4b 00 00 00 00 01"));
    assert!(is_sound(&packet));
    // The best encoding is shorter still: the literal copies, too.
    let best = FrameSpec {
        mac: mac(TESTER, DUT),
        body: Body::Iphc(elided(3, vec![NhcSpec::GhcIcmpv6(GhcCode::Best)])),
        ..FrameSpec::default()
    };
    let psdus = craft(&best, &packet).expect("a frame");
    assert!(psdus[0].len() < 21 + hex(lowpan).len() + 2);
    assert!(is_faithful(&best, &packet, &contexts()));
    // UDP: ports and checksum stand outside the bytecode.
    let lowpan = "7e 33 d3 12 1e cf 02 68 69 88";
    let packet = restored(lowpan);
    assert_eq!(packet[48..], hex("68 69 00000000 00000000 0000"));
    let udp = |code| NhcSpec::GhcUdp {
        p: 3,
        elide_checksum: false,
        code,
    };
    crafts(elided(3, vec![udp(GhcCode::Zeros)]), lowpan);
    // Extension header: no length octet, ended by 90.
    let lowpan = format!("7e 33 b0 3a 06 05 02 00 00 01 00 90 {ECHO}");
    let packet = restored(&lowpan);
    assert_eq!(packet[40..48], hex("3a 00 05 02 00 00 01 00"));
    assert!(is_sound(&packet));
    crafts(
        elided(3, vec![NhcSpec::GhcExtension(GhcCode::Literals)]),
        &lowpan,
    );
    // A reserved code, and a copy from before the dictionary.
    for bytecode in ["60", "91", "af af ff"] {
        let read = dissected(&format!("7e 33 df {bytecode}"));
        assert!(read.has(ProblemKind::Reserved(FieldId::NhcGhcBytecode)));
        assert_eq!(read.packet, None);
    }
}

#[test]
fn point_15_a_header_grows_by_51_octets() {
    // 13 octets on air, 64 restored: IPv6, destination options padded by 7, UDP.
    let lowpan = "7e 33 e7 07 1e 05 aa bb cc dd ee f7 12";
    assert_eq!(hex(lowpan).len() + 51, restored(lowpan).len());
}
