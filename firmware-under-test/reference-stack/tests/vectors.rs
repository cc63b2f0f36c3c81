//! Every vector at every level: taken, declined, or met with silence.

mod common;

use common::vectors::{Vector, all};
use common::{AnyNode, Heard, lowpan, packet};
use sixlo_reference_stack::{HIGHEST_LEVEL, LinkAddress};

const CLASS_UNSUPPORTED: u8 = 253;

fn hear(node: &mut dyn AnyNode, psdu: &[u8]) -> Heard {
    let mut heard = Heard::default();
    node.receive(psdu, &mut heard);
    heard
}

/// Whether a node below the vector's level may complain of it, and knows to whom.
fn may_be_declined(vector: &Vector, level: u8) -> bool {
    let [first, second, ..] = vector.lowpan[..] else {
        return false;
    };
    let to_group = vector.to == LinkAddress::BROADCAST;
    let stateful_source = second & 0x40 != 0;
    let mesh = first >> 6 == 2;
    !to_group && !mesh && (!stateful_source || level >= 2)
}

#[test]
fn levels_take_what_is_theirs() {
    let vectors = all();
    assert!(vectors.len() > 50);
    for vector in &vectors {
        for level in vector.level..=HIGHEST_LEVEL {
            let heard = hear(&mut *vector.receiver(level), &vector.psdu());
            let first = heard
                .packets
                .first()
                .unwrap_or_else(|| panic!("{} at level {level}: nothing delivered", vector.name));
            assert_eq!(
                common::spaced(first),
                common::spaced(&vector.ipv6),
                "{} at level {level}",
                vector.name
            );
        }
    }
}

#[test]
fn tunnels_deliver_the_inner_packet_too() {
    for vector in all().iter().filter(|vector| vector.ipv6[6] == 41) {
        let heard = hear(&mut *vector.receiver(5), &vector.psdu());
        assert_eq!(heard.packets.len(), 2, "{}", vector.name);
        assert_eq!(heard.packets[1], vector.ipv6[40..], "{}", vector.name);
    }
}

#[test]
fn levels_decline_what_is_above_them() {
    for vector in &all() {
        for level in 0..vector.level {
            let name = format!("{} at level {level}", vector.name);
            let heard = hear(&mut *vector.receiver(level), &vector.psdu());
            assert_eq!(heard.packets.len(), 0, "{name}: delivered");
            if !may_be_declined(vector, level) {
                assert_eq!(heard.frames.len(), 0, "{name}: not silent");
                continue;
            }
            assert_eq!(heard.frames.len(), 1, "{name}: not declined");
            // 41, then an IPv6 packet of 44 octets: type, code, checksum, no quote.
            let answer = lowpan(&heard.frames[0]);
            assert_eq!(answer[0], 0x41, "{name}");
            let error = [CLASS_UNSUPPORTED, level, 0, 0];
            let (source, destination) = (answer[9..25].try_into(), answer[25..41].try_into());
            let own = sixlo_reference_stack::Address(source.unwrap());
            let asker = sixlo_reference_stack::Address(destination.unwrap());
            assert_eq!(asker, vector.source(), "{name}");
            assert_eq!(answer[1..], packet(own, asker, 58, &error), "{name}");
        }
    }
}

/// A vector's frame in two fragments, split after `first` octets of the packet.
fn fragments(vector: &Vector, first: usize) -> Option<[Vec<u8>; 2]> {
    let size = 0xc000 | vector.ipv6.len() as u16;
    let [s0, s1] = size.to_be_bytes();
    let carried = vector.ipv6.len() - first;
    let head = vector.lowpan.len().checked_sub(carried)?;
    // The frame must end in octets of the packet as they are.
    if vector.lowpan[head..] != vector.ipv6[first..] {
        return None;
    }
    let mut frag1 = vec![s0, s1, 0, 7];
    frag1.extend(&vector.lowpan[..head]);
    let mut fragn = vec![s0 | 0x20, s1, 0, 7, (first / 8) as u8];
    fragn.extend(&vector.ipv6[first..]);
    Some([frag1, fragn].map(|lowpan| common::frame(vector.from, vector.to, &lowpan)))
}

#[test]
fn fragments_restore_the_same_in_either_order() {
    let mut tried = 0;
    let whole = |vector: &Vector| vector.lowpan[0] >> 6 != 2;
    for vector in all().iter().filter(|vector| whole(vector)) {
        let last = (vector.ipv6.len() - 1) / 8 * 8;
        let Some([frag1, fragn]) = fragments(vector, last) else {
            continue;
        };
        tried += 1;
        for order in [[&frag1, &fragn], [&fragn, &frag1]] {
            let mut node = vector.receiver(5);
            let first = hear(&mut *node, order[0]);
            assert_eq!(first.packets.len(), 0, "{}", vector.name);
            let second = hear(&mut *node, order[1]);
            assert_eq!(
                second.packets.first(),
                Some(&vector.ipv6),
                "{}",
                vector.name
            );
        }
    }
    assert!(tried > 5, "only {tried} vectors could be split");
}
