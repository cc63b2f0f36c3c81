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
    /// What was found.
    pub dissection: Dissection,
}

impl<'a> Found<'a> {
    pub fn new(octets: &'a [u8]) -> Self {
        Found {
            octets,
            depth: 0,
            dissection: Dissection {
                // Most packets have fewer.
                fields: Vec::with_capacity(32),
                ..Dissection::default()
            },
        }
    }

    /// The big-endian number in `place`, eight octets at most.
    pub fn number(&mut self, id: FieldId, place: Range<usize>) -> u64 {
        let number = self.octets[place.clone()]
            .iter()
            .fold(0, |number, octet| number << 8 | u64::from(*octet));
        self.value(id, place, Value::Uint(number));
        number
    }

    /// A number made of some bits of `place`.
    pub fn bits(&mut self, id: FieldId, place: Range<usize>, bits: impl Into<u64>) {
        self.value(id, place, Value::Uint(bits.into()));
    }

    /// The bits of the octet at `at` that are set in `mask`, shifted to the right.
    pub fn masked(&mut self, id: FieldId, at: usize, mask: u8) {
        let bits = (self.octets[at] & mask) >> mask.trailing_zeros();
        self.bits(id, at..at + 1, bits);
    }

    /// The address in the 16 octets at `at`.
    pub fn address(&mut self, id: FieldId, at: usize) -> Ipv6Addr {
        let mut octets = [0; 16];
        octets.copy_from_slice(&self.octets[at..at + 16]);
        let address = Ipv6Addr::from_octets(octets);
        self.value(id, at..at + 16, Value::Ipv6(address));
        address
    }

    /// The octets in `place`.
    pub fn octets(&mut self, id: FieldId, place: Range<usize>) {
        let octets = self.octets[place.clone()].to_vec();
        self.value(id, place, Value::Bytes(octets));
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
