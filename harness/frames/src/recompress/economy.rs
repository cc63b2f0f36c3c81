//! A frame against the smallest one that says the same.

use super::{Encoding, FeatureSet, RecompressOptions, recompress};
use crate::dissect::Dissection;

/// What one frame made use of, and what it could have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Economy {
    /// What it used.
    pub used: FeatureSet,
    /// What the smallest encoding uses and it does not; empty where its own is
    /// as small.
    pub missed: FeatureSet,
    /// Octets on air beyond the smallest encoding's.
    pub wasted_octets: usize,
    /// The smallest encoding.
    pub smallest: Encoding,
}

impl Economy {
    /// None for a frame that does not hold the beginning of a packet: only there
    /// is anything compressed.
    pub fn of_frame(frame: &Dissection, options: &RecompressOptions<'_>) -> Option<Economy> {
        let packet = frame.packet.as_deref()?;
        let size = match frame.fragment {
            Some(fragment) if !fragment.first => return None,
            Some(fragment) => usize::from(fragment.datagram_size),
            None => packet.len(),
        };
        let smallest = recompress(packet, size, options);
        let used = FeatureSet::of_frame(frame);
        let wasted_octets = frame
            .body
            .as_ref()?
            .len()
            .saturating_sub(smallest.octets.len());
        Some(Economy {
            used,
            missed: match wasted_octets {
                0 => FeatureSet::NONE,
                _ => smallest.features.minus(used),
            },
            wasted_octets,
            smallest,
        })
    }
}
