//! Two nodes of this port form a network and ping each other.

mod net;

use net::{Air, Node};
use sixlo_agent_protocol::HostMessage;

const LEADER: [u8; 8] = [0x02, 0x00, 0x5e, 0xef, 0x10, 0x00, 0x00, 0x1a];
const CHILD: [u8; 8] = [0x02, 0x00, 0x5e, 0xef, 0x10, 0x00, 0x00, 0x2b];
const SECOND_US: u64 = 1_000_000;

fn link_local(mut eui64: [u8; 8]) -> [u8; 16] {
    eui64[0] ^= 2;
    let mut address = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    address[8..].copy_from_slice(&eui64);
    address
}

/// An ICMPv6 message in an IPv6 packet, its checksum filled in.
fn icmpv6(source: [u8; 16], destination: [u8; 16], message: &[u8]) -> Vec<u8> {
    let [high, low] = (message.len() as u16).to_be_bytes();
    let mut packet = vec![0x60, 0, 0, 0, high, low, 58, 64];
    packet.extend(source);
    packet.extend(destination);
    packet.extend(message);
    let mut sum = message.len() as u32 + 58;
    for pair in packet[8..].chunks(2) {
        sum += u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0));
    }
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    packet[42..44].copy_from_slice(&(!(sum as u16)).to_be_bytes());
    packet
}

fn network() -> Air {
    let leader = Node::start(&["--role", "leader"], LEADER);
    let mut air = Air::between(leader, Node::start(&["--role", "child"], CHILD));
    air.run(5 * SECOND_US, |_| false);
    air
}

fn ping(air: &mut Air, payload: &[u8]) -> bool {
    let request = [&[128, 0, 0, 0, 0x12, 0x34, 0, 1], payload].concat();
    let packet = icmpv6(link_local(CHILD), link_local(LEADER), &request);
    air.nodes[1].delivered.clear();
    air.tell(1, HostMessage::SendIpv6 { packet: &packet });
    let reply = [&[129, 0, 0, 0, 0x12, 0x34, 0, 1], payload].concat();
    let reply = icmpv6(link_local(LEADER), link_local(CHILD), &reply);
    air.run(SECOND_US, |air| {
        air.nodes[1]
            .delivered
            .iter()
            .any(|packet| packet[40..] == reply[40..])
    })
}

#[test]
fn a_child_attaches_and_its_ping_is_answered() {
    let mut air = network();
    assert!(
        ping(&mut air, b"sixlo"),
        "{} frames, no reply",
        air.heard.len()
    );
    let fragmented = [0x5a; 600];
    assert!(ping(&mut air, &fragmented), "no reply to one in fragments");
    for (time_us, from, psdu) in &air.heard {
        let hex: String = psdu.iter().map(|octet| format!("{octet:02x}")).collect();
        let who = ["leader", "child"][*from];
        println!("{time_us:>9} {who:6} {hex}");
    }
}

#[test]
fn two_lives_are_alike() {
    let [first, second] = [network(), network()].map(|air| air.heard.clone());
    assert!(first.len() > 4);
    assert_eq!(first, second);
}
