//! Any octets in any order: no panic, and every list keeps its limit.

use std::time::Duration;

use proptest::prelude::*;

use super::air::*;
use crate::passive::{Heard, Observer, Settings};

/// Octets of some frame that makes sense, and where to damage it.
fn frames() -> Vec<Vec<u8>> {
    let mut air = Air::new();
    let mut all = Vec::new();
    for packet in [ping(1), pong(1), ping(2), pong(3)] {
        all.extend(air.frames(1, 2, sixlo_frames::craft::Body::Ipv6, &packet));
        all.extend(air.frames(2, 1, sixlo_frames::craft::Body::default(), &packet));
    }
    for packet in [
        solicitation(ip(1), ip(2), ip(2), vec![tllao(1)]),
        icmpv6(
            ip(2),
            ip(1),
            255,
            advertisement(ip(2), true, vec![tllao(2)]),
        )
        .to_octets(),
        udp((ip(1), 7), (ip(2), 7), b"echo"),
    ] {
        all.extend(air.frames(1, 2, sixlo_frames::craft::Body::Ipv6, &packet));
    }
    all.push(vec![2, 0, 0]);
    all
}

#[derive(Debug, Clone)]
enum Frame {
    Any(Vec<u8>),
    Damaged(usize, usize, u8),
}

fn frame() -> impl Strategy<Value = (Frame, u64)> {
    let frame = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..140).prop_map(Frame::Any),
        (any::<usize>(), any::<usize>(), any::<u8>())
            .prop_map(|(which, at, flip)| Frame::Damaged(which, at, flip)),
    ];
    let time = prop_oneof![0..1_000_000_u64, Just(u64::MAX), any::<u64>()];
    (frame, time)
}

proptest! {
    #[test]
    fn never_panics_and_keeps_its_limits(heard in proptest::collection::vec(frame(), 0..120)) {
        let settings = Settings { most_open: 3, most_senders: 3, ..Settings::default() };
        let mut observer = Observer::new(settings);
        let sensible = frames();
        let mut told = 0_u64;
        for (number, (frame, at)) in (1..).zip(&heard) {
            let octets = match frame {
                Frame::Any(octets) => octets.clone(),
                Frame::Damaged(which, at, flip) => {
                    let mut octets = sensible[which % sensible.len()].clone();
                    let at = at % octets.len();
                    octets[at] ^= flip;
                    octets
                }
            };
            let heard = Heard { number, at: Duration::from_micros(*at), mac: &octets, fcs_right: true };
            observer.hear(heard, &mut |_| told += 1);
            prop_assert!(observer.table.size() <= 3 * 5 + 2 * 1024);
        }
        let summary = observer.finish(&mut |_| told += 1);
        prop_assert_eq!(summary.frames, heard.len() as u64);
        prop_assert!(summary.senders.len() <= 3);
        let counts = summary.verdicts;
        prop_assert_eq!(counts.none + counts.pass + counts.inconc + counts.fail, told);
    }
}

/// A flood in no time at all: nothing expires, and nothing grows.
#[test]
fn a_flood_does_not_grow() {
    let mut observer = Observer::new(Settings {
        most_open: 16,
        ..Settings::default()
    });
    let mut air = Air::new();
    for number in 1..=3_000_u16 {
        let echo = echo(number, number, b"flood");
        for packet in [
            request(ip(1), ip(2), echo.clone()),
            // Answered, asked anew, answered, and replies without a request.
            reply(ip(2), ip(1), echo.clone()),
            request(ip(1), ip(2), echo.clone()),
            reply(ip(3), ip(1), echo),
        ] {
            let frames = air.frames(1, 2, sixlo_frames::craft::Body::Ipv6, &packet);
            let heard = Heard {
                number: 1,
                at: Duration::from_secs(1),
                mac: &frames[0],
                fcs_right: true,
            };
            observer.hear(heard, &mut |_| {});
            assert!(observer.table.size() <= 16 * 5 + 3 * 1024);
        }
    }
}
