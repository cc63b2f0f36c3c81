//! Everything around the packet: dispatch, fragments, patches.

use serde_saphyr::Location;
use sixlo_frames::craft::{Body, Fragmentation, FrameSpec, Patch, PatchBase};
use sixlo_frames::mac::MacFrame;
use sixlo_frames::packet::Packet;
use sixlo_judge::profile::Node;
use sixlo_judge::testcase::{Filled, Order};

use super::address::Surroundings;
use super::fragments::fragmentation;
use super::mac::mesh;
use super::scope::Scope;
use crate::catalogue::yaml::iphc as raw;
use crate::catalogue::yaml::scalar::Number;
use crate::catalogue::yaml::send::{self, Dispatch};

/// Octets of a FRAG1 header, RFC 4944 5.3.
const FRAG1_OCTETS: usize = 4;

/// Everything around the packet.
pub(super) fn frames(
    scope: &Scope<'_>,
    at: Location,
    send: &send::Send,
    mac: MacFrame,
    packet: &Packet,
    around: &Surroundings,
    own: Node,
) -> Option<(FrameSpec, Order, Filled)> {
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
        None => (Fragmentation::None, Order::InOrder),
    };
    let order = match send.repeat {
        Some(times) => Order::Times(times),
        None => order,
    };
    let spec = FrameSpec {
        mac,
        leading: send.leading.clone().unwrap_or_default().0,
        mesh,
        bc0,
        reserved: 0,
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
            super::iphc::iphc(scope, at, iphc, nhc, packet, around).map(Body::Iphc)
        }
    }
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
