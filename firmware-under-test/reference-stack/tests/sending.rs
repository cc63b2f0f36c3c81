//! What a node puts on the air: the shortest form of its level, and no other.

mod common;

use common::vectors::all;
use common::{
    Air, AnyNode, Heard, echo_request, eui64, frame, global, hex, link_local, lowpan, numbered,
    packet, spaced, udp,
};
use proptest::prelude::*;
use sixlo_reference_stack::{Address, HIGHEST_LEVEL, LinkAddress, Parameter};

/// A node numbered 1 that knows node 2.
fn sender(level: u8) -> Box<dyn AnyNode> {
    let mut node = numbered(level, 1);
    node.add_neighbour(link_local(2), eui64(2));
    node
}

fn sent(node: &mut dyn AnyNode, packet: &[u8]) -> Vec<Vec<u8>> {
    let mut heard = Heard::default();
    node.send(packet, &mut heard).unwrap();
    heard
        .frames
        .iter()
        .map(|psdu| lowpan(psdu).to_vec())
        .collect()
}

/// Asserts that one frame goes out, starting with `start`, and then as the packet ends.
fn assert_starts(node: &mut dyn AnyNode, packet: &[u8], start: &str) {
    let frames = sent(node, packet);
    assert_eq!(frames.len(), 1);
    let start = hex(start);
    assert_eq!(spaced(&frames[0][..start.len()]), spaced(&start));
    let rest = &frames[0][start.len()..];
    assert!(
        packet.ends_with(rest),
        "{rest:02x?} does not end the packet"
    );
}

/// Node 2 tells its level in a neighbour advertisement.
fn announce(node: &mut dyn AnyNode, level: u8) {
    let mut payload = hex("88 00 00 00 20 00 00 00");
    payload.extend(link_local(2).0);
    payload.extend([36, 1, 0, (level + 1) << 1, 0, 0, 0, 0]);
    let mut advertisement = packet(link_local(2), link_local(1), 58, &payload);
    advertisement[7] = 255;
    let plain = [&[0x41], &advertisement[..]].concat();
    let [from, to] = [2, 1].map(|last| LinkAddress::Extended(eui64(last)));
    node.receive(&frame(from, to, &plain), &mut Heard::default());
}

fn echo() -> Vec<u8> {
    echo_request(link_local(1), link_local(2), 1, 4)
}

/// `packet` with traffic class and flow label.
fn marked(mut packet: Vec<u8>, class: u8, label: u32) -> Vec<u8> {
    let word = 6 << 28 | u32::from(class) << 20 | label;
    packet[..4].copy_from_slice(&word.to_be_bytes());
    packet
}

#[test]
fn each_level_compresses_what_is_its_own() {
    let starts = [
        "41",
        "60 33 00 00 00 00 3a 40",
        "60 33 00 00 00 00 3a 40",
        "7a 33 3a",
        "7a 33 3a",
        "7a 33 3a",
    ];
    for (level, start) in (0..).zip(starts) {
        assert_starts(&mut *sender(level), &echo(), start);
    }
}

#[test]
fn traffic_class_and_flow_label_lose_nothing() {
    let cases = [
        (0xb9, 0xabcde, "62 33 6e 0a bc de 3a"),
        (0x01, 0xabcde, "6a 33 4a bc de 3a"),
        (0xb8, 0, "72 33 2e 3a"),
        (0x01, 0, "72 33 40 3a"),
        (0, 1, "6a 33 00 00 01 3a"),
    ];
    for (class, label, start) in cases {
        assert_starts(&mut *sender(3), &marked(echo(), class, label), start);
    }
    let start = "60 33 6e 0a bc de 3a 40";
    assert_starts(&mut *sender(2), &marked(echo(), 0xb9, 0xabcde), start);
}

#[test]
fn ports_take_the_shortest_form() {
    let cases = [
        ((0xf0b1, 0xf0b2), "7e 33 f3 12"),
        ((0xf000, 0xf0b0), "7e 33 f1 f0 00 b0"),
        ((0xf0b0, 0xf0c0), "7e 33 f1 f0 b0 c0"),
        ((0xf012, 5683), "7e 33 f2 12 16 33"),
        ((5683, 0xf012), "7e 33 f1 16 33 12"),
        ((5683, 5684), "7e 33 f0 16 33 16 34"),
    ];
    for (ports, start) in cases {
        let datagram = udp(link_local(1), link_local(2), ports, b"hi");
        let checksum: String = datagram[46..48]
            .iter()
            .map(|o| format!("{o:02x}"))
            .collect();
        assert_starts(&mut *sender(4), &datagram, &format!("{start} {checksum}"));
        assert_starts(&mut *sender(3), &datagram, "7a 33 11");
    }
}

#[test]
fn checksums_are_elided_only_when_authorised_and_right() {
    let mut node = sender(5);
    let datagram = udp(link_local(1), link_local(2), (0xf0b1, 0xf0b2), b"hi");
    assert_starts(&mut *node, &datagram, "7e 33 f3 12 1e e3");
    node.authorise_elision();
    assert_starts(&mut *node, &datagram, "7e 33 f7 12");
    let mut wrong = datagram;
    wrong[46] ^= 1;
    assert_starts(&mut *node, &wrong, "7e 33 f3 12 1f e3");
    let mut lower = sender(4);
    lower.authorise_elision();
    let datagram = udp(link_local(1), link_local(2), (0xf0b1, 0xf0b2), b"hi");
    assert_starts(&mut *lower, &datagram, "7e 33 f3 12 1e e3");
}

#[test]
fn extension_headers_are_compressed_at_level_5_alone() {
    let chain = hex("11 00 05 02 00 00 01 00");
    let datagram = udp(link_local(1), link_local(2), (0xf0b1, 0xf0b2), b"hi");
    let payload = [&chain[..], &datagram[40..]].concat();
    let packet = packet(link_local(1), link_local(2), 0, &payload);
    // The single trailing PadN goes, too.
    assert_starts(
        &mut *sender(5),
        &packet,
        "7e 33 e1 04 05 02 00 00 f3 12 1e e3",
    );
    assert_starts(&mut *sender(4), &packet, "7a 33 00");
}

#[test]
fn headers_grow_by_51_octets_and_no_more() {
    let mut node = sender(5);
    node.authorise_elision();
    let datagram = udp(link_local(1), link_local(2), (0xf0b1, 0xf0b2), b"hi");
    let options = hex("11 01 1e 05 aa bb cc dd ee 01 05 00 00 00 00 00");
    let growing_by_51 = packet(
        link_local(1),
        link_local(2),
        60,
        &[&options[..], &datagram[40..]].concat(),
    );
    let start = "7e 33 e7 07 1e 05 aa bb cc dd ee f7 12";
    assert_starts(&mut *node, &growing_by_51, start);
    let two = hex("3c 00 01 04 00 00 00 00");
    let growing_by_more = packet(
        link_local(1),
        link_local(2),
        0,
        &[&two[..], &options, &datagram[40..]].concat(),
    );
    assert_starts(&mut *node, &growing_by_more, "41 60");
}

#[test]
fn tunnels_stay_uncompressed() {
    let inner = echo();
    let outer = packet(link_local(1), link_local(2), 41, &inner);
    let frames = sent(&mut *sender(5), &outer);
    assert_eq!(frames.len(), 1);
    assert_eq!(frames[0][..3], [0x7a, 0x33, 41]);
    assert_eq!(frames[0][3..], inner);
}

#[test]
fn contexts_are_used_where_they_save() {
    let global = Address(global(9));
    let mut node = sender(2);
    node.add_neighbour(global, eui64(2));
    let request = echo_request(link_local(1), global, 1, 4);
    let inline = "60 30 00 00 00 00 3a 40 20 01 0d b8 00 00 00 01 00 00 00 00 00 00 00 09";
    assert_starts(&mut *node, &request, inline);
    node.set_context(5, global.0, 64);
    assert_starts(
        &mut *node,
        &request,
        "60 b5 05 00 00 00 00 3a 40 00 00 00 00 00 00 00 09",
    );
    // Context 0 saves the octet of identifiers.
    node.set_context(0, global.0, 64);
    assert_starts(
        &mut *node,
        &request,
        "60 35 00 00 00 00 3a 40 00 00 00 00 00 00 00 09",
    );
    node.set_context(3, global.0, 128);
    assert_starts(&mut *node, &request, "60 b7 03 00 00 00 00 3a 40");
    let mut lower = sender(1);
    lower.add_neighbour(global, eui64(2));
    lower.set_context(0, global.0, 64);
    assert_starts(&mut *lower, &request, inline);
}

#[test]
fn a_source_is_compressed_by_a_context_for_those_who_take_it() {
    let [here, there] = [1, 2].map(|last| Address(global(last)));
    let mut node = sender(5);
    node.add_neighbour(there, eui64(2));
    node.set_context(0, here.0, 112);
    let request = echo_request(here, there, 1, 4);
    // The context leaves 16 bits, and the MAC addresses end in the same.
    let inline = "7a 07 3a 20 01 0d b8 00 00 00 01 00 00 00 00 00 00 00 01";
    assert_starts(&mut *node, &request, inline);
    announce(&mut *node, 2);
    let both = "60 77 00 00 00 00 3a 40";
    assert_starts(&mut *node, &request, both);
    announce(&mut *node, 5);
    assert_starts(&mut *node, &request, "7a 77 3a");
}

#[test]
fn wordy_forms_are_legal_and_long() {
    let mut node = sender(5);
    node.parameter(Parameter::Wordy, 1);
    let frames = sent(&mut *node, &echo());
    assert_eq!(frames[0][..3], hex("60 80 00"));
    assert_eq!(frames[0].len(), 3 + 4 + 2 + 32 + 12);
}

/// The vectors are short forms: what is sent is never longer.
#[test]
fn nothing_is_sent_longer_than_its_vector() {
    let to = LinkAddress::Extended(eui64(2));
    let from = LinkAddress::Extended(eui64(1));
    let unicast = all()
        .into_iter()
        .filter(|vector| vector.to == to && vector.from == from);
    let mut tried = 0;
    for vector in unicast.filter(|vector| vector.ipv6[6] != 41) {
        for level in vector.level.max(1)..=HIGHEST_LEVEL {
            let mut node = common::node(level);
            node.set_eui64(eui64(1));
            node.add_neighbour(vector.destination(), eui64(2));
            for (id, prefix, length) in &vector.contexts {
                node.set_context(*id, *prefix, *length);
            }
            if vector.elision {
                node.authorise_elision();
            }
            node.add_address(link_local(1));
            announce(&mut *node, HIGHEST_LEVEL);
            let frames = sent(&mut *node, &vector.ipv6);
            let name = format!("{} at level {level}: {:02x?}", vector.name, frames[0]);
            assert!(frames[0].len() <= vector.lowpan.len(), "{name}");
            tried += 1;
        }
    }
    assert!(tried > 80, "{tried}");
}

#[test]
fn fragments_are_well_formed() {
    for level in 0..=HIGHEST_LEVEL {
        let mut node = sender(level);
        let mut last_tag = None;
        for data in (20..1232).step_by(7) {
            let request = echo_request(link_local(1), link_local(2), 1, data);
            let frames = sent(&mut *node, &request);
            if frames.len() == 1 {
                assert!(frames[0][0] & 0xd8 != 0xc0, "a fragment alone");
                continue;
            }
            let size = u16::from_be_bytes([frames[0][0], frames[0][1]]) & 0x7ff;
            assert_eq!(usize::from(size), request.len());
            let tag = u16::from_be_bytes([frames[0][2], frames[0][3]]);
            assert!(last_tag.is_none_or(|last: u16| tag == last.wrapping_add(1)));
            last_tag = Some(tag);
            let mut end = usize::from(frames[1][4]) * 8;
            for (index, frame) in frames.iter().enumerate().skip(1) {
                assert_eq!(frame[0] & 0xf8, 0xe0);
                assert_eq!(frame[1..4], frames[0][1..4], "size or tag differs");
                assert_eq!(usize::from(frame[4]) * 8, end, "a gap");
                let data = &frame[5..];
                assert!(data.len() % 8 == 0 || index + 1 == frames.len());
                assert_eq!(*data, request[end..end + data.len()], "not as it is");
                end += data.len();
            }
            assert_eq!(end, request.len());
        }
    }
}

#[test]
fn mesh_headers_come_before_everything() {
    let mut node = sender(5);
    node.set_mesh_hops(20);
    let frames = sent(&mut *node, &echo());
    let start = "8f 14 00 12 4b 00 00 00 00 01 00 12 4b 00 00 00 00 02 7a 33 3a";
    assert_eq!(frames[0][..21], hex(start));
    // RFC 4944 section 9 maps ff02::1 to 8001; each broadcast has its number.
    let to_all = echo_request(link_local(1), Address::ALL_NODES, 1, 4);
    for number in 1..3 {
        let frames = sent(&mut *node, &to_all);
        let start = "9f 14 00 12 4b 00 00 00 00 01 80 01 50";
        assert_eq!(frames[0][..13], hex(start));
        assert_eq!(frames[0][13], number);
    }
    let long = sent(
        &mut *node,
        &echo_request(link_local(1), link_local(2), 1, 200),
    );
    assert!(
        long.iter()
            .all(|frame| frame[0] == 0x8f && matches!(frame[18], 0xc0 | 0xe0))
    );
}

/// An extension header of `units` times 8 octets holding an unknown option
/// that is skipped, and padding.
fn extension(next_header: u8, units: u8, content: u8) -> Vec<u8> {
    let room = usize::from(units) * 8 - 4;
    let mut header = vec![next_header, units - 1];
    let used = usize::from(content) % (room + 1);
    header.extend([0x1e, used as u8]);
    header.resize(4 + used, 0xaa);
    match room - used {
        0 => {}
        1 => header.push(0),
        rest => {
            header.extend([1, rest as u8 - 2]);
            header.resize(4 + room, 0);
        }
    }
    header
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    /// What one node sends, a peer of any level takes as it was, from the
    /// second attempt on at the latest.
    #[test]
    fn packets_arrive_as_they_were(
        from in 0..=HIGHEST_LEVEL,
        to in 0..=HIGHEST_LEVEL,
        class in any::<u8>(),
        label in 0..1u32 << 20,
        marks in 0..4u8,
        hop_limit in prop_oneof![Just(1u8), Just(64), Just(255), 1..=255u8],
        ports in prop_oneof![any::<(u16, u16)>(), (0xf000..0xf200u16, 0xf000..0xf200u16), (0xf0b0..0xf0c0u16, 0xf0b0..0xf0c0u16)],
        extensions in prop::collection::vec((1..5u8, any::<u8>()), 0..3),
        data in 0..600usize,
        contexts in any::<bool>(),
        elision in any::<bool>(),
        wordy in any::<bool>(),
        globals in any::<bool>(),
    ) {
        let class = if marks & 1 == 0 { 0 } else { class };
        let label = if marks & 2 == 0 { 0 } else { label };
        let mut air = Air::of(vec![numbered(from, 1), numbered(to, 2)]);
        let addresses = if globals {
            [Address(global(1)), Address(global(2))]
        } else {
            [link_local(1), link_local(2)]
        };
        for (node, address) in air.nodes.iter_mut().zip(addresses) {
            node.add_address(address);
            if contexts {
                node.set_context(0, global(0), 64);
                node.set_context(4, global(0), 112);
            }
            if elision {
                node.authorise_elision();
            }
            node.parameter(Parameter::Wordy, u64::from(wordy));
        }
        let datagram = udp(addresses[0], addresses[1], ports, &vec![0x5a; data]);
        let mut payload = datagram[40..].to_vec();
        let mut kind = 17;
        for (units, content) in extensions {
            payload.splice(0..0, extension(kind, units, content));
            kind = 60;
        }
        let mut packet = packet(addresses[0], addresses[1], kind, &payload);
        packet[40 + payload.len() - 8 - data..].copy_from_slice(&datagram[40..]);
        packet[7] = hop_limit;
        let packet = marked(packet, class, label);
        // The first may be lost to the peer's level, and the next to a form
        // that only the first error has told of.
        for _ in 0..2 {
            air.send(0, &packet);
            air.pass(4_000_000);
        }
        air.delivered.clear();
        air.send(0, &packet);
        air.pass(4_000_000);
        let delivered: Vec<_> = air.delivered.iter().filter(|(node, _)| *node == 1).collect();
        let arrived = delivered.iter().filter(|(_, heard)| *heard == packet).count();
        prop_assert_eq!(arrived, 1, "of {}: {:?}", spaced(&packet), delivered);
    }
}
