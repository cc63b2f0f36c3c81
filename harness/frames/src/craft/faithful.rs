//! Whether frames restore to the packet they were made of.

use super::{Body, Fragmentation, FrameSpec, craft};
use crate::context::ContextTable;
use crate::dissect::{DissectOptions, Dissection, FcsMode, Problem, ProblemKind, dissect};
use crate::field::{FieldId, Value};
use crate::mac::Fcs;
use crate::packet::finish_udp_checksum;

/// Whether the frames of `spec` restore, octet by octet, to `packet`. False also
/// where no frames can be made, where fragments overlap or leave gaps, and where
/// something is wrong with a frame; what the texts leave open is not wrong.
pub fn is_faithful(spec: &FrameSpec, packet: &[u8], contexts: &ContextTable) -> bool {
    if let Fragmentation::Recoverable { .. } | Fragmentation::RecoverablePlan(_) =
        spec.fragmentation
    {
        return is_recoverable_faithful(spec, packet, contexts);
    }
    let Ok(psdus) = craft(spec, packet) else {
        return false;
    };
    let options = options(spec, contexts);
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

/// Puts the compressed form together and reads it as one frame.
fn is_recoverable_faithful(spec: &FrameSpec, packet: &[u8], contexts: &ContextTable) -> bool {
    let Ok(psdus) = craft(spec, packet) else {
        return false;
    };
    let options = options(spec, contexts);
    let mut compressed = Vec::new();
    let mut covered = 0;
    for psdu in &psdus {
        let read = dissect(psdu, &options);
        let number = |id| match read.get(id) {
            Some(Value::Uint(number)) => *number as usize,
            _ => 0,
        };
        let body = read.body.clone().unwrap_or_default();
        let octets = &psdu[usize::from(body.start)..usize::from(body.end)];
        let (start, size) = match number(FieldId::RfragSequence) {
            0 => (0, Some(number(FieldId::RfragFragmentOffset))),
            _ => (number(FieldId::RfragFragmentOffset), None),
        };
        let end = size.unwrap_or(0).max(start + octets.len());
        if compressed.len() < end {
            compressed.resize(end, 0);
        }
        compressed[start..start + octets.len()].copy_from_slice(octets);
        covered += octets.len();
        if !read.problems.is_empty() {
            return false;
        }
    }
    let complete = compressed.len() == covered;
    let joined = FrameSpec {
        body: Body::Raw(compressed),
        fragmentation: Fragmentation::None,
        patches: vec![],
        cut_to: None,
        ..spec.clone()
    };
    let Ok(psdus) = craft(&joined, packet) else {
        return false;
    };
    let read = dissect(&psdus[0], &options);
    complete && read.packet.as_deref() == Some(packet)
}

fn options<'a>(spec: &FrameSpec, contexts: &'a ContextTable) -> DissectOptions<'a> {
    DissectOptions {
        contexts,
        keys: None,
        fcs: match spec.mac.fcs {
            Fcs::Right | Fcs::Wrong => FcsMode::Present,
            Fcs::TiTrailer { .. } => FcsMode::TiTrailer,
            Fcs::Absent => FcsMode::Absent,
        },
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
