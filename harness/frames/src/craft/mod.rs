//! Frames as one wants them, legal or not.
//!
//! A [`FrameSpec`] says how a packet goes on air; [`craft`] makes the frames.
//! What a mode carries in line is taken from the packet even where the result
//! does not restore it; [`is_faithful`] tells.

mod body;
mod envelope;
mod error;
mod faithful;
mod fragment;
mod iphc;
mod nhc;
mod recoverable;
mod rest;
mod spec;

pub use error::CraftError;
pub use faithful::is_faithful;
pub use recoverable::RfragAcknowledgement;
pub use spec::{
    Body, FragmentSpec, Fragmentation, FrameSpec, GhcCode, IphcSpec, MeshSpec, NhcSpec, Patch,
    PatchBase, RfragSpec,
};

use crate::mac::{FCS_OCTETS, MAX_PSDU_OCTETS};
use envelope::Envelope;

/// The PSDUs that carry `packet` as `spec` says, in order, each with its trailer.
///
/// Contexts play no part: a mode says what stands in line, and what is left out
/// is left out whether or not a context could restore it.
pub fn craft(spec: &FrameSpec, packet: &[u8]) -> Result<Vec<Vec<u8>>, CraftError> {
    match (&spec.fragmentation, &spec.body) {
        (Fragmentation::None, _) => Ok(vec![whole(spec, packet)?]),
        (_, Body::Raw(_)) => Err(CraftError::RawFragmented),
        (Fragmentation::Plan(plan), _) => fragment::planned(spec, packet, plan),
        (Fragmentation::Recoverable { tag, ack_request }, _) => {
            recoverable::automatic(spec, packet, *tag, *ack_request)
        }
        (Fragmentation::RecoverablePlan(plan), _) => recoverable::planned(spec, packet, plan),
        (Fragmentation::Auto { tag, first }, _) => {
            if first.is_none() {
                let psdu = whole(spec, packet)?;
                if octets_on_air(spec, &psdu) + spec.reserved <= MAX_PSDU_OCTETS {
                    return Ok(vec![psdu]);
                }
            }
            fragment::automatic(spec, packet, *tag, *first)
        }
    }
}

/// The one frame of a packet that is not cut.
fn whole(spec: &FrameSpec, packet: &[u8]) -> Result<Vec<u8>, CraftError> {
    Envelope::of(spec).wrap(0, |psdu| {
        let covered = body::append(&spec.body, packet, psdu)?;
        let rest = packet.get(covered.octets..).unwrap_or_default();
        covered.rest.append(rest, psdu);
        Ok(covered.nhc_at)
    })
}

/// What `body` makes of a packet or of its beginning: octets from the dispatch on.
/// Empty where it cannot be made.
pub(crate) fn body_octets(body: &Body, packet: &[u8]) -> Vec<u8> {
    body::Compressed::of(body, packet)
        .map(|compressed| compressed.octets)
        .unwrap_or_default()
}

/// A frame whose trailer is left out here still has one on air.
fn octets_on_air(spec: &FrameSpec, psdu: &[u8]) -> usize {
    match spec.mac.fcs {
        crate::mac::Fcs::Absent => psdu.len() + FCS_OCTETS,
        _ => psdu.len(),
    }
}

#[cfg(test)]
mod tests;
