use sixlo_frames::packet::{Checksum, Ipv6Header, Packet, Udp};

use super::air::*;

const ASKER: u16 = 40_000;

fn question(port: u16) -> Vec<u8> {
    udp((ip(1), ASKER), (ip(2), port), b"what?")
}

fn answer(port: u16, data: &[u8]) -> Vec<u8> {
    udp((ip(2), port), (ip(1), ASKER), data)
}

#[test]
fn a_datagram_comes_back() {
    let mut air = Air::new();
    air.send(1, 2, &question(5683));
    air.send(2, 1, &answer(5683, b"that"));
    let exchange = air.only();
    assert_eq!(word(&exchange), PASS);
    assert_eq!(
        exchange.observed,
        "a datagram with ports and addresses swapped"
    );
}

#[test]
fn a_wrong_checksum_and_none_at_all() {
    for (checksum, words) in [
        (Checksum::Wrong, "a wrong checksum"),
        (Checksum::Zero, "checksum 0, which IPv6 forbids"),
    ] {
        let mut air = Air::new();
        air.send(1, 2, &question(5683));
        let response = Udp {
            checksum,
            ..Udp::new(5683, ASKER, *b"that")
        };
        let response = Packet::new(Ipv6Header::new(ip(2), ip(1)), response);
        air.send(2, 1, &response.to_octets());
        let exchange = air.only();
        assert_eq!(word(&exchange), WRONG);
        assert_eq!(exchange.observed, format!("a datagram with {words}"));
    }
}

#[test]
fn the_echo_service_sends_back_what_came() {
    for (data, expected) in [(&b"what?"[..], PASS), (b"whut?", WRONG)] {
        let mut air = Air::new();
        air.send(1, 2, &question(7));
        air.send(2, 1, &answer(7, data));
        assert_eq!(word(&air.over()), expected);
    }
}

/// A stream nobody answers is one exchange, not thousands.
#[test]
fn a_stream_is_one_exchange() {
    let mut air = Air::new();
    for octet in 0..50 {
        air.send(1, 2, &udp((ip(1), ASKER), (ip(2), 9), &[octet]));
    }
    let exchange = air.only();
    assert_eq!(word(&exchange), UNKNOWN);
    assert!(exchange.cause.contains("UDP itself demands no answer"));
}

#[test]
fn a_group_is_asked() {
    let mut air = Air::new();
    air.send(1, 0xffff, &udp((ip(1), ASKER), (ALL_NODES, 5683), b"who?"));
    for node in [2, 3] {
        air.send(node, 1, &udp((ip(node), 5683), (ip(1), ASKER), b"me"));
    }
    let exchange = air.only();
    assert_eq!(word(&exchange), PASS);
    assert_eq!(exchange.replies, [2, 3]);
}
