//! A frame with other addresses in it, broken where it was broken.

use sixlo_frames::context::ContextTable;
use sixlo_frames::dissect::{DissectOptions, Dissection, FcsMode, dissect};
use sixlo_frames::mac::{FCS_OCTETS, fcs};

use super::substitution::Substitution;

/// Reads a frame of the run.
pub(super) fn read(psdu: &[u8], contexts: &ContextTable) -> Dissection {
    dissect(
        psdu,
        &DissectOptions {
            contexts,
            fcs: FcsMode::Present,
            keys: None,
        },
    )
}

/// The frame with its octets replaced. `restored` is what it restores to, as it was and as it
/// shall be, where that is known. None where it would restore to something else: octets that
/// are compressed cannot be replaced one by one (RFC 7400).
pub(super) fn rewritten(
    psdu: &[u8],
    restored: Option<(&[u8], &[u8])>,
    substitution: &Substitution,
    contexts: &ContextTable,
) -> Option<Vec<u8>> {
    let mut is = psdu.to_vec();
    let Some(end) = psdu.len().checked_sub(FCS_OCTETS) else {
        return Some(is);
    };
    substitution.apply(&mut is[..end]);
    if let Some((was, shall)) = restored {
        let alike = in_line(&psdu[..end], was);
        is[end - alike..end].copy_from_slice(&shall[shall.len() - alike..]);
    }
    // As wrong as it was: the difference stays.
    let trailer = u16::from_le_bytes([psdu[end], psdu[end + 1]]);
    let mended = trailer ^ fcs(&psdu[..end]) ^ fcs(&is[..end]);
    is[end..].copy_from_slice(&mended.to_le_bytes());
    let is_faithful = restored.is_none_or(|(_, shall)| {
        let dissection = read(&is, contexts);
        match (dissection.packet, dissection.elided_checksum) {
            // What only the whole datagram can restore stands in no frame.
            (Some(mut packet), Some(at)) if at + 2 <= packet.len().min(shall.len()) => {
                packet[at..at + 2].copy_from_slice(&shall[at..at + 2]);
                packet == shall
            }
            (packet, _) => packet.as_deref() == Some(shall),
        }
    });
    is_faithful.then_some(is)
}

/// How many octets at the end of a frame stand there as they are restored.
fn in_line(frame: &[u8], restored: &[u8]) -> usize {
    let pairs = frame.iter().rev().zip(restored.iter().rev());
    pairs.take_while(|(a, b)| a == b).count()
}
