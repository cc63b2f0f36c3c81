//! What is done, with every name put in.

use serde_saphyr::Location;
use sixlo_judge::testcase::Step;
use sixlo_judge::testcase::{self, Filled};
use sixlo_judge::trial::Identity;

use super::address::Surroundings;
use super::given::tester_settings;
use super::packet::{self, Ends};
use super::pattern::pattern;
use super::scope::Scope;
use super::{frames, iphc, mac};
use crate::catalogue::sweep::Laid;
use crate::catalogue::yaml::At;
use crate::catalogue::yaml::send::Send;
use crate::catalogue::yaml::step as raw;

/// The steps, and what lint wants to know of the sends among them.
#[derive(Debug, Default)]
pub(super) struct Steps {
    pub steps: Vec<Step>,
    pub sends: Vec<SendPlace>,
}

/// Where a `send` stands.
#[derive(Debug, Clone)]
pub(in crate::catalogue) struct SendPlace {
    /// Its index in the steps.
    pub step: usize,
    /// Where it stands.
    pub at: Location,
    /// What its first frame's LoWPAN part begins with, and where that stands.
    pub encodes_as: Option<(Vec<u8>, Location)>,
}

/// The steps of `when`, `row` laid over the first send.
pub(super) fn steps(scope: &Scope<'_>, raw: &[At<raw::Step>], row: Option<&Laid>) -> Option<Steps> {
    let mut all = Steps::default();
    let mut laid: Vec<Send> = Vec::new();
    let mut whole = true;
    // Whether the DUT was given a packet already.
    let mut given_one = false;
    for step in raw {
        let resolved = match &step.value {
            raw::Step::Send { send, encodes_as } => {
                let (mut over, mut prefix) = (send.value.clone(), encodes_as.as_ref());
                if let (true, Some(row)) = (laid.is_empty(), row) {
                    over = row.send.clone().over_base(over);
                    prefix = row.encodes_as.as_ref();
                }
                all.sends.push(SendPlace {
                    step: all.steps.len(),
                    at: send.referenced,
                    encodes_as: prefix.map(|prefix| (prefix.value.0.clone(), prefix.referenced)),
                });
                laid.push(over.clone());
                let number = laid.len() as u16;
                one_send(scope, send.referenced, &over, number)
                    .map(|send| vec![Step::Send(Box::new(send))])
            }
            raw::Step::Again { send, of } => {
                let base = (*of as usize)
                    .checked_sub(1)
                    .and_then(|index| laid.get(index));
                match base {
                    Some(base) => {
                        let over = send.value.clone().over_base(base.clone());
                        one_send(scope, send.referenced, &over, *of)
                            .map(|send| vec![Step::Send(Box::new(send))])
                    }
                    None => scope.fail(
                        send.referenced,
                        format!("there is no send {of} before this `again` (counted from 1)"),
                    ),
                }
            }
            raw::Step::SendIpv6(inner) => {
                // The DUT sends this one.
                let ends = Ends {
                    src: "dut.link-local",
                    dst: "tester.link-local",
                };
                let around = Surroundings::default();
                let mut over = inner.value.clone();
                if let (false, Some(row)) = (given_one, row) {
                    over = row.send_ipv6.clone().over_base(over);
                }
                given_one = true;
                packet::inner_packet(scope, inner.referenced, &over, ends, &around)
                    .map(|(packet, _)| vec![Step::SendIpv6(Box::new(packet))])
            }
            raw::Step::Await(fields, within) => pattern(scope, &fields.value)
                .map(|fields| vec![Step::Await(Box::new(fields), within.0)]),
            raw::Step::Wait(time) => Some(vec![Step::Wait(time.0)]),
            raw::Step::Reset => Some(vec![Step::Reset]),
            raw::Step::Tester(tester) => Some(
                tester_settings(tester)
                    .into_iter()
                    .map(Step::Tester)
                    .collect(),
            ),
        };
        match resolved {
            Some(steps) => all.steps.extend(steps),
            None => whole = false,
        }
    }
    whole.then_some(all)
}

fn one_send(scope: &Scope<'_>, at: Location, send: &Send, number: u16) -> Option<testcase::Send> {
    let from = match send.from.as_ref().map(|from| from.value.as_str()) {
        None | Some("tester") => Identity::Tester,
        Some("peer") => Identity::Peer,
        Some(other) => {
            let at = send.from.as_ref().map_or(at, |from| from.referenced);
            return scope.fail(
                at,
                format!("nobody is called `{other}` (known: tester, peer)"),
            );
        }
    };
    let (own, ends) = match from {
        Identity::Tester => (
            scope.nodes.tester,
            Ends {
                src: "tester.link-local",
                dst: "dut.link-local",
            },
        ),
        Identity::Peer => (
            scope.nodes.peer,
            Ends {
                src: "peer.link-local",
                dst: "dut.link-local",
            },
        ),
    };
    let (sci, dci) = iphc::contexts_named(send.iphc.as_ref());
    let mut around = Surroundings {
        sci,
        dci,
        ..Surroundings::default()
    };
    let named_dst = send.ipv6.as_ref().and_then(|ipv6| ipv6.dst.as_ref());
    let multicast = named_dst.is_some_and(|dst| {
        scope
            .address(&dst.value, &around)
            .is_ok_and(|dst| dst.is_multicast())
    });
    let mac = mac::mac(scope, at, send, own, multicast)?;
    (around.mac_src, around.mac_dst) = (mac.src, mac.dst);
    let (packet, in_packet) = packet::packet(scope, at, send, ends, &around)?;
    let (spec, order, in_frames) = frames::frames(scope, at, send, mac, &packet, &around, own)?;
    Some(testcase::Send {
        from,
        datagram: packet,
        frames: spec,
        order,
        number,
        filled: Filled {
            tag: in_frames.tag,
            bc0: in_frames.bc0,
            dispatch: in_frames.dispatch,
            ..in_packet
        },
    })
}
