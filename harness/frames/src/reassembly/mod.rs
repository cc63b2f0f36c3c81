//! Fragments to datagrams, RFC 4944 5.3. Pure: the caller says what time it is.
//!
//! The tester and the judge share it, so it is a little more patient than a node
//! has to be, and tells what it refused.

use std::collections::VecDeque;
use std::ops::Range;

use thiserror::Error;

use crate::dissect::Dissection;
use crate::mac::MacAddress;
use crate::packet::finish_udp_checksum;

/// RFC 4944 5.3: a reassembly lasts 60 s at most, counted from its first fragment.
pub const TIMEOUT_US: u64 = 60_000_000;
/// Datagrams in progress; the oldest makes room for one more.
pub const MOST_DATAGRAMS: usize = 64;
/// Finished datagrams remembered, to know late repetitions of their fragments.
const REMEMBERED: usize = 8;

/// Which fragments belong together: all four must match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DatagramKey {
    /// Originator of the mesh header, without one the MAC source.
    pub src: MacAddress,
    /// Final destination of the mesh header, without one the MAC destination.
    pub dst: MacAddress,
    /// Octets of the whole uncompressed datagram.
    pub datagram_size: u16,
    /// The sender's number for the datagram.
    pub datagram_tag: u16,
}

/// What one fragment contributes, uncompressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contribution<'a> {
    /// Which datagram.
    pub key: DatagramKey,
    /// Where, in octets (the wire's datagram_offset counts 8 of them).
    pub offset: usize,
    /// The octets; for a compressed first fragment its restored beginning.
    pub octets: &'a [u8],
    /// Where in the datagram an elided UDP checksum stands (RFC 6282 4.3.2); it
    /// can be computed only when all octets are there.
    pub elided_checksum: Option<usize>,
}

impl<'a> Contribution<'a> {
    /// What this frame contributes; none where it is no fragment.
    pub fn of(dissection: &'a Dissection) -> Option<Self> {
        let fragment = dissection.fragment?;
        let (src, dst) = dissection.ends()?;
        Some(Contribution {
            key: DatagramKey {
                src,
                dst,
                datagram_size: fragment.datagram_size,
                datagram_tag: fragment.datagram_tag,
            },
            offset: usize::from(fragment.datagram_offset) * 8,
            octets: dissection.packet.as_deref()?,
            elided_checksum: dissection.elided_checksum,
        })
    }
}

/// A complete datagram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reassembled {
    /// The IPv6 packet.
    pub packet: Vec<u8>,
    /// Where it comes from: originator, or MAC source.
    pub src: MacAddress,
    /// Where it goes: final destination, or MAC destination.
    pub dst: MacAddress,
    /// What its fragments had in common; none where it came in one frame.
    pub key: Option<DatagramKey>,
    /// When its first fragment was heard, in microseconds of the caller's clock.
    pub started_us: u64,
}

/// Why a fragment was not placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ReassemblyProblem {
    /// It holds nothing.
    #[error("fragment of datagram {tag:#06x} holds no octets")]
    Empty {
        /// Its datagram_tag.
        tag: u16,
    },
    /// It reaches beyond the datagram; what was there stays.
    #[error("fragment of datagram {tag:#06x} ends at octet {end}, datagram_size is {size}")]
    BeyondEnd {
        /// Its datagram_tag.
        tag: u16,
        /// One behind its last octet.
        end: usize,
        /// Its datagram_size.
        size: u16,
    },
    /// It overlaps another one without being the same: what was there is
    /// discarded, and this fragment starts afresh (RFC 4944 5.3).
    #[error(
        "fragment of datagram {tag:#06x} covers octets {start} to {end} and overlaps another; all before it is discarded"
    )]
    Overlap {
        /// Its datagram_tag.
        tag: u16,
        /// Its first octet.
        start: usize,
        /// One behind its last octet.
        end: usize,
    },
}

/// What came of a fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Others are missing.
    Waiting,
    /// It was the last one.
    Complete(Reassembled),
    /// Its datagram has these very octets already.
    Duplicate,
    /// It was not placed as its sender meant it.
    Refused(ReassemblyProblem),
}

/// Datagrams in progress.
#[derive(Debug, Clone)]
pub struct Reassembler {
    /// Oldest first.
    datagrams: Vec<Datagram>,
    finished: VecDeque<(DatagramKey, Vec<u8>)>,
    timeout_us: u64,
}

#[derive(Debug, Clone)]
struct Datagram {
    key: DatagramKey,
    started_us: u64,
    octets: Vec<u8>,
    /// Octets placed, never overlapping.
    placed: Vec<Range<usize>>,
    elided_checksum: Option<usize>,
    /// Every piece so far repeats a finished datagram's.
    repetition: bool,
}

impl Default for Reassembler {
    fn default() -> Self {
        Self::new(TIMEOUT_US)
    }
}

impl Reassembler {
    /// With another time-out than 60 s, in microseconds.
    pub fn new(timeout_us: u64) -> Self {
        Reassembler {
            datagrams: Vec::new(),
            finished: VecDeque::new(),
            timeout_us,
        }
    }

    /// What a frame heard at `now_us` microseconds of the caller's clock completes:
    /// a datagram of several fragments, or the one it carries all by itself.
    /// What [`Reassembler::place`] refuses counts for nothing here.
    pub fn hear(&mut self, now_us: u64, dissection: &Dissection) -> Option<Reassembled> {
        if let Some(contribution) = Contribution::of(dissection) {
            return match self.place(now_us, &contribution) {
                Heard::Complete(reassembled) => Some(reassembled),
                Heard::Waiting | Heard::Duplicate | Heard::Refused(_) => None,
            };
        }
        self.expire(now_us);
        let packet = dissection.packet.clone()?;
        let (src, dst) = dissection.ends()?;
        Some(Reassembled {
            packet,
            src,
            dst,
            key: None,
            started_us: now_us,
        })
    }

    /// Places a fragment heard at `now_us` microseconds of the caller's clock.
    pub fn place(&mut self, now_us: u64, contribution: &Contribution) -> Heard {
        self.expire(now_us);
        let Contribution {
            key,
            offset,
            octets,
            elided_checksum,
        } = *contribution;
        let covered = offset..offset + octets.len();
        let (tag, size) = (key.datagram_tag, key.datagram_size);
        if covered.is_empty() {
            return Heard::Refused(ReassemblyProblem::Empty { tag });
        }
        if covered.end > usize::from(size) {
            return Heard::Refused(ReassemblyProblem::BeyondEnd {
                tag,
                end: covered.end,
                size,
            });
        }
        let repetition = self.repeats_finished(&key, &covered, octets);
        let mut at = self.position(now_us, key, repetition);
        let datagram = &self.datagrams[at];
        if datagram.placed.contains(&covered) {
            return Heard::Duplicate;
        }
        let overlaps = datagram
            .placed
            .iter()
            .any(|placed| placed.start < covered.end && covered.start < placed.end);
        if overlaps {
            self.datagrams.remove(at);
            at = self.position(now_us, key, repetition);
        }
        let datagram = &mut self.datagrams[at];
        datagram.place(covered.clone(), octets, repetition);
        datagram.elided_checksum = datagram.elided_checksum.or(elided_checksum);
        if datagram.is_complete() {
            let datagram = self.datagrams.remove(at);
            return Heard::Complete(self.finish(datagram));
        }
        if overlaps {
            return Heard::Refused(ReassemblyProblem::Overlap {
                tag,
                start: covered.start,
                end: covered.end,
            });
        }
        Heard::Waiting
    }

    /// Datagrams that wait for fragments, those aside that only repeat a finished one.
    pub fn outstanding(&self) -> usize {
        self.datagrams
            .iter()
            .filter(|datagram| !datagram.repetition)
            .count()
    }

    /// Drops what has been waiting for too long at `now_us`; tells how many datagrams.
    pub fn expire(&mut self, now_us: u64) -> usize {
        let before = self.datagrams.len();
        let timeout_us = self.timeout_us;
        self.datagrams
            .retain(|datagram| now_us.saturating_sub(datagram.started_us) < timeout_us);
        before - self.datagrams.len()
    }

    /// Forgets everything, as after a disassociation (RFC 4944 5.3) or a reset.
    pub fn clear(&mut self) {
        self.datagrams.clear();
        self.finished.clear();
    }

    /// Where the datagram stands; a new one is put last.
    fn position(&mut self, now_us: u64, key: DatagramKey, repetition: bool) -> usize {
        if let Some(at) = self.datagrams.iter().position(|d| d.key == key) {
            return at;
        }
        if self.datagrams.len() == MOST_DATAGRAMS {
            self.datagrams.remove(0);
        }
        self.datagrams.push(Datagram::new(now_us, key, repetition));
        self.datagrams.len() - 1
    }

    fn repeats_finished(&self, key: &DatagramKey, covered: &Range<usize>, octets: &[u8]) -> bool {
        self.finished
            .iter()
            .any(|(finished, packet)| finished == key && packet[covered.clone()] == *octets)
    }

    fn finish(&mut self, datagram: Datagram) -> Reassembled {
        let Datagram {
            key,
            started_us,
            octets: mut packet,
            elided_checksum,
            ..
        } = datagram;
        if self.finished.len() == REMEMBERED {
            self.finished.pop_front();
        }
        // As its fragments brought it, to compare with.
        self.finished.push_back((key, packet.clone()));
        if let Some(field) = elided_checksum {
            finish_udp_checksum(&mut packet, field);
        }
        Reassembled {
            packet,
            src: key.src,
            dst: key.dst,
            key: Some(key),
            started_us,
        }
    }
}

impl Datagram {
    fn new(now_us: u64, key: DatagramKey, repetition: bool) -> Self {
        Datagram {
            key,
            started_us: now_us,
            octets: vec![0; usize::from(key.datagram_size)],
            placed: Vec::new(),
            elided_checksum: None,
            repetition,
        }
    }

    fn place(&mut self, covered: Range<usize>, octets: &[u8], repetition: bool) {
        self.octets[covered.clone()].copy_from_slice(octets);
        self.placed.push(covered);
        self.repetition &= repetition;
    }

    fn is_complete(&self) -> bool {
        self.placed.iter().map(Range::len).sum::<usize>() == self.octets.len()
    }
}

#[cfg(test)]
mod tests;
