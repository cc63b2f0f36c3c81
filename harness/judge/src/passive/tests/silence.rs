use sixlo_frames::packet::{Icmpv6, Ipv6Header, Message, Packet};

use super::air::*;
use crate::passive::Settings;
use crate::verdict::{Outcome, Verdict};

/// Waits until everything is over by time.
fn silence(mut air: Air) -> crate::passive::Exchange {
    air.wait(60_000);
    air.send(9, 9, &[]);
    air.only()
}

#[test]
fn acknowledged_and_then_nothing() {
    let mut air = Air::new();
    air.send_acknowledged(1, 2, &ping(1));
    let exchange = silence(air);
    assert_eq!(word(&exchange), SILENT);
    assert_eq!(exchange.observed, "no reply seen within 10 s");
    assert_eq!(exchange.cause, "the request was acknowledged, then silence");
}

#[test]
fn not_acknowledged() {
    let mut air = Air::new();
    air.send_acknowledged(3, 4, &udp((ip(3), 1), (ip(4), 2), b""));
    air.send(4, 3, &udp((ip(4), 2), (ip(3), 1), b""));
    let frame = air.frames(1, 2, sixlo_frames::craft::Body::Ipv6, &ping(1));
    for _ in 0..4 {
        air.octets(&frame[0]);
    }
    air.wait(60_000);
    let (told, summary) = air.end();
    assert_eq!(summary.retransmissions, 3);
    let exchange = told.iter().find(|e| e.request == Some(4)).expect("told");
    assert_eq!(
        exchange.cause.split("; ").last(),
        Some("the request was not seen to be acknowledged (sent 4 times)")
    );
}

#[test]
fn a_capture_without_acknowledgements() {
    let mut air = Air::new();
    air.send(1, 2, &ping(1));
    let exchange = silence(air);
    assert_eq!(
        exchange.cause,
        "silence; the capture holds no acknowledgements"
    );
}

#[test]
fn the_capture_ends_before_the_time_out() {
    let mut air = Air::new();
    air.send_acknowledged(1, 2, &ping(1));
    air.wait(1_198).send(9, 9, &[]);
    let exchange = air.only();
    assert_eq!(word(&exchange), UNKNOWN);
    assert_eq!(
        exchange.cause,
        "the capture ends 1.2 s after the request, before the time-out of 10 s; the request was acknowledged, then silence"
    );
}

#[test]
fn the_loss_of_the_sniffer_is_named() {
    let mut air = Air::new();
    for sequence in 0..22 {
        air.send(1, 2, &ping(sequence));
        air.send(2, 1, &pong(sequence));
        if sequence % 7 == 6 {
            air.miss(2, 1);
        }
        air.wait(1_100);
    }
    air.send_acknowledged(1, 2, &ping(99));
    air.wait(60_000).send(9, 9, &[]);
    let (told, summary) = air.end();
    let silent = told.last().expect("told");
    assert_eq!(
        silent.cause,
        "the request was acknowledged, then silence; of 0002's frames the sniffer missed about 12 %"
    );
    let sender = &summary.senders[1];
    assert_eq!((sender.frames, sender.missed), (22, 3));
    assert_eq!(sender.missed_share, Some(0.12));
}

/// What came back could not be read: it may have been the reply.
#[test]
fn an_unreadable_frame_may_be_the_reply() {
    let mut air = Air::new();
    air.send_acknowledged(1, 2, &ping(1));
    // IPHC out of context 5, which nobody told: TF=11 NH=0 HLIM=10, CID=1 SAC=1 SAM=11.
    let mut spec = air.spec(2, 1);
    spec.body = sixlo_frames::craft::Body::Raw(vec![0x7a, 0xf7, 0x50, 0x3a, 129, 0]);
    let frames = air.craft(2, &spec, &[]);
    let unread = air.octets(&frames[0]);
    air.wait(60_000).send(9, 9, &[]);
    let (told, summary) = air.end();
    assert_eq!(word(&told[0]), SILENT);
    assert!(
        told[0].cause.starts_with(&format!(
            "packet {unread} from 0002 may be the reply, but context 5 is not known; "
        )),
        "{}",
        told[0].cause
    );
    assert_eq!(summary.unreadable[0].frames, 1);
}

#[test]
fn an_error_that_quotes_the_request() {
    let mut air = Air::new();
    let ping = ping(1);
    air.send(1, 2, &ping);
    let error = Packet::new(
        Ipv6Header::new(ip(2), ip(1)),
        Icmpv6::from(Message::DestinationUnreachable(ping.clone())),
    );
    air.send(2, 1, &error.to_octets());
    let exchange = silence(air);
    assert_eq!(word(&exchange), (Verdict::Inconc, Outcome::Declined));
    assert_eq!(exchange.observed, "ICMPv6 error type 1 code 0");
}

#[test]
fn the_oldest_makes_room() {
    let mut air = Air::with(Settings {
        most_open: 4,
        ..Settings::default()
    });
    for sequence in 0..6 {
        air.send(1, 2, &ping(sequence));
    }
    assert_eq!(air.told.len(), 2);
    assert_eq!(air.told[0].request, Some(1));
    assert_eq!(air.told[0].cause, "too many open exchanges");
    let (told, summary) = air.end();
    assert_eq!(told.len(), 6);
    assert_eq!(summary.crowded_out, 2);
}

/// Those that have their answer make room first.
#[test]
fn answered_ones_make_room_first() {
    let mut air = Air::with(Settings {
        most_open: 2,
        ..Settings::default()
    });
    air.send(1, 2, &ping(1));
    air.send(1, 2, &ping(2));
    air.send(2, 1, &pong(2));
    air.send(1, 2, &ping(3));
    air.send(2, 1, &pong(1));
    let (told, summary) = air.end();
    assert_eq!(summary.crowded_out, 0);
    assert_eq!(told.iter().filter(|e| word(e) == PASS).count(), 2);
}
