//! All 36 pairs of levels ping each other from cold, over a virtual air.
//!
//! "There is at most one failure per pair of neighbors" (draft section 6.2):
//! each of the two directions may lose one packet, and from then on both talk
//! at the lower level.

mod common;

use common::{Air, echo_request, global, link_local, lowpan, numbered};
use sixlo_reference_stack::{Address, HIGHEST_LEVEL, Parameter};

const ECHO_REPLY: u8 = 129;
/// Long enough for three solicitations.
const PATIENCE_US: u64 = 4_000_000;

fn pairs() -> impl Iterator<Item = (u8, u8)> {
    (0..=HIGHEST_LEVEL).flat_map(|i| (0..=HIGHEST_LEVEL).map(move |j| (i, j)))
}

/// The level that a frame's first octets need, as far as these frames go.
fn level_of(lowpan: &[u8]) -> u8 {
    let start = match lowpan[0] {
        0xc0..=0xc7 => &lowpan[4..],
        _ => lowpan,
    };
    match *start {
        [0x41, ..] => 0,
        [first @ 0x60..=0x7f, ..] if first & 0x04 != 0 => 4,
        [first @ 0x60..=0x7f, ..] if first & 0x1b != 0 => 3,
        [0x60..=0x7f, ..] => 1,
        [0xe0..=0xe7, ..] => 0,
        _ => panic!("unexpected frame {lowpan:02x?}"),
    }
}

/// How many of ten pings of node 1 by node 0 are answered, `data` octets each.
fn ping(air: &mut Air, from: u8, to: u8, data: usize) -> usize {
    let node = usize::from(from - 1);
    let before = air.messages(node, ECHO_REPLY).len();
    for sequence in 0..10 {
        let request = echo_request(link_local(from), link_local(to), sequence, data);
        air.send(node, &request);
        air.pass(PATIENCE_US);
    }
    air.messages(node, ECHO_REPLY).len() - before
}

fn talk(i: u8, j: u8, silent: bool, data: usize) -> String {
    let mut air = Air::of(vec![numbered(i, 1), numbered(j, 2)]);
    if silent {
        // No word about levels but the error.
        for node in &mut air.nodes {
            node.parameter(Parameter::CapabilitySuppressed, 1);
        }
    }
    let there = ping(&mut air, 1, 2, data);
    assert!(there >= 8, "P6-{i} to P6-{j}: {there} of 10 pings answered");
    let back = ping(&mut air, 2, 1, data);
    assert!(back >= 9, "P6-{j} to P6-{i} afterwards: {back} of 10");
    // One loss each way: at most one error in each direction.
    for node in 0..2 {
        let errors = air.messages(node, 253).len();
        assert!(
            errors <= 1,
            "P6-{i}, P6-{j}: {errors} errors to node {node}"
        );
    }
    // Then both send at the lower of the two levels, and lose nothing.
    let first = air.carried.len();
    assert_eq!(ping(&mut air, 1, 2, data), 10);
    assert_eq!(ping(&mut air, 2, 1, data), 10);
    let lower = i.min(j);
    let levels = air.carried[first..]
        .iter()
        .map(|(_, psdu)| level_of(lowpan(psdu)));
    let used = levels.max().unwrap();
    // Nothing here has a context or a UDP header, so levels 2 and 4 add nothing.
    let expected = [0, 1, 1, 3, 3, 3][usize::from(lower)];
    assert_eq!(used, expected, "P6-{i} with P6-{j} talk at level {used}");
    format!("{there}+{back}")
}

#[test]
fn all_pairs_talk_with_announced_levels() {
    for (i, j) in pairs() {
        talk(i, j, false, 8);
    }
}

#[test]
fn all_pairs_talk_when_only_the_error_tells() {
    for (i, j) in pairs() {
        talk(i, j, true, 8);
    }
}

#[test]
fn all_pairs_talk_in_fragments() {
    for (i, j) in pairs() {
        talk(i, j, true, 300);
        talk(i, j, false, 1232);
    }
}

/// A node that knows no contexts cannot complain of a source compressed by
/// one, for it cannot tell whose it is. Draft section 6.1.
#[test]
fn all_pairs_talk_with_contexts() {
    for (i, j) in pairs() {
        let mut air = Air::of(vec![numbered(i, 1), numbered(j, 2)]);
        let globals = [1, 2].map(|last| Address(global(last)));
        for (node, address) in air.nodes.iter_mut().zip(globals) {
            node.add_address(address);
            node.set_context(0, address.0, 64);
            node.parameter(Parameter::CapabilitySuppressed, 1);
        }
        let mut answered = 0;
        for (from, to) in [(0, 1), (1, 0), (0, 1), (1, 0)] {
            let request = echo_request(globals[from], globals[to], 1, 8);
            air.send(from, &request);
            air.pass(PATIENCE_US);
        }
        air.delivered.clear();
        air.carried.clear();
        for (from, to) in [(0, 1), (1, 0)] {
            air.send(from, &echo_request(globals[from], globals[to], 2, 8));
            air.pass(PATIENCE_US);
            answered += air.messages(from, ECHO_REPLY).len();
        }
        assert_eq!(answered, 2, "P6-{i} with P6-{j}");
        let frames = air.carried.iter().map(|(_, psdu)| lowpan(psdu));
        let mut compressed = frames.filter(|frame| frame[0] >> 5 == 3);
        let stateful = compressed.all(|frame| frame[1] & 0x44 == 0x44);
        assert!(
            stateful || i.min(j) < 2,
            "P6-{i} with P6-{j} make no use of it"
        );
    }
}
