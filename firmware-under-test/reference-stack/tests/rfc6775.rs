//! RFC 6775 at level 5: hosts and routers, among themselves and one by one.

mod common;

use common::{
    Air, AnyNode, Heard, discovery, echo_request, eui64, global, link_address_option, link_local,
    lowpan, numbered, plain,
};
use sixlo_reference_stack::{Address, LinkAddress, Nd, Parameter};

const DEVICE: LinkAddress = LinkAddress::Extended(eui64(2));
const ALL: LinkAddress = LinkAddress::BROADCAST;
const SECOND: u64 = 1_000_000;

/// Node 2 as a host that forms its addresses. Wordy and uncompressed enough
/// to be read: it has learnt that its router is of level 0.
fn host() -> Box<dyn AnyNode> {
    let mut node = common::node(5);
    node.set_eui64(eui64(2));
    node.set_nd(Nd::Host);
    node.autoconfigure();
    node.reset();
    node
}

/// `2001:db8:0:1::` and the identifier of a node's EUI-64.
fn formed(last: u8) -> Address {
    let mut address = Address(global(0));
    address.0[8..].copy_from_slice(&link_local(last).0[8..]);
    address
}

/// An advertisement by node 1, of level 0.
struct Advertisement {
    prefix_flags: u8,
    context_lifetime: u16,
    version: u8,
}

impl Advertisement {
    const PLAIN: Advertisement = Advertisement {
        prefix_flags: 0x40,
        context_lifetime: 100,
        version: 1,
    };

    /// Lets node 2 hear it.
    fn reach(&self, node: &mut dyn AnyNode) {
        let mut message = vec![134, 0, 0, 0, 64, 0, 0x07, 0x08, 0, 0, 0, 0, 0, 0, 0, 0];
        message.extend(link_address_option(1, eui64(1)));
        message.extend([
            3,
            4,
            64,
            self.prefix_flags,
            0,
            0,
            0x0e,
            0x10,
            0,
            0,
            0x0e,
            0x10,
        ]);
        message.extend([0; 4]);
        message.extend(global(0));
        let [t0, t1] = self.context_lifetime.to_be_bytes();
        message.extend([34, 2, 64, 0x11, 0, 0, t0, t1]);
        message.extend(&global(0)[..8]);
        // The low half of the version first.
        message.extend([35, 3, 0, self.version, 0, 0, 0, 100]);
        message.extend(link_local(1).0);
        message.extend([36, 1, 0, 2, 0, 0, 0, 0]);
        let to = link_local(2);
        let packet = discovery(link_local(1), to, &message);
        for psdu in common::fragments(1, DEVICE, 7, &packet) {
            node.receive(&psdu, &mut Heard::default());
        }
    }
}

/// The router's answer to a registration.
fn answer(to: Address, status: u8, lifetime: u8, eui64: [u8; 8]) -> Vec<u8> {
    let mut message = vec![136, 0, 0, 0, 0xe0, 0, 0, 0];
    message.extend(link_local(1).0);
    message.extend([33, 2, status, 0xff, 0xff, 0xff, 0, lifetime]);
    message.extend(eui64);
    plain(1, DEVICE, &discovery(link_local(1), to, &message))
}

fn hear(node: &mut dyn AnyNode, psdu: &[u8]) -> Vec<Vec<u8>> {
    let mut heard = Heard::default();
    node.receive(psdu, &mut heard);
    heard.frames
}

/// Packets sent up to `now_us`, each with the time it was sent at.
fn until(node: &mut dyn AnyNode, now_us: u64) -> Vec<(u64, Vec<u8>)> {
    let mut sent = Vec::new();
    while let Some(due_us) = node.next_timer_us().filter(|due_us| *due_us <= now_us) {
        let mut heard = Heard::default();
        node.advance(due_us, &mut heard);
        let packets = heard.frames.iter().map(|psdu| lowpan(psdu).to_vec());
        sent.extend(packets.map(|packet| (due_us, packet)));
    }
    node.advance(now_us, &mut Heard::default());
    sent
}

/// The ICMPv6 type of a router or neighbour solicitation, uncompressed or
/// (to all routers, at level 5) compressed.
fn kind(lowpan: &[u8]) -> u8 {
    match *lowpan {
        [0x41, ..] => lowpan[41],
        [0x7b, 0x3b, 58, 2, kind, ..] => kind,
        _ => panic!("{lowpan:02x?}"),
    }
}

fn echo(node: &mut dyn AnyNode, to: Address) -> Vec<Vec<u8>> {
    hear(
        node,
        &plain(1, DEVICE, &echo_request(link_local(1), to, 1, 4)),
    )
}

#[test]
fn a_host_asks_for_routers_ever_more_slowly() {
    let mut node = host();
    let sent = until(&mut *node, 400 * SECOND);
    let first = sent[0].0;
    assert!(first <= SECOND);
    let waits: Vec<u64> = sent
        .windows(2)
        .map(|pair| (pair[1].0 - pair[0].0) / SECOND)
        .collect();
    assert_eq!(waits[..6], [10, 10, 10, 20, 40, 60]);
    assert!(waits[6..].iter().all(|wait| *wait == 60));
    // Never from the unspecified address, and uncompressed when repeated.
    for (_, packet) in &sent[1..] {
        assert_eq!(packet[0], 0x41);
        assert_eq!(packet[9..25], link_local(2).0);
        assert_eq!(packet[25..41], Address::ALL_ROUTERS.0);
        assert_eq!(packet[49..51], [1, 2], "with its link-layer address");
    }
    Advertisement::PLAIN.reach(&mut *node);
    let later = until(&mut *node, 402 * SECOND);
    assert!(
        later.iter().all(|(_, packet)| kind(packet) == 135),
        "an answer ends it"
    );
}

#[test]
fn a_host_registers_what_it_forms_and_again_in_time() {
    let mut node = host();
    Advertisement::PLAIN.reach(&mut *node);
    let sent = until(&mut *node, 0);
    assert_eq!(sent.len(), 1);
    let packet = &sent[0].1[1..];
    assert_eq!(packet[8..24], formed(2).0, "from the address to register");
    assert_eq!(packet[24..40], link_local(1).0);
    assert_eq!((packet[7], packet[40]), (255, 135));
    assert_eq!(packet[48..64], link_local(1).0, "asks for the router");
    assert_eq!(packet[64..66], [1, 2]);
    assert_eq!(packet[80..86], [33, 2, 0, 0, 0, 0]);
    assert_eq!(packet[88..96], eui64(2), "unflipped");
    // Two minutes granted: again before they are over.
    hear(&mut *node, &answer(formed(2), 0, 2, eui64(2)));
    assert!(until(&mut *node, 59 * SECOND).is_empty());
    let again = until(&mut *node, 119 * SECOND);
    assert_eq!(again[0].1[41], 135);
    assert!(!echo(&mut *node, formed(2)).is_empty());
}

#[test]
fn an_unanswered_registration_ends_the_router() {
    let mut node = host();
    Advertisement::PLAIN.reach(&mut *node);
    // An answer for another EUI-64 is none.
    let mut sent = until(&mut *node, 0);
    hear(&mut *node, &answer(formed(2), 1, 2, eui64(7)));
    sent.extend(until(&mut *node, 4 * SECOND));
    let times: Vec<u64> = sent.iter().map(|(at, _)| *at / SECOND).collect();
    let kinds: Vec<u8> = sent.iter().map(|(_, packet)| kind(packet)).collect();
    assert_eq!((&kinds[..3], &times[..3]), (&[135; 3][..], &[0, 1, 2][..]));
    assert_eq!(kinds[3], 133, "then it asks for routers again");
    assert!(!echo(&mut *node, link_local(2)).is_empty(), "alive");
}

#[test]
fn a_duplicate_is_given_up_and_a_full_router_left() {
    let mut node = host();
    Advertisement::PLAIN.reach(&mut *node);
    until(&mut *node, 0);
    // Errors go to the address of the EUI-64.
    hear(&mut *node, &answer(link_local(2), 1, 2, eui64(2)));
    assert!(echo(&mut *node, formed(2)).is_empty());
    assert!(!echo(&mut *node, link_local(2)).is_empty());

    let mut node = host();
    Advertisement::PLAIN.reach(&mut *node);
    until(&mut *node, 0);
    hear(&mut *node, &answer(link_local(2), 2, 2, eui64(2)));
    let sent = until(&mut *node, SECOND);
    assert!(
        sent.iter().any(|(_, packet)| kind(packet) == 133),
        "{sent:02x?}"
    );
}

#[test]
fn prefixes_said_to_be_on_link_are_ignored() {
    let mut node = host();
    let advertisement = Advertisement {
        prefix_flags: 0xc0,
        ..Advertisement::PLAIN
    };
    advertisement.reach(&mut *node);
    assert!(echo(&mut *node, formed(2)).is_empty());
}

#[test]
fn contexts_come_and_go_with_advertisements() {
    let mut node = host();
    Advertisement::PLAIN.reach(&mut *node);
    // DAM=11 by context 1, the source in line.
    let taken = |node: &mut dyn AnyNode| {
        let request = echo_request(link_local(1), formed(2), 1, 4);
        let start = [&[0x60, 0x87, 1, 0, 0, 0, 0, 58, 64], &link_local(1).0[..]].concat();
        let lowpan = [&start[..], &request[40..]].concat();
        let source = LinkAddress::Extended(eui64(1));
        !hear(node, &common::frame(source, DEVICE, &lowpan)).is_empty()
    };
    assert!(taken(&mut *node));
    let minute = 60 * SECOND;
    // Valid for 100 minutes, then 2 x 30 minutes for decompression only.
    Advertisement::PLAIN.reach(&mut *node);
    node.advance(59 * minute, &mut Heard::default());
    (Advertisement {
        version: 0,
        context_lifetime: 0,
        ..Advertisement::PLAIN
    })
    .reach(&mut *node);
    assert!(taken(&mut *node), "an older version changes nothing");
    (Advertisement {
        context_lifetime: 0,
        ..Advertisement::PLAIN
    })
    .reach(&mut *node);
    assert!(!taken(&mut *node), "a lifetime of 0 deletes at once");
    let short = Advertisement {
        context_lifetime: 1,
        ..Advertisement::PLAIN
    };
    short.reach(&mut *node);
    assert!(taken(&mut *node));
}

/// Node 2 as a router with a prefix and a context.
fn router() -> Box<dyn AnyNode> {
    let mut node = numbered(5, 2);
    node.add_address(Address(global(2)));
    node.set_context(1, global(0), 64);
    node.set_nd(Nd::Router);
    node.reset();
    node
}

/// A registration of `address` by node `last`, to the router.
fn registration(last: u8, address: Address, status: u8, lifetime: u8, units: u8) -> Vec<u8> {
    let mut options = link_address_option(1, eui64(last));
    options.extend([33, units, status, 0, 0, 0, 0, lifetime]);
    options.extend(eui64(last));
    options.resize(16 + usize::from(units) * 8, 0);
    let packet = common::solicitation(address, link_local(2), link_local(2), &options);
    plain(last, DEVICE, &packet)
}

/// The frame that answers, as a node of level 5 at the other end reads it.
fn heard_by(last: u8, addresses: &[Address], frames: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut reader = numbered(5, last);
    for address in addresses {
        reader.add_address(*address);
    }
    reader.set_context(1, global(0), 64);
    let mut heard = Heard::default();
    for psdu in frames {
        reader.receive(psdu, &mut heard);
    }
    heard.packets
}

fn frames(node: &mut dyn AnyNode, psdu: &[u8]) -> Vec<Vec<u8>> {
    let mut heard = Heard::default();
    node.receive(psdu, &mut heard);
    heard.frames
}

/// Status of the router's answer to node `last`.
fn status(node: &mut dyn AnyNode, last: u8, address: Address, lifetime: u8) -> u8 {
    let frames = frames(node, &registration(last, address, 0, lifetime, 2));
    let packets = heard_by(last, &[address], &frames);
    let [packet] = &packets[..] else {
        panic!("{packets:02x?} for node {last}")
    };
    let options = &packet[64..];
    let at = options.windows(2).position(|pair| pair == [33, 2]).unwrap();
    assert_eq!(options[at + 8..at + 16], eui64(last), "a copy");
    assert_eq!(options[at + 7], lifetime);
    // Errors go to the address of the EUI-64. RFC 6775 6.5.2.
    let failed = options[at + 2] != 0;
    let to = if failed { link_local(last) } else { address };
    assert_eq!(packet[24..40], to.0);
    options[at + 2]
}

#[test]
fn a_router_keeps_a_registry() {
    let mut node = router();
    let address = Address(global(0x55));
    assert_eq!(status(&mut *node, 1, address, 2), 0);
    assert_eq!(status(&mut *node, 3, address, 2), 1, "another's");
    assert_eq!(status(&mut *node, 1, address, 2), 0, "renewed");
    assert_eq!(status(&mut *node, 1, address, 0), 0, "given back");
    assert_eq!(status(&mut *node, 3, address, 1), 0, "free again");
    node.advance(59 * SECOND, &mut Heard::default());
    assert_eq!(status(&mut *node, 1, address, 2), 1);
    node.advance(60 * SECOND, &mut Heard::default());
    assert_eq!(status(&mut *node, 1, address, 2), 0, "expired");
    node.parameter(Parameter::Registrations, 1);
    assert_eq!(status(&mut *node, 1, Address(global(0x56)), 2), 2, "full");
    assert_eq!(
        status(&mut *node, 1, address, 2),
        0,
        "what was there still is"
    );
}

#[test]
fn a_router_ignores_malformed_registrations() {
    for (status, units) in [(1, 2), (0, 3), (0, 1)] {
        let mut node = router();
        let psdu = registration(1, Address(global(0x55)), status, 2, units);
        assert!(
            frames(&mut *node, &psdu).is_empty(),
            "status {status}, length {units}"
        );
    }
    // Without the link-layer address it is a solicitation without the option.
    let mut node = router();
    let mut option = vec![33, 2, 0, 0, 0, 0, 0, 2];
    option.extend(eui64(1));
    let packet = common::solicitation(link_local(1), link_local(2), link_local(2), &option);
    let frames = frames(&mut *node, &plain(1, DEVICE, &packet));
    let answered = heard_by(1, &[], &frames);
    assert_eq!(answered.len(), 1);
    assert!(!answered[0][64..].windows(2).any(|pair| pair == [33, 2]));
}

#[test]
fn a_router_advertises_to_those_who_ask() {
    let mut node = router();
    let mut message = vec![133, 0, 0, 0, 0, 0, 0, 0];
    message.extend(link_address_option(1, eui64(1)));
    let asked = discovery(link_local(1), Address::ALL_ROUTERS, &message);
    let sent = frames(&mut *node, &plain(1, ALL, &asked));
    let packets = heard_by(1, &[], &sent);
    assert_eq!(packets.len(), 1);
    let packet = &packets[0];
    assert_eq!(packet[24..40], link_local(1).0, "unicast");
    assert_eq!(packet[40], 134);
    let options = &packet[56..];
    assert_eq!(options[..2], [1, 2], "its link-layer address");
    assert_eq!(
        options[16..20],
        [3, 4, 64, 0x40],
        "a prefix, autonomous and not on-link"
    );
    assert_eq!(options[48..52], [34, 2, 64, 0x11], "context 1 with C");
    assert_eq!(
        options[64..70],
        [35, 3, 0, 1, 0, 0],
        "a border router of version 1"
    );
    assert_eq!(options[88..92], [36, 1, 0, 12], "level 5");
}

#[test]
fn host_and_router_meet_from_cold() {
    let mut host = common::node(5);
    host.set_eui64(eui64(1));
    host.set_short(0x0102);
    host.set_nd(Nd::Host);
    host.autoconfigure();
    host.reset();
    let mut air = Air::of(vec![router(), host]);
    air.pass(30 * SECOND);
    let mut short = Address(global(0));
    short.0[8..].copy_from_slice(&[0, 0, 0, 0xff, 0xfe, 0, 1, 2]);
    for address in [formed(1), short] {
        // The router reaches what is registered, the host answers through it.
        air.delivered.clear();
        air.carried.clear();
        air.send(0, &echo_request(Address(global(2)), address, 1, 4));
        assert_eq!(air.messages(0, 129).len(), 1);
        // The context that the router announced serves both.
        for (_, psdu) in &air.carried {
            assert_eq!(lowpan(psdu)[1] & 0xc4, 0xc4, "{:02x?}", lowpan(psdu));
        }
    }
    // An hour later everything has been renewed.
    air.pass(3600 * SECOND);
    air.delivered.clear();
    air.send(0, &echo_request(Address(global(2)), short, 1, 4));
    assert_eq!(air.messages(0, 129).len(), 1);
    let multicast_solicitation = air.carried.iter().any(|(from, psdu)| {
        let lowpan = lowpan(psdu);
        *from == 1 && lowpan[0] == 0x41 && lowpan[41] == 135 && lowpan[25] == 0xff
    });
    assert!(!multicast_solicitation);
}
