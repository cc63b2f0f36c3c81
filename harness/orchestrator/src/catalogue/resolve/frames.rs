//! How a packet goes on air: MAC header, IPHC, NHC, fragments.

use std::net::Ipv6Addr;

use serde_saphyr::Location;
use sixlo_frames::craft::{
    Body, FragmentSpec, Fragmentation, FrameSpec, GhcCode, IphcSpec, MeshSpec, NhcSpec, Patch,
    PatchBase, RfragSpec,
};
use sixlo_frames::mac::{BROADCAST, Fcs, FrameType, FrameVersion, MacAddress, MacFrame};
use sixlo_frames::packet::{Packet, Payload};
use sixlo_judge::testcase::{self as send_order, Filled};

use super::address::Surroundings;
use super::scope::Scope;
use crate::catalogue::yaml::At;
use crate::catalogue::yaml::iphc::{self as raw, AddressMode};
use crate::catalogue::yaml::scalar::Number;
use crate::catalogue::yaml::send::{self, Dispatch, Order};

/// Octets of a FRAG1 header, RFC 4944 5.3.
const FRAG1_OCTETS: usize = 4;

/// The MAC header of a `send`.
pub(super) fn mac(
    scope: &Scope<'_>,
    at: Location,
    send: &send::Send,
    own: sixlo_judge::profile::Node,
    multicast: bool,
) -> Option<MacFrame> {
    let base = send::Mac::default();
    let mac = send.mac.as_ref().unwrap_or(&base);
    let address = |named: &Option<At<String>>, base: &str, own| {
        let (at, text) = match named {
            Some(named) => (named.referenced, named.value.as_str()),
            None => (at, base),
        };
        scope.take(at, scope.mac_address(text, own))
    };
    let src = address(&mac.src, "extended", own);
    // A multicast goes to everybody (RFC 4944 3), unless the case says otherwise.
    let to = if multicast { "broadcast" } else { "extended" };
    let dst = address(&mac.dst, to, scope.nodes.dut);
    let (src, dst) = (src?, dst?);
    let pan = match &mac.pan {
        None => scope.nodes.pan_id,
        Some(pan) => match pan.value.as_str() {
            "own" => scope.nodes.pan_id,
            "other" => scope.nodes.pan_id ^ 0x0101,
            "broadcast" => BROADCAST,
            text => {
                return scope.fail(
                    pan.referenced,
                    format!("`{text}` is no PAN (known: own, other, broadcast)"),
                );
            }
        },
    };
    let mut frame = MacFrame::data(0, pan, dst, src);
    // Without a destination, or without a source, there is one PAN id, and nothing to compress.
    match (src, dst) {
        (MacAddress::Absent, _) => frame.pan_id_compression = false,
        (_, MacAddress::Absent) => {
            frame.pan_id_compression = false;
            (frame.dst_pan, frame.src_pan) = (None, Some(pan));
        }
        _ => {}
    }
    frame.ack_request = mac.ack_request.unwrap_or(frame.ack_request);
    if let Some(version) = &mac.version {
        frame.version = match version.value {
            Number::Is(2003) => FrameVersion::V2003,
            Number::Is(2006) => FrameVersion::V2006,
            Number::Is(2015) => FrameVersion::V2015,
            _ => return scope.fail(version.referenced, "a frame is of 2003, 2006 or 2015"),
        };
    }
    if let Some(frame_type) = &mac.r#type {
        frame.frame_type = match frame_type.value.as_str() {
            "data" => FrameType::Data,
            "beacon" => FrameType::Beacon,
            "ack" => FrameType::Ack,
            "command" => FrameType::Command,
            text => {
                return scope.fail(
                    frame_type.referenced,
                    format!("`{text}` is no frame type (known: data, beacon, ack, command)"),
                );
            }
        };
    }
    if let Some(fcs) = &mac.fcs {
        frame.fcs = match fcs.value.as_str() {
            "right" => Fcs::Right,
            "wrong" => Fcs::Wrong,
            text => {
                return scope.fail(
                    fcs.referenced,
                    format!("`{text}` is no FCS (known: right, wrong)"),
                );
            }
        };
    }
    Some(frame)
}

/// The context numbers that a `send`'s IPHC names for source and destination.
pub(super) fn contexts_named(iphc: Option<&raw::Iphc>) -> (u8, u8) {
    let Some(iphc) = iphc else { return (0, 0) };
    if let Some(octet) = iphc.cid.as_ref().and_then(|cid| octet(&cid.value)) {
        return (octet >> 4, octet & 0x0f);
    }
    let number = |mode: &Option<At<AddressMode>>| match mode.as_ref().map(|mode| &mode.value) {
        Some(AddressMode::Context {
            context: Number::Is(id),
            ..
        }) => (*id & 0x0f) as u8,
        _ => 0,
    };
    (number(&iphc.src), number(&iphc.dst))
}

/// Everything around the packet.
pub(super) fn frames(
    scope: &Scope<'_>,
    at: Location,
    send: &send::Send,
    mac: MacFrame,
    packet: &Packet,
    around: &Surroundings,
    own: sixlo_judge::profile::Node,
) -> Option<(FrameSpec, send_order::Order, Filled)> {
    let mut filled = Filled {
        dispatch: matches!(send.dispatch, Some(Dispatch::Simplest)),
        ..Filled::default()
    };
    let body = body(scope, at, send, packet, around)?;
    let mut patches = patches(scope, at, send.patch.as_deref().unwrap_or_default())?;
    if let Some(bits) = send.iphc.as_ref().and_then(|iphc| iphc.bits.as_ref()) {
        let first_fragment = send.fragments.is_some();
        patches.push(base_patch(scope, at, &body, bits, first_fragment)?);
    }
    let mesh = match &send.mesh {
        Some(raw) => Some(mesh(scope, at, raw, own)?),
        None => None,
    };
    let bc0 = match send.bc0.as_ref() {
        None => None,
        Some(sequence) => match &sequence.value {
            Number::Named(name) if name == "auto" => {
                filled.bc0 = true;
                Some(0)
            }
            Number::Is(number @ 0..=255) => Some(*number as u8),
            _ => {
                return scope.fail(sequence.referenced, "a sequence number is auto or 0 to 255");
            }
        },
    };
    let length = packet.to_octets().len();
    let (fragmentation, order) = match &send.fragments {
        Some(fragments) => fragmentation(scope, fragments, length, &mut filled)?,
        None => (Fragmentation::None, send_order::Order::InOrder),
    };
    let order = match send.repeat {
        Some(times) => send_order::Order::Times(times),
        None => order,
    };
    let spec = FrameSpec {
        mac,
        leading: send.leading.clone().unwrap_or_default().0,
        mesh,
        bc0,
        fragmentation,
        body,
        patches,
        cut_to: send.cut_to.map(usize::from),
    };
    Some((spec, order, filled))
}

fn body(
    scope: &Scope<'_>,
    at: Location,
    send: &send::Send,
    packet: &Packet,
    around: &Surroundings,
) -> Option<Body> {
    match send.dispatch.as_ref().unwrap_or(&Dispatch::Iphc) {
        Dispatch::Ipv6 => Some(Body::Ipv6),
        Dispatch::None => Some(Body::Bare),
        Dispatch::Raw(octets) => Some(Body::Raw(octets.0.clone())),
        Dispatch::Iphc | Dispatch::Simplest => {
            let base = raw::Iphc::default();
            let iphc = send.iphc.as_ref().unwrap_or(&base);
            let nhc = send.nhc.as_deref().unwrap_or_default();
            self::iphc(scope, at, iphc, nhc, packet, around).map(Body::Iphc)
        }
    }
}

fn iphc(
    scope: &Scope<'_>,
    at: Location,
    raw: &raw::Iphc,
    nhc: &[raw::Nhc],
    packet: &Packet,
    around: &Surroundings,
) -> Option<IphcSpec> {
    let mut spec = IphcSpec {
        tf: match raw.tf {
            None | Some(raw::Tf::Inline) => 0,
            Some(raw::Tf::EcnFlowLabel) => 1,
            Some(raw::Tf::TrafficClass) => 2,
            Some(raw::Tf::Elided) => 3,
        },
        hlim: match raw.hlim {
            None | Some(raw::Hlim::Inline) => 0,
            Some(raw::Hlim::One) => 1,
            Some(raw::Hlim::SixtyFour) => 2,
            Some(raw::Hlim::TwoFiftyFive) => 3,
        },
        m: packet.header.dst.is_multicast(),
        pad_ones: raw.pad == Some(raw::Pad::Ones),
        ..IphcSpec::default()
    };
    let mut ids = [0, 0];
    if let Some(mode) = &raw.src {
        let source = unicast_mode(scope, mode, around.sci, packet.header.src)?;
        (spec.sac, spec.sam) = (source.context.is_some() || source.unspecified, source.bits);
        ids[0] = source.context.unwrap_or(0);
    }
    if let Some(mode) = &raw.dst {
        let destination = match spec.m {
            true => multicast_mode(scope, mode, around.dci)?,
            false => unicast_mode(scope, mode, around.dci, packet.header.dst)?,
        };
        (spec.dac, spec.dam) = (destination.context.is_some(), destination.bits);
        ids[1] = destination.context.unwrap_or(0);
    }
    spec.cid = match &raw.cid {
        Some(cid) => match cid.value.as_str() {
            "absent" => None,
            "auto" => cid_octet(ids),
            text => match octet(text) {
                Some(octet) => Some(octet),
                None => {
                    return scope.fail(
                        cid.referenced,
                        format!("`{text}` is no CID octet (such as `3a`; or auto, absent)"),
                    );
                }
            },
        },
        None => cid_octet(ids),
    };
    spec.nhc = nhc_chain(scope, at, nhc, packet, around)?;
    Some(spec)
}

/// The two IPHC octets with these bits; what stands in line stays as the modes have it.
fn base_patch(
    scope: &Scope<'_>,
    at: Location,
    body: &Body,
    bits: &raw::Bits,
    first_fragment: bool,
) -> Option<Patch> {
    let Body::Iphc(spec) = body else {
        return scope.fail(at, "`bits` belong to IPHC");
    };
    let mut spec = spec.clone();
    spec.sac = bits.sac.map_or(spec.sac, |bit| bit != 0);
    spec.sam = bits.sam.unwrap_or(spec.sam) & 3;
    spec.m = bits.m.map_or(spec.m, |bit| bit != 0);
    spec.dac = bits.dac.map_or(spec.dac, |bit| bit != 0);
    spec.dam = bits.dam.unwrap_or(spec.dam) & 3;
    Some(Patch {
        from: PatchBase::Body,
        at: if first_fragment { FRAG1_OCTETS } else { 0 },
        octets: spec.base().to_vec(),
    })
}

/// A CID octet, where one is needed.
fn cid_octet([sci, dci]: [u8; 2]) -> Option<u8> {
    (sci != 0 || dci != 0).then_some(sci << 4 | dci)
}

struct Mode {
    context: Option<u8>,
    unspecified: bool,
    bits: u8,
}

fn unicast_mode(
    scope: &Scope<'_>,
    mode: &At<AddressMode>,
    by_cid: u8,
    address: Ipv6Addr,
) -> Option<Mode> {
    let bits = |name: &str| match name {
        "inline" => Some(0),
        "64-bit" => Some(1),
        "16-bit" => Some(2),
        "elided" => Some(3),
        _ => None,
    };
    let (context, name) = match &mode.value {
        AddressMode::Named(name) if name == "unspecified" => {
            if address != Ipv6Addr::UNSPECIFIED {
                return scope.fail(mode.referenced, "`unspecified` needs `src: unspecified`");
            }
            return Some(Mode {
                context: None,
                unspecified: true,
                bits: 0,
            });
        }
        AddressMode::Named(name) => (None, name.clone()),
        AddressMode::Context { context, iid } => (
            Some(context_number(scope, mode, context, by_cid)?),
            iid.clone().unwrap_or_default(),
        ),
    };
    match bits(&name) {
        // With SAC=1 or DAC=1, 00 is no mode of an address (RFC 6282 3.1.1).
        Some(0) if context.is_some() => scope.fail(
            mode.referenced,
            "a context takes 64-bit, 16-bit or elided",
        ),
        Some(bits) => Some(Mode {
            context,
            unspecified: false,
            bits,
        }),
        None => scope.fail(
            mode.referenced,
            format!("`{name}` is no mode of a unicast address (known: inline, 64-bit, 16-bit, elided, unspecified)"),
        ),
    }
}

fn multicast_mode(scope: &Scope<'_>, mode: &At<AddressMode>, by_cid: u8) -> Option<Mode> {
    let (context, bits) = match &mode.value {
        AddressMode::Context { context, .. } => {
            (Some(context_number(scope, mode, context, by_cid)?), 0)
        }
        AddressMode::Named(name) => match name.as_str() {
            "inline" => (None, 0),
            "48-bit" => (None, 1),
            "32-bit" => (None, 2),
            "8-bit" => (None, 3),
            _ => {
                return scope.fail(
                    mode.referenced,
                    format!("`{name}` is no mode of a multicast address (known: inline, 48-bit, 32-bit, 8-bit)"),
                );
            }
        },
    };
    Some(Mode {
        context,
        unspecified: false,
        bits,
    })
}

fn context_number(
    scope: &Scope<'_>,
    mode: &At<AddressMode>,
    context: &Number,
    by_cid: u8,
) -> Option<u8> {
    match context {
        Number::Is(id @ 0..=15) => Some(*id as u8),
        Number::Named(name) if name == "sci" || name == "dci" => Some(by_cid),
        _ => scope.fail(mode.referenced, "a context is 0 to 15, sci or dci"),
    }
}

/// The headers behind IPHC; what follows `ipv6` in the list is behind the inner header.
fn nhc_chain(
    scope: &Scope<'_>,
    at: Location,
    nhc: &[raw::Nhc],
    packet: &Packet,
    around: &Surroundings,
) -> Option<Vec<NhcSpec>> {
    let mut chain = Vec::new();
    for (position, header) in nhc.iter().enumerate() {
        chain.push(match header {
            raw::Nhc::Extension(extension) => NhcSpec::Extension {
                elide_padding: extension.padding == raw::Padding::Elided,
            },
            raw::Nhc::Udp(udp) => NhcSpec::Udp {
                p: p(udp),
                elide_checksum: udp.checksum == raw::NhcChecksum::Elided,
            },
            raw::Nhc::GhcUdp(udp) => NhcSpec::GhcUdp {
                p: p(udp),
                elide_checksum: udp.checksum == raw::NhcChecksum::Elided,
                code: code(udp.code),
            },
            raw::Nhc::GhcIcmpv6(ghc) => NhcSpec::GhcIcmpv6(code(ghc.code)),
            raw::Nhc::GhcExtension(ghc) => NhcSpec::GhcExtension(code(ghc.code)),
            raw::Nhc::Raw(octets) => NhcSpec::Raw(octets.0.clone()),
            raw::Nhc::Ipv6(inner) => {
                let Payload::Ipv6(inside) = &packet.payload else {
                    return scope.fail(at, "`nhc: [ ipv6: … ]` needs an `inner` packet");
                };
                let behind = &nhc[position + 1..];
                let spec = iphc(scope, at, inner, behind, inside, around)?;
                chain.push(NhcSpec::Ipv6(Box::new(spec)));
                break;
            }
        });
    }
    Some(chain)
}

fn p(udp: &raw::NhcUdp) -> u8 {
    match udp.ports {
        raw::Ports::Inline => 0,
        raw::Ports::Dst8Bit => 1,
        raw::Ports::Src8Bit => 2,
        raw::Ports::FourBit => 3,
    }
}

fn code(code: raw::GhcCode) -> GhcCode {
    match code {
        raw::GhcCode::Best => GhcCode::Best,
        raw::GhcCode::Literals => GhcCode::Literals,
        raw::GhcCode::Zeros => GhcCode::Zeros,
    }
}

fn mesh(
    scope: &Scope<'_>,
    at: Location,
    raw: &send::Mesh,
    own: sixlo_judge::profile::Node,
) -> Option<MeshSpec> {
    let address = |named: &Option<At<String>>, own| match named {
        Some(named) => scope.take(named.referenced, scope.mac_address(&named.value, own)),
        None => scope.take(at, scope.mac_address("extended", own)),
    };
    let originator = address(&raw.originator, own);
    let final_destination = address(&raw.r#final, scope.nodes.dut);
    Some(MeshSpec {
        hops_left: raw.hops_left.unwrap_or(5),
        originator: originator?,
        final_destination: final_destination?,
    })
}

fn fragmentation(
    scope: &Scope<'_>,
    raw: &send::Fragments,
    length: usize,
    filled: &mut Filled,
) -> Option<(Fragmentation, send_order::Order)> {
    let tag = match raw.tag.as_ref() {
        None => None,
        Some(tag) => match &tag.value {
            Number::Named(name) if name == "auto" => None,
            Number::Is(number @ 0..=0xffff) => Some(*number as u16),
            _ => return scope.fail(tag.referenced, "a tag is auto or 0 to 65535"),
        },
    };
    filled.tag = tag.is_none();
    let tag = tag.unwrap_or(0);
    if raw.recoverable == Some(true) {
        let recoverable = Fragmentation::Recoverable {
            tag: tag as u8,
            ack_request: true,
        };
        return Some((recoverable, order(scope, raw.order.as_ref(), None)?));
    }
    if let Some(pieces) = &raw.recoverable_pieces {
        let plan: Vec<_> = pieces.value.iter().map(|p| recoverable(p, tag)).collect();
        let order = order(scope, raw.order.as_ref(), Some(plan.len()))?;
        return Some((Fragmentation::RecoverablePlan(plan), order));
    }
    let plan: Option<Vec<FragmentSpec>> = match (&raw.sizes, &raw.pieces) {
        (Some(_), Some(pieces)) => {
            return scope.fail(pieces.referenced, "`sizes` and `pieces` exclude each other");
        }
        (Some(sizes), None) => Some(sized(sizes, length, tag)),
        (None, Some(pieces)) => Some(
            pieces
                .value
                .iter()
                .map(|piece| pieced(piece, tag))
                .collect(),
        ),
        (None, None) => None,
    };
    let Some(mut plan) = plan else {
        if let Some(lie) = &raw.datagram_size {
            return scope.fail(
                lie.referenced,
                "a wrong datagram_size needs `sizes` or `pieces`",
            );
        }
        let auto = Fragmentation::Auto {
            tag,
            first: raw.first,
        };
        return Some((auto, order(scope, raw.order.as_ref(), None)?));
    };
    if let Some(lie) = &raw.datagram_size {
        for fragment in &mut plan {
            fragment.datagram_size = Some(lie.value.lie as u16);
        }
    }
    let order = order(scope, raw.order.as_ref(), Some(plan.len()))?;
    Some((Fragmentation::Plan(plan), order))
}

/// Fragments of these sizes, and one more for what is left.
fn sized(sizes: &[u16], length: usize, tag: u16) -> Vec<FragmentSpec> {
    let mut plan = Vec::new();
    let mut start = 0_u16;
    for &size in sizes {
        plan.push(FragmentSpec {
            start,
            length: size,
            tag,
            ..FragmentSpec::default()
        });
        start = start.saturating_add(size);
    }
    let left = length.saturating_sub(usize::from(start));
    if left > 0 {
        plan.push(FragmentSpec {
            start,
            length: left as u16,
            tag,
            ..FragmentSpec::default()
        });
    }
    plan
}

fn pieced(piece: &send::Piece, tag: u16) -> FragmentSpec {
    FragmentSpec {
        start: piece.start,
        length: piece.length,
        tag,
        datagram_size: piece.datagram_size.map(|lie| lie.lie as u16),
        datagram_offset: piece.datagram_offset.map(|lie| lie.lie as u8),
        other_dispatch: piece.other_dispatch,
    }
}

fn recoverable(piece: &send::RecoverablePiece, tag: u16) -> RfragSpec {
    RfragSpec {
        start: piece.start,
        length: piece.length,
        tag: tag as u8,
        sequence: piece.sequence,
        e: piece.e,
        x: piece.x,
        fragment_size: None,
        fragment_offset: piece.fragment_offset.map(|lie| lie.lie as u16),
    }
}

/// The names of orders, as cases write them.
const ORDERS: &[(&str, send_order::Order)] = &[
    ("in-order", send_order::Order::InOrder),
    ("reversed", send_order::Order::Reversed),
    ("each-twice", send_order::Order::EachTwice),
    ("first", send_order::Order::First),
    ("all-but-first", send_order::Order::AllButFirst),
    ("last", send_order::Order::Last),
    ("all-but-last", send_order::Order::AllButLast),
];

fn order(
    scope: &Scope<'_>,
    order: Option<&At<Order>>,
    count: Option<usize>,
) -> Option<send_order::Order> {
    let Some(order) = order else {
        return Some(send_order::Order::InOrder);
    };
    match &order.value {
        Order::Indices(indices) => {
            let indices: Vec<usize> = indices.iter().map(|&index| usize::from(index)).collect();
            match count {
                Some(count) if indices.iter().any(|&index| index >= count) => scope.fail(
                    order.referenced,
                    format!("there are {count} fragments, counted from 0"),
                ),
                _ => Some(send_order::Order::Indices(indices)),
            }
        }
        Order::Named(name) => match ORDERS.iter().find(|(known, _)| known == name) {
            Some((_, order)) => Some(order.clone()),
            None => {
                let known: Vec<_> = ORDERS.iter().map(|(name, _)| *name).collect();
                let known = known.join(", ");
                scope.fail(
                    order.referenced,
                    format!("`{name}` is no order (known: {known}, or indices)"),
                )
            }
        },
    }
}

fn patches(scope: &Scope<'_>, at: Location, raw: &[send::Patch]) -> Option<Vec<Patch>> {
    raw.iter()
        .map(|patch| {
            let (from, offset) = match (patch.at, patch.nhc) {
                (Some(offset), None) => (PatchBase::Lowpan, offset),
                (None, Some(offset)) => (PatchBase::Nhc, offset),
                _ => return scope.fail(at, "a patch counts from `at` or from `nhc`"),
            };
            Some(Patch {
                from,
                at: usize::from(offset),
                octets: patch.octets.0.clone(),
            })
        })
        .collect()
}

fn octet(text: &str) -> Option<u8> {
    (text.len() == 2)
        .then(|| u8::from_str_radix(text, 16).ok())
        .flatten()
}
