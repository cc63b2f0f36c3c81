//! Whether frames restore to the packet they were made of.

use super::{FrameSpec, craft};
use crate::context::ContextTable;
use crate::dissect::{DissectOptions, Dissection, FcsMode, Problem, ProblemKind, dissect};
use crate::mac::Fcs;
use crate::packet::finish_udp_checksum;

/// Whether the frames of `spec` restore, octet by octet, to `packet`. False also
/// where no frames can be made, where fragments overlap or leave gaps, and where
/// something is wrong with a frame; what the texts leave open is not wrong.
pub fn is_faithful(spec: &FrameSpec, packet: &[u8], contexts: &ContextTable) -> bool {
    let Ok(psdus) = craft(spec, packet) else {
        return false;
    };
    let options = DissectOptions {
        contexts,
        fcs: match spec.mac.fcs {
            Fcs::Right | Fcs::Wrong => FcsMode::Present,
            Fcs::TiTrailer { .. } => FcsMode::TiTrailer,
            Fcs::Absent => FcsMode::Absent,
        },
    };
    let read: Vec<Dissection> = psdus.iter().map(|psdu| dissect(psdu, &options)).collect();
    let wrong = |problem: &Problem| !matches!(problem.kind, ProblemKind::Ambiguous(_));
    if read.iter().any(|frame| frame.problems.iter().any(wrong)) {
        return false;
    }
    match &read[..] {
        [only] if only.fragment.is_none() => only.packet.as_deref() == Some(packet),
        fragments => join(fragments, packet.len()).as_deref() == Some(packet),
    }
}

/// Puts fragments together that fit without gap or overlap.
fn join(fragments: &[Dissection], size: usize) -> Option<Vec<u8>> {
    let mut whole = vec![0; size];
    let mut covered = 0;
    let mut elided_checksum = None;
    for dissection in fragments {
        let fragment = dissection.fragment?;
        let octets = dissection.packet.as_deref()?;
        let start = usize::from(fragment.datagram_offset) * 8;
        whole
            .get_mut(start..start + octets.len())?
            .copy_from_slice(octets);
        covered += octets.len();
        if usize::from(fragment.datagram_size) != size {
            return None;
        }
        elided_checksum = elided_checksum.or(dissection.elided_checksum);
    }
    if let Some(field) = elided_checksum {
        finish_udp_checksum(&mut whole, field);
    }
    (covered == size).then_some(whole)
}
