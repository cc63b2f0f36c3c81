use super::air::*;
use crate::verdict::{Outcome, Verdict};

#[test]
fn the_right_reply() {
    let mut air = Air::new();
    let asked = air.send_acknowledged(1, 2, &ping(1));
    let answered = air.send_acknowledged(2, 1, &pong(1));
    let exchange = air.only();
    assert_eq!(word(&exchange), PASS);
    assert_eq!(exchange.request, Some(asked));
    assert_eq!(exchange.replies, [answered]);
    assert_eq!(exchange.round_trip.map(|time| time.as_millis()), Some(4));
    assert_eq!((exchange.from.ipv6, exchange.to.mac), (ip(1), mac(2)));
    assert_eq!(
        exchange.expected,
        format!("echo reply id 0x0102 seq 1 from {} to {}", ip(2), ip(1))
    );
    assert_eq!(exchange.clause, "RFC 4443 4.2");
}

/// Each single wrong thing in a reply, with no other request that could explain it.
#[test]
fn one_thing_wrong() {
    let data = b"sixlo";
    let broken = {
        let mut octets = pong(1);
        octets[40 + 2] ^= 1;
        octets
    };
    let code = {
        let mut octets = reply(ip(2), ip(1), echo(0x0102, 1, data));
        octets[41] = 1;
        let sum = u16::from_be_bytes([octets[42], octets[43]]) - 1;
        octets[42..44].copy_from_slice(&sum.to_be_bytes());
        octets
    };
    for (reply, words) in [
        (broken, "a wrong checksum"),
        (code, "code 1 (expected 0)"),
        (
            reply(ip(2), ip(1), echo(0x0103, 1, data)),
            "identifier 0x0103 (expected 0x0102)",
        ),
        (
            reply(ip(2), ip(1), echo(0x0102, 9, data)),
            "sequence number 9 (expected 1)",
        ),
        (
            reply(ip(2), ip(1), echo(0x0102, 1, b"SIXLO")),
            "data 53 49 58 4c 4f (expected 73 69 78 6c 6f)",
        ),
        (
            reply(ip(3), ip(1), echo(0x0102, 1, data)),
            "source fe80::ff:fe00:3 (pinged was fe80::ff:fe00:2)",
        ),
        (
            reply(ip(2), ip(4), echo(0x0102, 1, data)),
            "destination fe80::ff:fe00:4 (expected fe80::ff:fe00:1)",
        ),
    ] {
        let mut air = Air::new();
        air.send(1, 2, &ping(1));
        air.send(2, 1, &reply);
        let exchange = air.over();
        assert_eq!(word(&exchange), WRONG, "{words}: {exchange:#?}");
        assert_eq!(exchange.observed, format!("echo reply with {words}"));
        assert_eq!(exchange.request, Some(1));
        assert_eq!(exchange.replies, [2]);
    }
}

/// What is wrong in number, data or address may be another request's right reply.
#[test]
fn a_missed_request_may_explain_a_strange_reply() {
    for strange in [
        reply(ip(2), ip(1), echo(0x0102, 9, b"sixlo")),
        reply(ip(2), ip(1), echo(0x0102, 1, b"other")),
    ] {
        let mut air = Air::new();
        air.send(1, 2, &ping(0));
        air.send(2, 1, &pong(0));
        air.wait(2_000).send(1, 2, &ping(1));
        air.miss(1, 1);
        air.send(2, 1, &strange);
        air.send(1, 2, &ping(2));
        air.wait(11_000).acknowledge(0);
        let (told, _) = air.end();
        let exchange = told.iter().find(|exchange| exchange.request == Some(3));
        let exchange = exchange.expect("told");
        assert_eq!(word(exchange), UNKNOWN, "{exchange:#?}");
        assert!(exchange.cause.contains("missed frames of 0001"));
    }
}

/// What answers by half is no fail as long as the right reply may come.
#[test]
fn a_capture_that_ends_behind_a_strange_reply_proves_nothing() {
    let mut air = Air::new();
    air.send(1, 2, &ping(1));
    air.send(2, 1, &pong(9));
    let exchange = air.only();
    assert_eq!(word(&exchange), UNKNOWN, "{exchange:#?}");
    assert!(exchange.cause.contains("may have come later"));
}

/// The right one behind it says that the strange one was another's.
#[test]
fn a_strange_reply_before_the_right_one() {
    let mut air = Air::new();
    air.send(1, 2, &ping(1));
    air.send(2, 1, &pong(9));
    air.send(2, 1, &pong(1));
    let exchange = air.only();
    assert_eq!(word(&exchange), PASS);
    assert_eq!(exchange.observed, "the echo reply; packet 2 is another's");
}

/// Nobody but node 1 has the address, but the frame goes to node 5: who pinged from
/// there may be too far away to be heard.
#[test]
fn a_reply_to_somebody_else_is_no_proof() {
    let mut air = Air::new();
    air.send(1, 2, &ping(1));
    air.send(2, 5, &reply(ip(2), ip(5), echo(0x0102, 1, b"sixlo")));
    let (told, _) = air.end();
    assert!(
        told.iter()
            .all(|exchange| exchange.verdict == Verdict::Inconc),
        "{told:#?}"
    );
}

#[test]
fn a_wrong_reply_behind_the_right_one() {
    let mut air = Air::new();
    air.send(1, 2, &ping(1));
    air.send(2, 1, &pong(1));
    air.send(2, 1, &reply(ip(2), ip(1), echo(0x0102, 1, b"other")));
    assert_eq!(word(&air.only()), WRONG);
}

#[test]
fn a_reply_that_comes_twice_is_told() {
    let mut air = Air::new();
    air.send(1, 2, &ping(1));
    air.send(2, 1, &pong(1));
    air.send(2, 1, &pong(1));
    let exchange = air.only();
    assert_eq!(word(&exchange), PASS);
    assert_eq!(exchange.observed, "the echo reply, 2 times");
    assert_eq!(exchange.replies, [2, 3]);
}

#[test]
fn a_reply_before_its_request() {
    let mut air = Air::new();
    let reply = air.send(2, 1, &pong(1));
    let request = air.send(1, 2, &ping(1));
    let exchange = air.only();
    assert_eq!(word(&exchange), UNKNOWN);
    assert_eq!(exchange.request, Some(request));
    assert_eq!(exchange.observed, "a reply before its request");
    assert!(
        exchange
            .cause
            .contains(&format!("packet {reply} is 2 ms older"))
    );
}

#[test]
fn a_reply_without_a_request() {
    let mut air = Air::new();
    air.send(2, 1, &pong(1));
    let exchange = air.only();
    assert_eq!(word(&exchange), UNKNOWN);
    assert_eq!((exchange.request, &exchange.replies[..]), (None, &[1][..]));
    assert_eq!(exchange.cause, "its request was not heard");
    // It is node 1 that must have asked.
    assert_eq!(exchange.from.ipv6, ip(1));
}

#[test]
fn a_wrong_checksum_needs_no_request() {
    let mut air = Air::new();
    let mut octets = pong(1);
    octets[50] ^= 0x80;
    air.send(2, 1, &octets);
    let exchange = air.only();
    assert_eq!(word(&exchange), WRONG);
    assert_eq!(exchange.observed, "a reply with a wrong checksum");
}

#[test]
fn without_an_fcs_a_wrong_checksum_is_no_proof() {
    let mut air = Air::new();
    air.fcs_right = false;
    air.send(1, 2, &ping(1));
    let mut octets = pong(1);
    octets[50] ^= 0x80;
    air.send(2, 1, &octets);
    let exchange = air.only();
    assert_eq!(word(&exchange), UNKNOWN);
    assert!(exchange.cause.contains("no FCS"), "{}", exchange.cause);
}

#[test]
fn a_late_reply() {
    let mut air = Air::new();
    air.send(1, 2, &ping(1));
    air.wait(12_000).send(2, 1, &pong(1));
    let (told, _) = air.end();
    let words: Vec<_> = told.iter().map(word).collect();
    assert_eq!(words, [SILENT, (Verdict::Inconc, Outcome::Late)]);
    assert_eq!(told[1].request, Some(1));
    assert!(
        told[1]
            .cause
            .starts_with("it came 12.0 s after its request, packet 1")
    );
}

#[test]
fn two_runs_with_the_same_numbers() {
    let mut air = Air::new();
    for _ in 0..2 {
        air.send(1, 2, &ping(1));
        air.send(2, 1, &pong(1));
        air.wait(100);
    }
    // And one that is not answered, and one after its time.
    air.send(1, 2, &ping(1));
    air.wait(20_000).send(1, 2, &ping(1));
    air.send(2, 1, &pong(1));
    let (told, summary) = air.end();
    let mut words: Vec<_> = told.iter().map(|e| (e.request, word(e))).collect();
    words.sort_by_key(|(request, _)| *request);
    assert_eq!(
        words,
        [
            (Some(1), PASS),
            (Some(3), PASS),
            (Some(5), SILENT),
            (Some(6), PASS)
        ]
    );
    assert_eq!(summary.verdicts.pass, 3);
    assert_eq!(summary.verdicts.inconc, 1);
}

#[test]
fn asked_again_without_an_answer_is_one_exchange() {
    let mut air = Air::new();
    air.send(1, 2, &ping(1));
    air.wait(1_000).send(1, 2, &ping(1));
    air.send(2, 1, &pong(1));
    assert_eq!(word(&air.only()), PASS);
}

#[test]
fn a_group_answers_often() {
    let mut air = Air::new();
    let ping = request(ip(1), ALL_NODES, echo(7, 1, b"all"));
    air.send(1, 0xffff, &ping);
    for node in [2, 3, 4] {
        air.send(node, 1, &reply(ip(node), ip(1), echo(7, 1, b"all")));
    }
    let exchange = air.only();
    assert_eq!(word(&exchange), PASS);
    assert_eq!(exchange.observed, "the echo reply");
    assert_eq!(exchange.replies, [2, 3, 4]);
}

#[test]
fn one_of_a_group_answers_wrongly() {
    let mut air = Air::new();
    air.send(1, 0xffff, &request(ip(1), ALL_NODES, echo(7, 1, b"all")));
    air.send(2, 1, &reply(ip(2), ip(1), echo(7, 1, b"all")));
    air.send(3, 1, &reply(ip(3), ip(1), echo(7, 1, b"ALL")));
    let exchange = air.only();
    assert_eq!(word(&exchange), WRONG);
    assert_eq!(exchange.replies, [2, 3]);
}

#[test]
fn a_broken_request_decides_nothing() {
    for answered in [false, true] {
        let mut air = Air::new();
        let mut ping = ping(1);
        ping[42] ^= 1;
        air.send(1, 2, &ping);
        if answered {
            air.send(2, 1, &pong(1));
        }
        let exchange = air.only();
        assert_eq!(word(&exchange), UNKNOWN);
        assert!(exchange.cause.contains("a wrong checksum: nothing is due"));
    }
}
