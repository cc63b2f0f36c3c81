//! A node that is set to be a router passes packets on. RFC 8200 3, RFC 4443 3.3.

mod common;

use common::{
    AnyNode, Heard, echo_request, eui64, global, link_local, lowpan, numbered, plain, router,
    through_the_router,
};
use sixlo_reference_stack::{Address, LinkAddress};

const ROUTER: LinkAddress = LinkAddress::Extended(eui64(2));

fn hear(node: &mut dyn AnyNode, psdu: &[u8]) -> Vec<Vec<u8>> {
    let mut heard = Heard::default();
    node.receive(psdu, &mut heard);
    assert!(
        heard.packets.is_empty(),
        "what is for others is not delivered"
    );
    heard.frames
}

/// The first octets of what goes on with this hop limit: IPHC, TF in line.
fn passed_on(hop_limit: u8) -> Vec<u8> {
    let frames = hear(&mut *router(), &through_the_router(hop_limit));
    let [psdu] = &frames[..] else {
        panic!("{} frames", frames.len());
    };
    // To node 3, from node 2.
    let mut ends: Vec<u8> = eui64(3).into_iter().rev().collect();
    ends.extend(eui64(2).into_iter().rev());
    assert_eq!(psdu[5..21], ends);
    lowpan(psdu).to_vec()
}

#[test]
fn the_hop_limit_is_one_lower_and_in_the_form_of_its_own_value() {
    const HLIM: u8 = 0b11;
    for (came, form) in [(37, 0), (64, 0), (255, 0), (65, 2), (2, 1)] {
        let octets = passed_on(came);
        assert_eq!(octets[0] & HLIM, form, "{came} came: {octets:02x?}");
        if form == 0 {
            // Behind two octets of IPHC: ECN and DSCP, next header, hop limit.
            assert_eq!(octets[4], came - 1, "{octets:02x?}");
        }
    }
}

#[test]
fn a_hop_limit_that_is_used_up_is_told_to_the_source() {
    for hop_limit in [0, 1] {
        let frames = hear(&mut *router(), &through_the_router(hop_limit));
        let [psdu] = &frames[..] else {
            panic!("{} frames", frames.len());
        };
        let to: Vec<u8> = eui64(1).into_iter().rev().collect();
        assert_eq!(psdu[5..13], to);
        let time_exceeded = [3, 0];
        let told = lowpan(psdu);
        assert!(
            told.windows(2).any(|two| two == time_exceeded),
            "{told:02x?}"
        );
    }
}

#[test]
fn what_must_stay_stays() {
    let [one, two, three] = [1, 2, 3].map(link_local);
    let [from, to] = [1, 3].map(|last| Address(global(last)));
    let group = Address([0xff, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]);
    for (source, destination) in [(one, three), (one, to), (from, three), (from, group)] {
        let psdu = plain(1, ROUTER, &echo_request(source, destination, 1, 4));
        assert!(hear(&mut *router(), &psdu).is_empty(), "{destination:?}");
    }
    // Nor does a frame to everybody go on, or anything by a node that is no router.
    let packet = echo_request(from, to, 1, 4);
    assert!(hear(&mut *router(), &plain(1, LinkAddress::BROADCAST, &packet)).is_empty());
    let mut host = numbered(5, 2);
    host.add_neighbour(two, eui64(3));
    assert!(hear(&mut *host, &through_the_router(64)).is_empty());
}
