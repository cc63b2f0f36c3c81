//! Which knobs a frame turns beyond plain IPv6, and at which level each is.
//!
//! The level of a knob is that of its topic in rows.yaml, so the two cannot disagree.

use sixlo_frames::craft::{Body, Fragmentation, IphcSpec, NhcSpec};
use sixlo_judge::name::Topic;
use sixlo_judge::rows::Rows;
use sixlo_judge::testcase::{Given, Send, Step};

/// A knob: what is turned, in the words of a case, and the topic it belongs to.
pub(super) type Knob = (&'static str, &'static str);

const FRAGMENTS: Knob = ("fragments", "fragmentation");
const IPHC: Knob = ("iphc", "iphc-dispatch");
const STATELESS_UNICAST: Knob = ("iphc: a compressed unicast address", "stateless-unicast");
const STATELESS_MULTICAST: Knob = (
    "iphc: a compressed multicast address",
    "stateless-multicast",
);
const CID: Knob = ("iphc: cid", "stateful-unicast");
const CONTEXT: Knob = ("iphc: a context", "stateful-unicast");
const MULTICAST_CONTEXT: Knob = ("iphc: a multicast context", "stateful-multicast");
const TF: Knob = ("iphc: tf", "tc-flow-label");
const HLIM: Knob = ("iphc: hlim", "hop-limit");
const NHC_UDP: Knob = ("nhc: udp", "nhc-udp");
const PORTS: Knob = ("nhc: udp: ports", "udp-ports");
const ELISION: Knob = ("nhc: udp: checksum", "udp-checksum-elision");
const TUNNEL: Knob = ("nhc: ipv6", "nhc-ipv6-tunnel");
const EXTENSION: Knob = ("nhc: extension", "nhc-extension-headers");
const PAST_FIRST: Knob = ("fragments: first", "headers-past-first-fragment");
const GHC: Knob = ("nhc: ghc", "ghc");
const MESH: Knob = ("mesh", "mesh-header");
const BROADCAST: Knob = ("bc0", "broadcast-header");

/// The knobs that a send turns.
pub(super) fn of_send(send: &Send) -> Vec<Knob> {
    let mut knobs = Vec::new();
    let frames = &send.frames;
    knobs.extend(frames.mesh.map(|_| MESH));
    knobs.extend(frames.bc0.map(|_| BROADCAST));
    if frames.fragmentation != Fragmentation::None {
        knobs.push(FRAGMENTS);
    }
    if let Body::Iphc(spec) = &frames.body
        && !send.filled.dispatch
    {
        of_iphc(spec, &mut knobs);
        if let Fragmentation::Auto {
            first: Some(first), ..
        } = frames.fragmentation
            && first < header_octets(send)
        {
            knobs.push(PAST_FIRST);
        }
    }
    knobs
}

/// The knobs that settings turn.
pub(super) fn of_given(given: &[Given]) -> Vec<Knob> {
    given
        .iter()
        .filter_map(|given| match given {
            Given::ChecksumElision(true) => Some(ELISION),
            Given::MeshHops(hops) if *hops > 0 => Some(MESH),
            _ => None,
        })
        .collect()
}

/// The highest level of the knobs that a trial turns; 0 if they all are outside the levels.
pub(super) fn level_of(given: &[Given], steps: &[Step], rows: &Rows) -> u8 {
    let sends = steps.iter().flat_map(|step| match step {
        Step::Send(send) => of_send(send),
        _ => Vec::new(),
    });
    of_given(given)
        .into_iter()
        .chain(sends)
        .filter_map(|knob| level(knob, rows))
        .max()
        .unwrap_or(0)
}

/// The level of a knob; none outside the levels.
pub(super) fn level(knob: Knob, rows: &Rows) -> Option<u8> {
    rows.row(&Topic::from(knob.1)).and_then(|row| row.level)
}

fn of_iphc(spec: &IphcSpec, knobs: &mut Vec<Knob>) {
    knobs.push(IPHC);
    knobs.extend((spec.tf != 0).then_some(TF));
    knobs.extend((spec.hlim != 0).then_some(HLIM));
    knobs.extend(spec.cid.map(|_| CID));
    match (spec.sac, spec.sam) {
        // `::` takes no context (RFC 6282 3.1.1).
        (_, 0) => {}
        (false, _) => knobs.push(STATELESS_UNICAST),
        (true, _) => knobs.push(CONTEXT),
    }
    match (spec.m, spec.dac, spec.dam) {
        (true, true, _) => knobs.push(MULTICAST_CONTEXT),
        (true, false, dam) => knobs.extend((dam != 0).then_some(STATELESS_MULTICAST)),
        (false, true, _) => knobs.push(CONTEXT),
        (false, false, dam) => knobs.extend((dam != 0).then_some(STATELESS_UNICAST)),
    }
    for header in &spec.nhc {
        of_nhc(header, knobs);
    }
}

fn of_nhc(header: &NhcSpec, knobs: &mut Vec<Knob>) {
    let mut udp = |p: u8, elide_checksum: bool| {
        knobs.push(NHC_UDP);
        knobs.extend((p != 0).then_some(PORTS));
        knobs.extend(elide_checksum.then_some(ELISION));
    };
    match header {
        NhcSpec::Udp { p, elide_checksum } => udp(*p, *elide_checksum),
        NhcSpec::GhcUdp {
            p, elide_checksum, ..
        } => {
            udp(*p, *elide_checksum);
            knobs.push(GHC);
        }
        NhcSpec::Ipv6(inner) => {
            knobs.push(TUNNEL);
            of_iphc(inner, knobs);
        }
        NhcSpec::Extension { .. } => knobs.push(EXTENSION),
        NhcSpec::GhcIcmpv6(_) | NhcSpec::GhcExtension(_) => knobs.push(GHC),
        NhcSpec::Raw(_) => {}
    }
}

/// Octets of the headers before the upper layer's data.
fn header_octets(send: &Send) -> u16 {
    use sixlo_frames::packet::{HeaderChain, protocol};
    let octets = send.datagram.to_octets();
    let Ok(mut chain) = HeaderChain::new(&octets) else {
        return 0;
    };
    match chain.payload() {
        Some(upper) if upper.protocol == protocol::UDP => upper.range.start as u16 + 8,
        Some(upper) => upper.range.start as u16,
        None => 0,
    }
}
