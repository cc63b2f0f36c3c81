//! Collects what is found in one IPv6 packet.

use std::net::Ipv6Addr;
use std::ops::Range;

use super::super::reader::range;
use super::super::{Dissection, Field, Problem, ProblemKind};
use crate::field::{FieldId, Value};

/// Fields and problems of a packet, as they are found.
pub(super) struct Found<'a> {
    /// The whole packet, the outermost where there is a tunnel.
    pub octets: &'a [u8],
    /// How many packets the one at hand is tunnelled in.
    pub depth: usize,
    /// Where the layer at hand ends.
    end: usize,
    /// A field of the layer at hand was missing.
    is_cut_off: bool,
    /// What was found.
    pub dissection: Dissection,
}

impl<'a> Found<'a> {
    pub fn new(octets: &'a [u8]) -> Self {
        Found {
            octets,
            depth: 0,
            end: octets.len(),
            is_cut_off: false,
            dissection: Dissection {
                // Most packets have fewer.
                fields: Vec::with_capacity(32),
                ..Dissection::default()
            },
        }
    }

    /// Starts with a layer that ends before `end`.
    pub fn start_layer(&mut self, end: usize) {
        self.end = end;
        self.is_cut_off = false;
    }

    /// The octets in `place`. Where the layer ends before them, that is a problem,
    /// named once: all fields behind are missing, too.
    pub fn read(&mut self, id: FieldId, place: &Range<usize>) -> Option<&'a [u8]> {
        let octets = self.octets[..self.end].get(place.clone());
        if octets.is_none() && !self.is_cut_off {
            self.is_cut_off = true;
            let rest = place.start.min(self.end)..self.end;
            self.problem(rest, ProblemKind::Truncated(id));
        }
        octets
    }

    /// The big-endian number in `place`, eight octets at most.
    pub fn number(&mut self, id: FieldId, place: Range<usize>) -> Option<u64> {
        let octets = self.read(id, &place)?;
        let number = octets
            .iter()
            .fold(0, |number, octet| number << 8 | u64::from(*octet));
        self.value(id, place, Value::Uint(number));
        Some(number)
    }

    /// A number made of some bits of `place`.
    pub fn bits(&mut self, id: FieldId, place: Range<usize>, bits: impl Into<u64>) {
        self.value(id, place, Value::Uint(bits.into()));
    }

    /// The bits of the octet at `at` that are set in `mask`, shifted to the right.
    pub fn masked(&mut self, id: FieldId, at: usize, mask: u8) {
        if let Some([octet]) = self.read(id, &(at..at + 1)) {
            self.bits(id, at..at + 1, (octet & mask) >> mask.trailing_zeros());
        }
    }

    /// The address in the 16 octets at `at`.
    pub fn address(&mut self, id: FieldId, at: usize) {
        if let Some(octets) = self.read(id, &(at..at + 16)).and_then(<[u8]>::first_chunk) {
            let address = Ipv6Addr::from_octets(*octets);
            self.value(id, at..at + 16, Value::Ipv6(address));
        }
    }

    /// The octets in `place`.
    pub fn octets(&mut self, id: FieldId, place: Range<usize>) {
        if let Some(octets) = self.read(id, &place) {
            self.value(id, place, Value::Bytes(octets.to_vec()));
        }
    }

    pub fn value(&mut self, id: FieldId, place: Range<usize>, value: Value) {
        self.dissection.fields.push(Field {
            id,
            range: range(place.start, place.end),
            value,
        });
    }

    pub fn problem(&mut self, place: Range<usize>, kind: ProblemKind) {
        self.dissection.problems.push(Problem {
            range: range(place.start, place.end),
            kind,
        });
    }
}
