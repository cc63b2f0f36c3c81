use std::net::Ipv6Addr;

use sixlo_frames::packet::{
    AddressRegistration, Icmpv6, Message, NdOption, NdOptionBody, RouterAdvertisement,
};

use super::air::*;
use crate::passive::{Exchange, Kind};
use crate::verdict::{Outcome, Verdict};

const EUI64: [u8; 8] = [0x02, 0, 0, 0, 0, 0, 0, 0x17];

fn aro(status: u8, eui64: [u8; 8]) -> NdOption {
    NdOptionBody::AddressRegistration(AddressRegistration {
        status,
        registration_lifetime: 60,
        eui64,
    })
    .into()
}

/// Node 1 asks for node 2, by multicast or not, and this comes.
fn asked(multicast: bool, hop_limit: u8, dst: Ipv6Addr, answer: Message) -> Exchange {
    let mut air = Air::new();
    match multicast {
        true => air.send(
            1,
            0xffff,
            &solicitation(ip(1), solicited_node(ip(2)), ip(2), vec![]),
        ),
        false => air.send(1, 2, &solicitation(ip(1), ip(2), ip(2), vec![])),
    };
    air.send(2, 1, &icmpv6(ip(2), dst, hop_limit, answer).to_octets());
    air.over()
}

#[test]
fn advertisements() {
    let right = || advertisement(ip(2), true, vec![tllao(2)]);
    let bare = || advertisement(ip(2), true, vec![]);
    for (multicast, hop_limit, answer, verdict, observed) in [
        (true, 255, right(), PASS, "the advertisement"),
        (false, 255, bare(), PASS, "the advertisement"),
        (
            true,
            255,
            bare(),
            WRONG,
            "an advertisement with no target link-layer address, asked by multicast",
        ),
        (
            true,
            64,
            right(),
            WRONG,
            "an advertisement with hop limit 64 (expected 255)",
        ),
        (
            false,
            255,
            advertisement(ip(2), false, vec![]),
            WRONG,
            "an advertisement with solicited flag 0 (expected 1)",
        ),
        (
            false,
            255,
            advertisement(ip(3), true, vec![]),
            WRONG,
            "an advertisement with target fe80::ff:fe00:3 (expected fe80::ff:fe00:2)",
        ),
    ] {
        let exchange = asked(multicast, hop_limit, ip(1), answer);
        assert_eq!(exchange.kind, Kind::NeighborDiscovery);
        assert_eq!(
            (word(&exchange), &exchange.observed[..]),
            (verdict, observed),
            "{exchange:#?}"
        );
    }
}

/// Repeated until an answer comes, as RFC 4861 7.2.2 has it: one exchange.
#[test]
fn repeated_solicitations() {
    let mut air = Air::new();
    for _ in 0..3 {
        air.send(
            1,
            0xffff,
            &solicitation(ip(1), solicited_node(ip(2)), ip(2), vec![]),
        );
        air.wait(1_000);
    }
    let answer = advertisement(ip(2), true, vec![tllao(2)]);
    air.send(2, 1, &icmpv6(ip(2), ip(1), 255, answer).to_octets());
    assert_eq!(word(&air.only()), PASS);
}

#[test]
fn an_unsolicited_advertisement_is_no_exchange() {
    let mut air = Air::new();
    let answer = advertisement(ip(2), false, vec![tllao(2)]);
    air.send(
        2,
        0xffff,
        &icmpv6(ip(2), ALL_NODES, 255, answer).to_octets(),
    );
    let (told, _) = air.end();
    assert_eq!(told, []);
}

fn duplicate(answer: Option<(Ipv6Addr, bool)>) -> Exchange {
    let mut air = Air::new();
    let nobody = Ipv6Addr::UNSPECIFIED;
    air.send(
        1,
        0xffff,
        &solicitation(nobody, solicited_node(ip(2)), ip(2), vec![]),
    );
    if let Some((dst, solicited)) = answer {
        let answer = advertisement(ip(2), solicited, vec![tllao(2)]);
        air.send(2, 0xffff, &icmpv6(ip(2), dst, 255, answer).to_octets());
    }
    air.wait(60_000).send(9, 9, &[]);
    air.only()
}

#[test]
fn duplicate_address_detection() {
    let free = duplicate(None);
    assert_eq!(free.kind, Kind::DuplicateAddressDetection);
    assert_eq!(word(&free), (Verdict::None, Outcome::Unknown));
    assert_eq!(word(&duplicate(Some((ALL_NODES, false)))), PASS);
    assert_eq!(word(&duplicate(Some((ALL_NODES, true)))), WRONG);
}

#[test]
fn registrations() {
    for (answer, verdict, observed) in [
        (
            Some(aro(0, EUI64)),
            PASS,
            "the advertisement, registration status 0",
        ),
        (
            Some(aro(1, EUI64)),
            PASS,
            "the advertisement, registration status 1",
        ),
        (
            Some(aro(0, [9; 8])),
            WRONG,
            "an advertisement with an address registration of another owner",
        ),
        (
            None,
            UNKNOWN,
            "the advertisement, no address registration in it",
        ),
    ] {
        let mut air = Air::new();
        air.send(
            1,
            2,
            &solicitation(ip(1), ip(2), ip(2), vec![aro(0, EUI64)]),
        );
        let answer = advertisement(ip(2), true, answer.into_iter().collect());
        air.send(2, 1, &icmpv6(ip(2), ip(1), 255, answer).to_octets());
        let exchange = air.only();
        assert_eq!(exchange.kind, Kind::Registration);
        assert_eq!(
            (word(&exchange), &exchange.observed[..]),
            (verdict, observed)
        );
    }
}

/// RFC 6775 6.5.2: a refusal goes to the owner's link-local address.
#[test]
fn a_refused_registration() {
    let mut air = Air::new();
    air.send(
        1,
        2,
        &solicitation(ip(1), ip(2), ip(2), vec![aro(0, EUI64)]),
    );
    let owner: Ipv6Addr = "fe80::17".parse().expect("an address");
    let answer = advertisement(ip(2), true, vec![aro(1, EUI64)]);
    air.send(2, 1, &icmpv6(ip(2), owner, 255, answer).to_octets());
    assert_eq!(word(&air.only()), PASS);
}

fn router(src: Ipv6Addr, dst: Ipv6Addr, hop_limit: u8) -> Vec<u8> {
    let advertisement = Message::RouterAdvertisement(RouterAdvertisement::default());
    icmpv6(src, dst, hop_limit, Icmpv6::from(advertisement)).to_octets()
}

#[test]
fn routers() {
    let global: Ipv6Addr = "2001:db8::2".parse().expect("an address");
    for (to, advertisement, verdict) in [
        (1, router(ip(2), ip(1), 255), PASS),
        (0xffff, router(ip(2), ALL_NODES, 255), PASS),
        (1, router(ip(2), ip(1), 64), WRONG),
        (1, router(global, ip(1), 255), WRONG),
    ] {
        let mut air = Air::new();
        let solicitation = Message::RouterSolicitation(vec![]);
        air.send(
            1,
            0xffff,
            &icmpv6(ip(1), ALL_ROUTERS, 255, solicitation).to_octets(),
        );
        air.send(2, to, &advertisement);
        let exchange = air.only();
        assert_eq!(exchange.kind, Kind::RouterDiscovery);
        assert_eq!(word(&exchange), verdict, "{exchange:#?}");
    }
}

#[test]
fn an_unsolicited_router_advertisement_is_told_if_it_is_wrong() {
    let mut air = Air::new();
    air.send(2, 0xffff, &router(ip(2), ALL_NODES, 255));
    air.wait(1_000)
        .send(2, 0xffff, &router(ip(2), ALL_NODES, 64));
    let exchange = air.only();
    assert_eq!(word(&exchange), WRONG);
    assert_eq!((exchange.request, &exchange.replies[..]), (None, &[2][..]));
}
