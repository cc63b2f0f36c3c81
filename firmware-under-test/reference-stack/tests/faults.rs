//! Every seeded fault changes what a node does with some frames, and nothing
//! else in this repository has to tell it so.
//!
//! A fault is seeded into the whole process, so this is one test.

mod common;

use common::vectors::{Vector, all};
use common::{AnyNode, Heard, eui64, frame, global, hex, link_local, plain};
use sixlo_reference_stack::{Address, Fault, LinkAddress, Nd, seed};

const TESTER: LinkAddress = LinkAddress::Extended(eui64(1));
const DEVICE: LinkAddress = LinkAddress::Extended(eui64(2));
const SECOND: u64 = 1_000_000;

/// Frames at their times, to a node; and what it made of them.
type Script = Vec<(u64, Vec<u8>)>;

/// Frames sent and packets delivered.
type Outcome = (Vec<Vec<u8>>, Vec<Vec<u8>>);

fn played(mut node: Box<dyn AnyNode>, script: &Script) -> Outcome {
    let mut heard = Heard::default();
    for (now_us, psdu) in script {
        node.advance(*now_us, &mut heard);
        node.receive(psdu, &mut heard);
    }
    (heard.frames, heard.packets)
}

fn device() -> Box<dyn AnyNode> {
    let mut node = common::numbered(5, 2);
    node.add_address(Address(global(2)));
    node.set_short(0x0102);
    node.reset();
    node
}

fn lowpan(octets: &[u8]) -> Vec<u8> {
    frame(TESTER, DEVICE, octets)
}

/// A vector's frame, heard by the node it is for.
fn vector(name: &str) -> Vector {
    let vectors = all();
    let found = vectors.into_iter().find(|vector| vector.name == name);
    found.unwrap_or_else(|| panic!("no vector {name}"))
}

/// Fragments of an echo request, uncompressed.
fn echo_fragments(from: u8, tag: u16, data: usize) -> Vec<Vec<u8>> {
    let request = common::echo_request(link_local(from), link_local(2), tag, data);
    common::fragments(from, DEVICE, tag, &request)
}

/// A script that the fault's clause decides, where no vector does.
fn script(fault: Fault) -> Option<(Box<dyn AnyNode>, Script)> {
    let at_once = |frames: Vec<Vec<u8>>| frames.into_iter().map(|psdu| (0, psdu)).collect();
    let echo = common::echo_request(link_local(1), link_local(2), 1, 4);
    let [a, b] = [echo_fragments(1, 7, 100), echo_fragments(1, 8, 100)];
    let script: Script = match fault {
        Fault::ReservedDamTaken => {
            let start = hex("60 34 00 00 00 00 3a 40");
            let bait = [&start[..], &link_local(2).0, &echo[40..]].concat();
            at_once(vec![lowpan(&bait)])
        }
        Fault::NalpTaken => at_once(vec![lowpan(&[&[0x00, 0x41], &echo[..]].concat())]),
        Fault::ReservedEidTaken => {
            let start = hex("7e 33 ea 3a 06 1e 04 01 02 03 04");
            at_once(vec![lowpan(&[&start[..], &echo[40..]].concat())])
        }
        Fault::UnauthorisedElisionTaken => at_once(vec![lowpan(&hex("7e 33 f7 12 68 69"))]),
        Fault::FragmentLengthFromFrame => {
            let mut head = vec![0xc0, 148, 0, 7, 0x7a, 0x33, 58];
            let request = common::echo_request(link_local(1), link_local(2), 1, 100);
            head.extend(&request[40..88]);
            let rest = [&[0xe0, 148, 0, 7, 11], &request[88..]].concat();
            at_once(vec![lowpan(&head), lowpan(&rest)])
        }
        Fault::OffsetInOctets => at_once(a),
        Fault::FragmentTagIgnored => at_once(vec![a[0].clone(), b[1].clone()]),
        Fault::FragmentSenderIgnored => {
            let other = echo_fragments(3, 7, 100);
            at_once(vec![a[0].clone(), other[1].clone()])
        }
        Fault::FragmentDestinationIgnored => {
            let request = common::echo_request(link_local(1), link_local(2), 7, 100);
            let to_all = common::fragments(1, LinkAddress::BROADCAST, 7, &request);
            at_once(vec![a[0].clone(), to_all[1].clone()])
        }
        Fault::FragmentSizeIgnored => {
            let longer = echo_fragments(1, 7, 104);
            at_once(vec![a[0].clone(), longer[1].clone()])
        }
        Fault::OverlapTaken => {
            let request = common::echo_request(link_local(1), link_local(2), 7, 100);
            let overlapping = [&[0xe0, 148, 0, 7, 9], &request[72..]].concat();
            at_once(vec![a[0].clone(), lowpan(&overlapping), a[1].clone()])
        }
        Fault::DuplicateFragmentsCounted => at_once(vec![a[0].clone(), a[0].clone(), a[1].clone()]),
        Fault::ReassemblyNeverExpires => vec![(0, a[0].clone()), (61 * SECOND, a[1].clone())],
        Fault::BroadcastDuplicatesTaken => {
            let broadcast = vector("mesh-broadcast").psdu();
            at_once(vec![broadcast.clone(), broadcast])
        }
        Fault::Icmpv6ChecksumNotVerified => {
            let mut wrong = echo;
            wrong[42] ^= 1;
            at_once(vec![plain(1, DEVICE, &wrong)])
        }
        Fault::UdpChecksumNotVerified => {
            let mut wrong = common::udp(link_local(1), link_local(2), (1000, 2000), b"hi");
            wrong[46..48].fill(0);
            at_once(vec![plain(1, DEVICE, &wrong)])
        }
        Fault::EchoIdentifierWrong | Fault::DiscoveryFromAfarTaken => {
            let option = common::link_address_option(1, eui64(1));
            let mut asks =
                common::solicitation(link_local(1), link_local(2), link_local(2), &option);
            if fault == Fault::DiscoveryFromAfarTaken {
                asks[7] = 64;
            }
            at_once(vec![plain(1, DEVICE, &asks), plain(1, DEVICE, &echo)])
        }
        Fault::NeighbourNeverProbed => {
            let option = common::link_address_option(1, eui64(1));
            let asks = common::solicitation(link_local(1), link_local(2), link_local(2), &option);
            let echo = plain(1, DEVICE, &echo);
            vec![
                (0, plain(1, DEVICE, &asks)),
                (0, echo.clone()),
                (10 * SECOND, echo),
            ]
        }
        Fault::HopLimitNotLowered | Fault::TrafficClassCleared | Fault::HopLimitFormKept => {
            let script = vec![(0, common::through_the_router(64))];
            return Some((common::router(), script));
        }
        Fault::ForwardsUsedUpHops | Fault::ForwardsInSilence => {
            let script = vec![(0, common::through_the_router(1))];
            return Some((common::router(), script));
        }
        Fault::DuplicateStatusIgnored => return Some(refused_host()),
        Fault::DuplicateRegistrationTaken => return Some(contested_router()),
        _ => return None,
    };
    Some((device(), script))
}

/// A host whose registration is refused, and then pinged.
fn refused_host() -> (Box<dyn AnyNode>, Script) {
    let mut node = common::numbered(5, 2);
    node.add_address(Address(global(2)));
    node.set_nd(Nd::Host);
    node.reset();
    let mut message = vec![134, 0, 0, 0, 64, 0, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0];
    message.extend(common::link_address_option(1, eui64(1)));
    let advertisement = common::discovery(link_local(1), link_local(2), &message);
    let mut message = vec![136, 0, 0, 0, 0xe0, 0, 0, 0];
    message.extend(link_local(1).0);
    message.extend([33, 2, 1, 0, 0, 0, 0, 10]);
    message.extend(eui64(2));
    let refusal = common::discovery(link_local(1), link_local(2), &message);
    let echo = common::echo_request(link_local(1), Address(global(2)), 1, 4);
    let script = vec![
        (0, plain(1, DEVICE, &advertisement)),
        (SECOND / 2, plain(1, DEVICE, &refusal)),
        (SECOND / 2, plain(1, DEVICE, &echo)),
    ];
    (node, script)
}

/// A router at which two nodes register the same address.
fn contested_router() -> (Box<dyn AnyNode>, Script) {
    let mut node = common::numbered(5, 2);
    node.set_nd(Nd::Router);
    node.reset();
    let registration = |last| {
        let mut options = common::link_address_option(1, eui64(last));
        options.extend([33, 2, 0, 0, 0, 0, 0, 10]);
        options.extend(eui64(last));
        let address = Address(global(9));
        let asks = common::solicitation(address, link_local(2), link_local(2), &options);
        (0, plain(last, DEVICE, &asks))
    };
    (node, vec![registration(1), registration(3)])
}

/// What a node makes of all vectors, and of the fault's own script.
fn outcome(fault: Fault) -> Vec<Outcome> {
    match script(fault) {
        Some((node, script)) => vec![played(node, &script)],
        None => all()
            .iter()
            .map(|vector| played(vector.receiver(5), &vec![(0, vector.psdu())]))
            .collect(),
    }
}

#[test]
fn every_fault_shows() {
    assert!(Fault::ALL.len() >= 30);
    for (index, fault) in Fault::ALL.iter().enumerate() {
        let id = fault.id();
        assert_eq!(Fault::with_id(id), Some(*fault));
        assert!(
            Fault::ALL[..index].iter().all(|other| other.id() != id),
            "{id} twice"
        );
        assert!(
            fault.clause().starts_with("RFC "),
            "{id}: {}",
            fault.clause()
        );
        seed(None);
        let right = outcome(*fault);
        seed(Some(*fault));
        let wrong = outcome(*fault);
        seed(None);
        assert_ne!(right, wrong, "{id}: {} makes no difference", fault.what());
    }
}
