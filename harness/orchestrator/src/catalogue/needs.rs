//! What a case needs, read off what it does.

use std::collections::BTreeSet;

use sixlo_frames::craft::Fragmentation;
use sixlo_frames::iid;
use sixlo_frames::mac::{BROADCAST, MacAddress};
use sixlo_judge::testcase::{Given, Nd, Need, Step};

/// What these settings and steps ask of the DUT with this 16-bit address.
pub fn derived(given: &[Given], steps: &[Step], dut_short: u16) -> BTreeSet<Need> {
    let mut needs: BTreeSet<Need> = given.iter().filter_map(of_setting).collect();
    for step in steps {
        match step {
            Step::Send(send) => {
                if let MacAddress::Short(short) = send.frames.mac.dst
                    && short != BROADCAST
                {
                    needs.insert(Need::ShortAddress);
                }
                let dst = send.datagram.header.dst;
                let added = given.contains(&Given::Address(dst));
                if iid::of(dst) == iid::from_short(dut_short) && !added {
                    needs.insert(Need::ShortAddress);
                }
            }
            Step::SendIpv6(_) => {
                needs.insert(Need::SendIpv6);
            }
            Step::Wait(_) => {
                needs.insert(Need::VirtualTime);
            }
            Step::Reset => {
                needs.insert(Need::Reset);
            }
            Step::Await(..) | Step::Tester(_) => {}
        }
    }
    if holds_two_datagrams(steps) {
        needs.insert(Need::SecondReassembly);
    }
    needs
}

/// Whether a datagram goes on after fragments of another one. No clause asks for more
/// than one reassembly at a time: a node with one buffer may drop either of them.
fn holds_two_datagrams(steps: &[Step]) -> bool {
    let fragmented: Vec<u16> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Send(send) if send.frames.fragmentation != Fragmentation::None => {
                Some(send.number)
            }
            _ => None,
        })
        .collect();
    fragmented.iter().enumerate().any(|(at, number)| {
        let between = fragmented[at..].iter().rposition(|later| later == number);
        fragmented[at..at + between.unwrap_or(0)]
            .iter()
            .any(|other| other != number)
    })
}

fn of_setting(given: &Given) -> Option<Need> {
    Some(match given {
        Given::Context { .. } => Need::Context,
        Given::Address(_) => Need::Address,
        Given::Group(_) => Need::Group,
        Given::ChecksumElision(_) => Need::ChecksumElision,
        Given::Nd(Nd::Classic) => Need::NdClassic,
        Given::Nd(Nd::Host) => Need::NdHost,
        Given::Nd(Nd::Router) => Need::NdRouter,
        Given::Autoconfigure(_) => Need::Autoconfigure,
        Given::MeshHops(_) => Need::Mesh,
        Given::FreshEui64(_) => Need::Eui64,
        Given::OpenPort(_) => Need::OpenPort,
        Given::NoAddresses | Given::Tester(_) => return None,
    })
}

/// What is needed, as one says that it is missing.
pub fn words(need: Need) -> &'static str {
    match need {
        Need::Eui64 => "settable EUI-64",
        Need::ShortAddress => "16-bit address",
        Need::Address => "further unicast addresses",
        Need::Group => "group to join",
        Need::Context => "settable contexts",
        Need::ChecksumElision => "authorisation of UDP checksum elision",
        Need::NdHost => "RFC 6775 host",
        Need::NdRouter => "RFC 6775 router",
        Need::NdClassic => "RFC 4861 neighbour discovery",
        Need::Autoconfigure => "switch for autoconfiguration",
        Need::Mesh => "switch for mesh headers",
        Need::OpenPort => "open UDP port",
        Need::SendIpv6 => "way to send a given packet",
        Need::Delivered => "view of delivered packets",
        Need::VirtualTime => "virtual time",
        Need::Reset => "reset",
        Need::SecondReassembly => "second datagram put together at a time",
        Need::P6lowpan => "claim to P6LoWPAN",
        Need::OpenLink => "link without an integrity check of its own",
        Need::Forwards => "router between two nodes",
    }
}
