use std::net::Ipv6Addr;

use sixlo_frames::context::{Context, ContextTable};
use sixlo_frames::craft::{Body, Fragmentation, FrameSpec, IphcSpec, MeshSpec};
use sixlo_frames::iid;
use sixlo_frames::packet::{Context6Lo, Icmpv6, Message, NdOptionBody, RouterAdvertisement};
use sixlo_frames::recompress::{FeatureSet, RecompressOptions, recompress};

use super::air::*;
use crate::passive::Unreadable;

const PREFIX: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0);

/// A node's address below the prefix.
fn global(node: u16) -> Ipv6Addr {
    iid::with_prefix(PREFIX, iid::from_short(node))
}

fn context(prefix: Ipv6Addr) -> Context {
    Context { prefix, length: 64 }
}

/// SAC and DAC out of context 0, both IIDs from the MAC header, all else in line.
fn stateful() -> Body {
    Body::Iphc(IphcSpec {
        sac: true,
        sam: 3,
        dac: true,
        dam: 3,
        ..IphcSpec::default()
    })
}

fn global_ping(air: &mut Air) {
    let ping = request(global(1), global(2), echo(1, 1, b"sixlo"));
    let pong = reply(global(2), global(1), echo(1, 1, b"sixlo"));
    let ping = air.frames(1, 2, stateful(), &ping);
    air.octets(&ping[0]);
    let pong = air.frames(2, 1, stateful(), &pong);
    air.octets(&pong[0]);
}

fn announce(air: &mut Air, prefix: Ipv6Addr, lifetime: u16) {
    let options = vec![
        NdOptionBody::Context6Lo(Context6Lo {
            context_length: 64,
            compression: true,
            cid: 0,
            valid_lifetime: lifetime,
            prefix,
        })
        .into(),
    ];
    let message = Message::RouterAdvertisement(RouterAdvertisement {
        options,
        ..RouterAdvertisement::default()
    });
    let packet = icmpv6(ip(3), ALL_NODES, 255, Icmpv6::from(message)).to_octets();
    air.send(3, 0xffff, &packet);
}

#[test]
fn a_context_that_is_given() {
    let mut contexts = ContextTable::new();
    contexts.set(0, context(PREFIX));
    let mut air = Air::with(crate::passive::Settings {
        contexts,
        ..crate::passive::Settings::default()
    });
    global_ping(&mut air);
    let exchange = air.only();
    assert_eq!(word(&exchange), PASS);
    assert_eq!(exchange.to.ipv6, global(2));
}

#[test]
fn a_context_that_is_learnt_and_runs_out() {
    let mut air = Air::new();
    global_ping(&mut air);
    announce(&mut air, PREFIX, 2);
    global_ping(&mut air);
    air.wait(119_000);
    global_ping(&mut air);
    air.wait(2_000);
    global_ping(&mut air);
    let (told, summary) = air.end();
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told.iter().all(|exchange| word(exchange) == PASS));
    assert_eq!(summary.contexts.len(), 1);
    assert_eq!(summary.contexts[0].context, context(PREFIX));
    let [unread] = &summary.unreadable[..] else {
        panic!("{:?}", summary.unreadable);
    };
    assert_eq!(unread.reason, Unreadable::UnknownContext(0));
    assert_eq!((unread.frames, unread.first), (4, 1));
}

/// Restored with a context that is not the senders', every checksum looks wrong: that is
/// no proof, unless the sender has shown to have the same.
#[test]
fn a_context_that_is_not_theirs_fails_nobody() {
    let elsewhere = Ipv6Addr::new(0x2001, 0xdb8, 0xbad, 0, 0, 0, 0, 0);
    let mut air = Air::new();
    announce(&mut air, elsewhere, 100);
    let pong = reply(global(2), global(1), echo(1, 1, b"sixlo"));
    let frames = air.frames(2, 1, stateful(), &pong);
    air.octets(&frames[0]);
    let exchange = air.only();
    assert_eq!(word(&exchange), UNKNOWN);
    assert!(exchange.cause.contains("context 0"), "{}", exchange.cause);

    let mut air = Air::new();
    announce(&mut air, PREFIX, 100);
    global_ping(&mut air);
    let mut broken = reply(global(2), global(1), echo(1, 2, b"sixlo"));
    broken[50] ^= 1;
    let frames = air.frames(2, 1, stateful(), &broken);
    air.octets(&frames[0]);
    let (told, _) = air.end();
    assert!(
        told.iter().any(|exchange| word(exchange) == WRONG),
        "{told:#?}"
    );
}

#[test]
fn in_fragments_and_out_of_order() {
    let data = [0x5a; 300];
    let mut air = Air::new();
    let ping = request(ip(1), ip(2), echo(1, 1, &data));
    let pong = reply(ip(2), ip(1), echo(1, 1, &data));
    for (src, dst, packet) in [(1, 2, &ping), (2, 1, &pong)] {
        let spec = FrameSpec {
            fragmentation: Fragmentation::Auto {
                tag: 7,
                first: None,
            },
            ..air.spec(src, dst)
        };
        let frames = air.craft(src, &spec, packet);
        assert!(frames.len() > 2);
        for frame in frames {
            air.octets(&frame);
        }
    }
    let number = air.number;
    let exchange = air.only();
    assert_eq!(word(&exchange), PASS);
    assert_eq!(exchange.replies, [number]);
}

/// Without its middle the reply cannot be read, and the sniffer's loss says so.
#[test]
fn a_fragment_that_was_missed() {
    let mut air = Air::new();
    air.send_acknowledged(1, 2, &request(ip(1), ip(2), echo(1, 1, &[7; 300])));
    let spec = FrameSpec {
        fragmentation: Fragmentation::Auto {
            tag: 7,
            first: None,
        },
        ..air.spec(2, 1)
    };
    let frames = air.craft(2, &spec, &reply(ip(2), ip(1), echo(1, 1, &[7; 300])));
    for (at, frame) in frames.iter().enumerate() {
        if at != 1 {
            air.octets(frame);
        }
    }
    air.wait(60_000).send(9, 9, &[]);
    let exchange = air.only();
    assert_eq!(word(&exchange), SILENT);
    assert!(
        exchange
            .cause
            .contains("not all of its fragments were heard"),
        "{}",
        exchange.cause
    );
    assert!(
        exchange
            .cause
            .contains("of 0002's frames the sniffer missed about")
    );
}

/// Over two hops: the mesh header has the ends, and each copy is the same packet.
#[test]
fn mesh_under() {
    let mut air = Air::new();
    for (ends, packet) in [((1, 2), ping(1)), ((2, 1), pong(1))] {
        for (hop, next) in [(ends.0, 5), (5, ends.1)] {
            let spec = FrameSpec {
                mesh: Some(MeshSpec {
                    hops_left: 3,
                    originator: mac(ends.0),
                    final_destination: mac(ends.1),
                }),
                ..air.spec(hop, next)
            };
            let frames = air.craft(hop, &spec, &packet);
            air.octets(&frames[0]);
        }
    }
    let exchange = air.only();
    assert_eq!(word(&exchange), PASS);
    assert_eq!(exchange.observed, "the echo reply");
    assert_eq!((exchange.from.mac, exchange.to.mac), (mac(1), mac(2)));
}

/// Over two hops as IPv6 packets: other MAC addresses, the hop limit one less.
#[test]
fn route_over() {
    let mut air = Air::new();
    let (mut ping, mut pong) = (ping(1), pong(1));
    air.send(1, 5, &ping);
    ping[7] -= 1;
    air.send(5, 2, &ping);
    air.send(2, 5, &pong);
    pong[7] -= 1;
    air.send(5, 1, &pong);
    let exchange = air.only();
    assert_eq!(word(&exchange), PASS);
    assert_eq!(exchange.observed, "the echo reply");
}

#[test]
fn features_and_wasted_octets() {
    let mut air = Air::new();
    let packet = ping(1);
    air.send(1, 2, &packet);
    let contexts = ContextTable::new();
    let options = RecompressOptions {
        contexts: &contexts,
        ends: (mac(2), mac(1)),
        allowed: FeatureSet::rfc6282(),
    };
    let pong = pong(1);
    let smallest = recompress(&pong, pong.len(), &options);
    let saved = pong.len() + 1 - smallest.octets.len();
    let frames = air.frames(2, 1, smallest.body, &pong);
    air.octets(&frames[0]);
    let (_, summary) = air.end();
    let [wasteful, thrifty] = &summary.senders[..] else {
        panic!("two senders");
    };
    assert_eq!(wasteful.wasted_octets, saved as u64);
    assert_eq!(thrifty.wasted_octets, 0);
    let of = |sender: &crate::passive::SenderSummary, topic: &str| {
        let found = sender.economy.iter().find(|sum| sum.topic.0 == topic);
        found.map(|sum| (sum.used, sum.missed))
    };
    assert_eq!(of(wasteful, "uncompressed-ipv6"), Some((1, 0)));
    assert_eq!(of(wasteful, "iphc-dispatch"), Some((0, 1)));
    assert_eq!(of(wasteful, "stateless-unicast"), Some((0, 1)));
    assert_eq!(of(thrifty, "stateless-unicast"), Some((1, 0)));
    assert_eq!(of(thrifty, "short-address"), Some((1, 0)));
    assert_eq!(thrifty.ipv6, [ip(2)]);
}
