//! No octets that come over the air make a node panic, and none keep it from
//! answering afterwards.

mod common;

use common::vectors::{Vector, all};
use common::{AnyNode, Heard, eui64, frame, link_local, lowpan, numbered};
use proptest::prelude::*;
use sixlo_reference_stack::{HIGHEST_LEVEL, LinkAddress, Nd};

const TESTER: LinkAddress = LinkAddress::Extended(eui64(1));
const DEVICE: LinkAddress = LinkAddress::Extended(eui64(2));

/// A node with everything set that can be set.
fn device(level: u8, nd: Nd) -> Box<dyn AnyNode> {
    let mut node = numbered(level, 2);
    node.set_short(2);
    node.add_address(sixlo_reference_stack::Address(common::global(2)));
    for id in 0..16 {
        node.set_context(id, common::global(id), 8 * (id % 17));
    }
    node.authorise_elision();
    node.open_port(0xf0b1);
    node.autoconfigure();
    if level == HIGHEST_LEVEL {
        node.set_nd(nd);
    }
    node.reset();
    node
}

/// The node still answers a plain echo request, once its neighbour is known.
fn answers(node: &mut dyn AnyNode) -> bool {
    let mut solicitation = vec![135, 0, 0, 0, 0, 0, 0, 0];
    solicitation.extend(link_local(2).0);
    solicitation.extend([1, 2]);
    solicitation.extend(eui64(1));
    solicitation.extend([0; 6]);
    let mut solicitation = common::packet(link_local(1), link_local(2), 58, &solicitation);
    solicitation[7] = 255;
    let echo = common::echo_request(link_local(1), link_local(2), 1, 8);
    let mut heard = Heard::default();
    for packet in [solicitation, echo] {
        let plain: Vec<u8> = [0x41].into_iter().chain(packet).collect();
        node.receive(&frame(TESTER, DEVICE, &plain), &mut heard);
    }
    // A level learnt from the noise may have changed the form, not the fact.
    heard.packets.iter().any(|packet| packet[40] == 128) && heard.frames.len() >= 2
}

fn settle(node: &mut dyn AnyNode, sink: &mut Heard) {
    for seconds in [1u64, 2, 5, 61, 4000] {
        node.advance(seconds * 1_000_000, sink);
    }
}

fn nd() -> impl Strategy<Value = Nd> {
    prop_oneof![Just(Nd::Classic), Just(Nd::Host), Just(Nd::Router)]
}

/// Octets that start like something a LoWPAN knows.
fn plausible() -> impl Strategy<Value = Vec<u8>> {
    let start = prop_oneof![
        Just(vec![0x41, 0x60]),
        (0x60..0x80u8, any::<u8>()).prop_map(|(a, b)| vec![a, b]),
        (0xc0..0xc8u8, any::<u8>()).prop_map(|(a, b)| vec![a, b, 0, 7, 0x7e, 0x33]),
        (0xe0..0xe8u8, any::<u8>(), 0..16u8).prop_map(|(a, b, n)| vec![a, b, 0, 7, n]),
        (0x80..0xc0u8).prop_map(|a| vec![a, 0, 1, 0, 2, 0x50, 7, 0x7e, 0x33]),
        (0xe0..0xf8u8).prop_map(|nhc| vec![0x7e, 0x33, nhc]),
        (0xe0..0xf8u8).prop_map(|nhc| vec![0x7e, 0x33, 0xee, 0x7e, 0x33, nhc]),
    ];
    (start, prop::collection::vec(any::<u8>(), 0..100)).prop_map(|(mut start, rest)| {
        start.extend(rest);
        start.truncate(104);
        start
    })
}

/// A vector with a few octets changed, taken out or put in.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let vectors = all();
    let edits = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 1..4);
    (prop::sample::select(vectors), edits).prop_map(|(vector, edits): (Vector, _)| {
        let mut lowpan = vector.lowpan;
        for (place, octet, kind) in edits {
            if lowpan.is_empty() {
                break;
            }
            let at = place.index(lowpan.len());
            match kind {
                0 => lowpan[at] = octet,
                1 => lowpan.insert(at, octet),
                _ => {
                    lowpan.remove(at);
                }
            }
        }
        lowpan.truncate(104);
        lowpan
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn noise_is_survived(level in 0..=HIGHEST_LEVEL, octets in prop::collection::vec(any::<u8>(), 0..140)) {
        let mut node = device(level, Nd::Classic);
        let mut heard = Heard::default();
        node.receive(&octets, &mut heard);
        prop_assert!(heard.frames.is_empty(), "an answer to a frame without FCS");
        settle(&mut *node, &mut heard);
        prop_assert!(answers(&mut *node));
    }

    #[test]
    fn plausible_frames_are_survived(
        level in 0..=HIGHEST_LEVEL,
        nd in nd(),
        frames in prop::collection::vec(prop_oneof![plausible(), mutated()], 1..12),
        broadcast in any::<bool>(),
    ) {
        let mut node = device(level, nd);
        let mut heard = Heard::default();
        let to = if broadcast { LinkAddress::BROADCAST } else { DEVICE };
        for octets in &frames {
            let psdu = frame(TESTER, to, octets);
            if psdu.len() <= 127 {
                node.receive(&psdu, &mut heard);
            }
        }
        settle(&mut *node, &mut heard);
        for psdu in &heard.frames {
            prop_assert!(psdu.len() <= 127 && !lowpan(psdu).is_empty());
        }
        prop_assert!(answers(&mut *node));
    }

    #[test]
    fn any_packet_can_be_sent_or_is_refused(
        level in 0..=HIGHEST_LEVEL,
        next_header in prop_oneof![Just(0u8), Just(17), Just(43), Just(58), Just(60), Just(135), any::<u8>()],
        payload in prop::collection::vec(prop_oneof![3 => any::<u8>(), 1 => Just(0u8)], 0..1300),
    ) {
        let mut node = device(level, Nd::Classic);
        let mut heard = Heard::default();
        let group = sixlo_reference_stack::Address::ALL_NODES;
        let packet = common::packet(link_local(2), group, 59, &payload);
        let mut packet = packet;
        packet[6] = next_header;
        let sent = node.send(&packet, &mut heard);
        prop_assert_eq!(sent.is_ok(), packet.len() <= 1280);
        for psdu in &heard.frames {
            prop_assert!(psdu.len() <= 127);
        }
    }
}
