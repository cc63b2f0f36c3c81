//! Neighbour discovery of RFC 4861 and 4862, at every level.

mod common;

use common::{
    Air, AnyNode, Heard, discovery, echo_request, eui64, global, link_address_option, link_local,
    lowpan, numbered, plain, plain_packets, solicitation, solicited_node,
};
use sixlo_reference_stack::{Address, HIGHEST_LEVEL, LinkAddress, Parameter};

const DEVICE: LinkAddress = LinkAddress::Extended(eui64(2));
const ALL: LinkAddress = LinkAddress::BROADCAST;

/// A node numbered 2 that sends uncompressed only, so that its packets can be read here.
fn device() -> Box<dyn AnyNode> {
    numbered(0, 2)
}

fn hear(node: &mut dyn AnyNode, psdu: &[u8]) -> Vec<Vec<u8>> {
    let mut heard = Heard::default();
    node.receive(psdu, &mut heard);
    heard.frames
}

fn after(node: &mut dyn AnyNode, now_us: u64) -> Vec<Vec<u8>> {
    let mut heard = Heard::default();
    node.advance(now_us, &mut heard);
    heard.frames
}

/// A well-formed solicitation of the device by node 1.
fn asked() -> Vec<u8> {
    let options = link_address_option(1, eui64(1));
    solicitation(link_local(1), link_local(2), link_local(2), &options)
}

#[test]
fn a_solicitation_is_answered() {
    for level in 0..=HIGHEST_LEVEL {
        let mut node = numbered(level, 2);
        let answer = hear(&mut *node, &plain(1, DEVICE, &asked()));
        assert_eq!(answer.len(), 1, "level {level}");
        // The option of the answer that tells the level is its last.
        let told = lowpan(&answer[0]);
        let capability = [36, 1, 0, (level + 1) << 1, 0, 0, 0, 0];
        assert_eq!(told[told.len() - 8..], capability, "level {level}");
    }
    let mut node = device();
    let answer = hear(&mut *node, &plain(1, DEVICE, &asked()));
    let [advertisement] = &plain_packets(&answer)[..] else {
        panic!()
    };
    let mut message = vec![136, 0, 0, 0, 0x60, 0, 0, 0];
    message.extend(link_local(2).0);
    message.extend(link_address_option(2, eui64(2)));
    message.extend([36, 1, 0, 2, 0, 0, 0, 0]);
    assert_eq!(
        *advertisement,
        discovery(link_local(2), link_local(1), &message)
    );
}

#[test]
fn what_is_no_neighbours_message_is_not_answered() {
    let mut from_afar = asked();
    from_afar[7] = 254;
    let mut wrong_code = solicitation(link_local(1), link_local(2), link_local(2), &[]);
    wrong_code[41] = 1;
    // The code is under the checksum.
    wrong_code[43] = wrong_code[43].wrapping_sub(1);
    let zero_option = solicitation(
        link_local(1),
        link_local(2),
        link_local(2),
        &[14, 0, 0, 0, 0, 0, 0, 0],
    );
    let for_another = solicitation(link_local(1), link_local(2), link_local(3), &[]);
    let mut wrong_checksum = asked();
    wrong_checksum[42] ^= 1;
    let unspecified = solicitation(Address([0; 16]), link_local(2), link_local(2), &[]);
    for packet in [
        from_afar,
        wrong_code,
        zero_option,
        for_another,
        wrong_checksum,
        unspecified,
    ] {
        let answer = hear(&mut *device(), &plain(1, DEVICE, &packet));
        assert!(answer.is_empty(), "{packet:02x?}");
    }
}

#[test]
fn an_address_is_defended_with_everyone() {
    let packet = solicitation(
        Address([0; 16]),
        solicited_node(link_local(2)),
        link_local(2),
        &[],
    );
    let answer = hear(&mut *numbered(5, 2), &plain(1, ALL, &packet));
    // Asked uncompressed, answered uncompressed: the asker may be of level 0.
    let [advertisement] = &plain_packets(&answer)[..] else {
        panic!("{answer:02x?}")
    };
    assert_eq!(advertisement[24..40], Address::ALL_NODES.0);
    assert_eq!(advertisement[44], 0x20, "not solicited, and overriding");
}

#[test]
fn a_neighbour_is_asked_three_times_and_repetitions_are_uncompressed() {
    let mut node = numbered(5, 2);
    let mut heard = Heard::default();
    let request = echo_request(link_local(2), link_local(1), 1, 4);
    node.send(&request, &mut heard).unwrap();
    assert_eq!(
        lowpan(&heard.frames[0])[0] >> 5,
        3,
        "the first at the own level"
    );
    for second in 1..3 {
        assert_eq!(node.next_timer_us(), Some(second * 1_000_000));
        let frames = after(&mut *node, second * 1_000_000);
        let [again] = &plain_packets(&frames)[..] else {
            panic!("{frames:02x?}")
        };
        assert_eq!(again[24..40], solicited_node(link_local(1)).0);
        assert_eq!(again[40], 135);
    }
    assert!(after(&mut *node, 3_000_000).is_empty());
    assert_eq!(node.next_timer_us(), None, "given up");
}

#[test]
fn the_newest_packet_waits_for_the_answer() {
    let mut node = device();
    let mut heard = Heard::default();
    for sequence in 1..3 {
        let request = echo_request(link_local(2), link_local(1), sequence, 4);
        node.send(&request, &mut heard).unwrap();
    }
    assert_eq!(heard.frames.len(), 1, "asked once");
    let mut message = vec![136, 0, 0, 0, 0x60, 0, 0, 0];
    message.extend(link_local(1).0);
    message.extend(link_address_option(2, eui64(1)));
    let answer = discovery(link_local(1), link_local(2), &message);
    let sent = plain_packets(&hear(&mut *node, &plain(1, DEVICE, &answer)));
    assert_eq!(sent, [echo_request(link_local(2), link_local(1), 2, 4)]);
}

#[test]
fn a_stale_neighbour_is_probed_and_then_forgotten_with_its_level() {
    let mut air = Air::of(vec![numbered(5, 1), numbered(1, 2)]);
    let request = echo_request(link_local(1), link_local(2), 1, 4);
    air.send(0, &request);
    // The first solicitation, at level 5, is lost on the neighbour.
    air.pass(1_000_000);
    assert_eq!(air.messages(0, 129).len(), 1);
    // The neighbour falls silent; what is sent later is not confirmed.
    air.nodes.pop();
    air.pass(40_000_000);
    air.carried.clear();
    air.send(0, &request);
    assert_eq!(
        lowpan(&air.carried[0].1)[..2],
        [0x60, 0x33],
        "at the level learnt"
    );
    air.pass(10_000_000);
    let probes = air.carried.len() - 1;
    assert_eq!(probes, 3, "unicast probes");
    air.send(0, &request);
    let last = &air.carried.last().unwrap().1;
    assert_eq!(
        lowpan(last)[0],
        0x7b,
        "unknown again: asked of all at the own level"
    );
}

#[test]
fn only_levels_above_0_form_addresses() {
    for level in 0..=HIGHEST_LEVEL {
        let mut node = common::node(level);
        node.set_eui64(eui64(2));
        node.set_short(2);
        node.autoconfigure();
        node.reset();
        let mut air = Air::of(vec![node, numbered(0, 1)]);
        let mut formed = link_local(2);
        air.pass(8_000_000);
        for _ in 0..2 {
            air.send(1, &echo_request(link_local(1), formed, 1, 4));
            air.pass(4_000_000);
        }
        let answered = !air.messages(1, 129).is_empty();
        assert_eq!(answered, level >= 1, "level {level}");
        // And by the short address, without PAN id.
        formed.0[8..].copy_from_slice(&[0, 0, 0, 0xff, 0xfe, 0, 0, 2]);
        air.delivered.clear();
        air.send(1, &echo_request(link_local(1), formed, 1, 4));
        air.pass(4_000_000);
        assert_eq!(
            !air.messages(1, 129).is_empty(),
            level >= 1,
            "level {level}, short"
        );
    }
}

#[test]
fn a_duplicate_is_not_used() {
    let mut forming = common::node(3);
    forming.set_eui64(eui64(2));
    forming.autoconfigure();
    forming.reset();
    // Someone else has the address already, without being of that EUI-64.
    let mut other = numbered(0, 7);
    other.add_address(link_local(2));
    let mut air = Air::of(vec![forming, other, numbered(0, 1)]);
    air.pass(8_000_000);
    let solicitations = air.carried.iter().filter(|(from, _)| *from == 0).count();
    assert_eq!(solicitations, 2, "two probes and no router solicitation");
    let mut heard = Heard::default();
    air.nodes[0].receive(&plain(1, DEVICE, &asked()), &mut heard);
    assert!(heard.frames.is_empty());
}

#[test]
fn an_advertised_prefix_becomes_an_address() {
    let mut message = vec![134, 0, 0, 0, 64, 0, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0];
    message.extend(link_address_option(1, eui64(1)));
    message.extend([
        3, 4, 64, 0x40, 0, 0, 0x0e, 0x10, 0, 0, 0x0e, 0x10, 0, 0, 0, 0,
    ]);
    message.extend(&global(0)[..8]);
    message.extend([0; 8]);
    let advertisement = discovery(link_local(1), Address::ALL_NODES, &message);
    let mut formed = Address(global(0));
    formed.0[8..].copy_from_slice(&link_local(2).0[8..]);
    for level in 0..=HIGHEST_LEVEL {
        let mut node = numbered(level, 2);
        node.autoconfigure();
        node.reset();
        let mut air = Air::of(vec![node, numbered(0, 1)]);
        air.pass(10_000_000);
        air.inject(&plain(1, ALL, &advertisement));
        air.pass(4_000_000);
        for _ in 0..2 {
            air.send(1, &echo_request(link_local(1), formed, 1, 4));
            air.pass(4_000_000);
        }
        let answered = !air.messages(1, 129).is_empty();
        assert_eq!(answered, level >= 1, "level {level}");
        // Its lifetime is an hour.
        air.pass(3600 * 1_000_000);
        air.delivered.clear();
        air.send(1, &echo_request(link_local(1), formed, 1, 4));
        air.pass(4_000_000);
        assert!(
            air.messages(1, 129).is_empty(),
            "level {level}: kept too long"
        );
    }
}

#[test]
fn a_node_may_solicit_for_every_packet() {
    let mut node = device();
    node.parameter(Parameter::NeighbourLifetimeMs, 0);
    for _ in 0..3 {
        let echo = echo_request(link_local(1), link_local(2), 1, 4);
        let asks = plain_packets(&hear(&mut *node, &plain(1, DEVICE, &echo)));
        assert_eq!(asks[0][40], 135, "solicits first");
        let mut message = vec![136, 0, 0, 0, 0x60, 0, 0, 0];
        message.extend(link_local(1).0);
        message.extend(link_address_option(2, eui64(1)));
        let answer = discovery(link_local(1), link_local(2), &message);
        let replies = plain_packets(&hear(&mut *node, &plain(1, DEVICE, &answer)));
        assert_eq!(replies[0][40], 129, "then answers");
    }
}

#[test]
fn every_level_asks_for_routers() {
    for level in 0..=HIGHEST_LEVEL {
        for has_address in [false, true] {
            let mut node = common::node(level);
            node.set_eui64(eui64(2));
            if has_address {
                node.add_address(link_local(2));
            }
            node.autoconfigure();
            node.reset();
            let mut solicitations = Vec::new();
            while let Some(due_us) = node.next_timer_us() {
                let frames = after(&mut *node, due_us);
                solicitations.extend(
                    plain_packets(&frames)
                        .into_iter()
                        .map(|packet| (due_us, packet)),
                );
            }
            solicitations.retain(|(_, packet)| packet[40] == 133);
            // Level 0 sends three uncompressed, the others their last two.
            let expected = if level == 0 { 3 } else { 2 };
            assert_eq!(solicitations.len(), expected, "level {level}");
            assert_eq!(solicitations[1].0 - solicitations[0].0, 4_000_000);
            let (_, packet) = &solicitations[0];
            assert_eq!(packet[24..40], Address::ALL_ROUTERS.0);
            let formed = has_address || level >= 1;
            let source = if formed {
                link_local(2)
            } else {
                Address([0; 16])
            };
            assert_eq!(packet[8..24], source.0, "level {level}");
            assert_eq!(packet[48] == 1, formed, "a link-layer address option");
        }
    }
}
