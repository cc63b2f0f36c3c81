use sixlo_frames::mac::MAX_PSDU_OCTETS;
use sixlo_judge::link::{Role, SharedKey, Thread};
use sixlo_judge::profile::{Addresses, Node};

use super::*;
use crate::tester::leader::{Leader, Membership as Leading};
use crate::tester::mle::message;
use crate::tester::mle::packet_of;
use crate::tester::security::thread_keys;

const PARENT: [u8; 8] = [0x02, 0x00, 0x5e, 0xef, 0x10, 0x00, 0x00, 0x2b];
const PARENT_SHORT: u16 = 0x1800;
const SECOND_US: u64 = 1_000_000;

fn thread() -> Thread {
    Thread {
        role: Role::Leader,
        network_key: SharedKey(std::array::from_fn(|n| n as u8 * 0x11)),
        key_sequence: 0,
        mesh_local_prefix: "2001:db8::".parse().expect("a prefix"),
    }
}

fn key() -> Key {
    thread_keys(&thread()).mle
}

fn addresses() -> Addresses {
    let node = |last, short| Node {
        eui64: [0x02, 0x00, 0x5e, 0xef, 0x10, 0x00, 0x00, last],
        short,
    };
    Addresses {
        pan_id: 0xabcd,
        dut: node(0x2b, PARENT_SHORT),
        tester: node(0x1a, 0x1801),
        peer: node(0x3c, 0x1802),
        prefix: "2001:db8::".parse().expect("a prefix"),
    }
}

fn children() -> Children {
    Children::new(&thread(), &addresses())
}

/// A parent for one child, written for another purpose: the tester's own leader.
fn parent(child_short: u16) -> Leader {
    Leader::new(Leading {
        mle_key: key(),
        key_sequence: 0,
        pan_id: 0xabcd,
        eui64: PARENT,
        short: PARENT_SHORT,
        child_short,
    })
}

fn opened(psdu: &[u8]) -> Message {
    assert!(psdu.len() <= MAX_PSDU_OCTETS, "{} octets", psdu.len());
    let packet = packet_of(psdu).expect("it is whole");
    message::open(&packet, key()).expect("the key is right")
}

/// Lets these talk until nobody has anything to say.
fn talk(children: &mut Children, parents: &mut [Leader; 2], now_us: u64, mut said: Vec<Vec<u8>>) {
    while let Some(psdu) = said.pop() {
        let asker = opened(&psdu).from;
        let parent = &mut parents[usize::from(asker == addresses().peer.eui64)];
        for answer in parent.hear(&psdu).expect("it is MLE") {
            said.extend(children.hear(now_us, &answer));
        }
    }
}

fn attached() -> (Children, [Leader; 2]) {
    let mut children = children();
    let mut parents = [parent(0x1801), parent(0x1802)];
    let said = children.seek(0);
    talk(&mut children, &mut parents, 0, said);
    (children, parents)
}

/// A message of the parent to the first child.
fn from_parent(command: u8, tlvs: &[u8]) -> Vec<u8> {
    let mut sealer = Sealer {
        key: key(),
        key_sequence: 0,
        frame_counter: 1000,
    };
    let packet = sealer.packet(PARENT, addresses().tester.eui64, command, tlvs);
    packet.to_octets()
}

fn commands(said: &[Vec<u8>]) -> Vec<u8> {
    said.iter().map(|psdu| opened(psdu).command).collect()
}

#[test]
fn both_attach_one_after_the_other() {
    let (children, parents) = attached();
    assert!(children.are_attached());
    assert!(parents.iter().all(Leader::is_attached));
    assert_eq!(children.trouble(), None);
}

#[test]
fn who_hears_nothing_asks_routers_and_then_everybody() {
    let mut children = children();
    let mut masks = Vec::new();
    let mut said = children.seek(0);
    for _ in 0..4 {
        let [psdu] = &said[..] else {
            panic!("{} frames", said.len());
        };
        let request = opened(psdu);
        assert_eq!(request.command, command::PARENT_REQUEST);
        assert_eq!(request.to, ALL_ROUTERS);
        masks.push(find(&request.tlvs, mle::SCAN_MASK).expect("a mask")[0]);
        let due_us = children.due_us().expect("it asks again");
        assert!(children.wake(due_us - 1).is_empty());
        said = children.wake(due_us);
    }
    assert_eq!(masks, [TO_ROUTERS, TO_ALL, TO_ROUTERS, TO_ALL]);
    assert!(!children.are_attached());
}

#[test]
fn an_offer_to_somebody_else_is_none() {
    let mut children = children();
    children.seek(0);
    let mut tlvs = Vec::new();
    append(&mut tlvs, mle::CHALLENGE, b"parent-1");
    append(&mut tlvs, mle::RESPONSE, b"another1");
    let offer = from_parent(command::PARENT_RESPONSE, &tlvs);
    assert!(children.hear_packet(0, &offer).is_empty());
}

#[test]
fn another_address_than_dut_yaml_says_is_told() {
    let mut children = children();
    let mut parents = [parent(0x1805), parent(0x1802)];
    let said = children.seek(0);
    talk(&mut children, &mut parents, 0, said);
    let trouble = children.trouble().expect("1805 is not 1801");
    assert!(trouble.contains("its child 1805"), "{trouble}");
}

#[test]
fn a_child_says_that_it_is_there_before_its_time_is_out() {
    let (mut children, mut parents) = attached();
    let mut last_us = 0;
    for _ in 0..6 {
        let due_us = children.due_us().expect("it says so again");
        assert!(due_us - last_us < u64::from(TIMEOUT_S) * SECOND_US);
        last_us = due_us;
        let said = children.wake(due_us);
        assert!(!said.is_empty());
        assert!(
            commands(&said)
                .iter()
                .all(|one| *one == command::CHILD_UPDATE_REQUEST)
        );
        talk(&mut children, &mut parents, due_us, said);
    }
    assert!(children.are_attached());
}

#[test]
fn a_parent_that_is_silent_or_knows_its_child_no_more_is_left() {
    let (mut children, _) = attached();
    let mut said = Vec::new();
    while children.are_attached() {
        let due_us = children.due_us().expect("it asks again");
        assert!(due_us < u64::from(TIMEOUT_S) * SECOND_US);
        said = children.wake(due_us);
    }
    assert!(commands(&said).contains(&command::PARENT_REQUEST));

    let (mut children, _) = attached();
    let mut tlvs = Vec::new();
    append(&mut tlvs, mle::STATUS, &[1]);
    let said = children.hear_packet(0, &from_parent(command::CHILD_UPDATE_RESPONSE, &tlvs));
    assert_eq!(commands(&said), [command::PARENT_REQUEST]);
}

#[test]
fn addresses_are_told_once_and_what_is_not_taken_is_known() {
    let (mut children, _) = attached();
    let [one, own] = ["2001:db8:3::1", "2001:db8::1"].map(|text| text.parse().expect("an address"));
    let told = children.register([vec![own, one], Vec::new()]);
    let [(packet, from, to)] = &told[..] else {
        panic!("{} messages", told.len());
    };
    assert_eq!((*from, *to), (addresses().tester.eui64, PARENT));
    let request = message::open(&packet.to_octets(), key()).expect("the key is right");
    assert_eq!(request.command, command::CHILD_UPDATE_REQUEST);
    assert_eq!(find(&request.tlvs, mle::MODE), Some(&[MODE][..]));
    let registration = find(&request.tlvs, mle::ADDRESS_REGISTRATION).expect("the addresses");
    assert_eq!(registration.len(), 9 + 17);
    assert!(children.register([vec![own, one], Vec::new()]).is_empty());

    let (what, why) = children.unmet(&[]).expect("nobody has taken it");
    assert_eq!(what, "neighbour");
    assert!(why.contains("2001:db8:3::1"), "{why}");
    let mut tlvs = Vec::new();
    append(&mut tlvs, mle::ADDRESS_REGISTRATION, &registration[9..]);
    children.hear_packet(0, &from_parent(command::CHILD_UPDATE_RESPONSE, &tlvs));
    assert_eq!(children.unmet(&[]), None);
}

#[test]
fn contexts_are_read_from_network_data() {
    let given = Given::Context {
        id: 3,
        prefix: "2001:db8:3::".parse().expect("a prefix"),
        length: 64,
        compress: true,
    };
    let mesh_local = Given::Context {
        id: 0,
        prefix: thread().mesh_local_prefix,
        length: 64,
        compress: true,
    };
    let (mut children, _) = attached();
    assert_eq!(children.unmet(std::slice::from_ref(&mesh_local)), None);
    let (what, _) = children
        .unmet(std::slice::from_ref(&given))
        .expect("nobody has told it");
    assert_eq!(what, "context");

    // A leader's data of another version, without network data: they are asked for.
    let mut tlvs = Vec::new();
    append(&mut tlvs, mle::LEADER_DATA, &[0, 0, 0, 1, 64, 9, 9, 6]);
    let said = children.hear_packet(0, &from_parent(command::DATA_RESPONSE, &tlvs));
    assert_eq!(commands(&said), [command::DATA_REQUEST]);
    let data = network_data::of(std::slice::from_ref(&given));
    append(&mut tlvs, mle::NETWORK_DATA, &data);
    let said = children.hear_packet(0, &from_parent(command::DATA_RESPONSE, &tlvs));
    assert!(said.is_empty());
    assert_eq!(children.unmet(&[mesh_local, given]), None);
}

#[test]
fn nothing_but_mle_is_taken_and_cut_messages_are_harmless() {
    let (mut children, _) = attached();
    assert!(children.hear(0, &[0x02, 0, 0x56, 0, 0]).is_empty());
    let packet = from_parent(command::CHILD_UPDATE_REQUEST, &[]);
    for length in 0..packet.len() {
        assert!(
            children.hear_packet(0, &packet[..length]).is_empty(),
            "{length} octets"
        );
    }
    let said = children.hear_packet(0, &packet);
    assert_eq!(commands(&said), [command::CHILD_UPDATE_RESPONSE]);
    children.leave();
    assert!(
        children.hear_packet(0, &packet).is_empty(),
        "it has no parent"
    );
}
