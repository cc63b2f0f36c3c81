//! A cursor over the octets of a frame that knows where it stands.

use std::ops::Range;

use super::{Problem, ProblemKind};
use crate::field::{FieldId, Value};

/// Reading cannot go on; the problem says where and why.
pub(crate) type Read<T> = Result<T, Problem>;

/// A cursor that writes down each field it reads.
pub(crate) struct Reader<'a> {
    octets: &'a [u8],
    at: usize,
    /// Fields read so far.
    pub fields: Vec<super::Field>,
    /// What was found wrong and did not end the reading.
    pub problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// Reads from the start of `octets`.
    pub fn new(octets: &'a [u8]) -> Self {
        Reader {
            octets,
            at: 0,
            // Most frames have fewer.
            fields: Vec::with_capacity(48),
            problems: Vec::new(),
        }
    }

    /// What has not been read.
    pub fn rest(&self) -> &'a [u8] {
        &self.octets[self.at..]
    }

    /// Where what has not been read stands.
    pub fn range_of_rest(&self) -> Range<u16> {
        range(self.at, self.octets.len())
    }

    /// The next octet, left where it is.
    pub fn peek(&self) -> Option<u8> {
        self.octets.get(self.at).copied()
    }

    /// Reads the next `count` octets on behalf of `id`.
    pub fn take(&mut self, count: usize, id: FieldId) -> Read<&'a [u8]> {
        match self.octets.get(self.at..self.at + count) {
            Some(taken) => {
                self.at += count;
                Ok(taken)
            }
            None => Err(self.truncated(id)),
        }
    }

    /// Reads the next `N` octets on behalf of `id`.
    pub fn array<const N: usize>(&mut self, id: FieldId) -> Read<[u8; N]> {
        match self
            .octets
            .get(self.at..)
            .and_then(|rest| rest.first_chunk())
        {
            Some(taken) => {
                self.at += N;
                Ok(*taken)
            }
            None => Err(self.truncated(id)),
        }
    }

    fn truncated(&self, id: FieldId) -> Problem {
        Problem {
            range: range(self.at, self.octets.len()),
            kind: ProblemKind::Truncated(id),
        }
    }

    /// Reads everything that is left.
    pub fn take_rest(&mut self) -> &'a [u8] {
        let rest = self.rest();
        self.at = self.octets.len();
        rest
    }

    /// Reads an octet, noted as a field.
    pub fn u8(&mut self, id: FieldId) -> Read<u8> {
        let octet = self.take(1, id)?[0];
        self.note(id, 1, u64::from(octet));
        Ok(octet)
    }

    /// Reads two octets, most significant first, noted as a field.
    pub fn u16(&mut self, id: FieldId) -> Read<u16> {
        let octets = self.take(2, id)?;
        let value = u16::from_be_bytes([octets[0], octets[1]]);
        self.note(id, 2, u64::from(value));
        Ok(value)
    }

    /// Reads an octet that holds several fields; the caller notes them.
    pub fn octet(&mut self, id: FieldId) -> Read<u8> {
        Ok(self.take(1, id)?[0])
    }

    /// Notes a number whose last octet was just read, `octets` long.
    pub fn note(&mut self, id: FieldId, octets: usize, value: u64) {
        self.note_value(id, octets, Value::Uint(value));
    }

    /// Notes a value whose last octet was just read, `octets` long.
    pub fn note_value(&mut self, id: FieldId, octets: usize, value: Value) {
        self.fields.push(super::Field {
            id,
            range: range(self.at - octets, self.at),
            value,
        });
    }

    /// Notes the octet that comes next and is left where it is.
    pub fn note_next(&mut self, id: FieldId, octet: u8) {
        self.fields.push(super::Field {
            id,
            range: range(self.at, self.at + 1),
            value: Value::Uint(u64::from(octet)),
        });
    }

    /// Notes octets that stand behind all that was to be read.
    pub fn note_behind(&mut self, id: FieldId, octets: &[u8]) {
        let start = self.octets.len();
        self.fields.push(super::Field {
            id,
            range: range(start, start + octets.len()),
            value: Value::Bytes(octets.to_vec()),
        });
    }

    /// Goes to the end of the trailer, `end` octets and two behind the start.
    pub fn skip_to_trailer(&mut self, end: usize) {
        self.at = end + 2;
    }

    /// Notes a value that is not on air, at the place where it would stand.
    pub fn note_elided(&mut self, id: FieldId, value: Value) {
        self.note_value(id, 0, value);
    }

    /// Notes a problem with the last `octets` read; reading goes on.
    pub fn remark(&mut self, octets: usize, kind: ProblemKind) {
        self.problems.push(self.problem(octets, kind));
    }

    /// A problem with the last `octets` read.
    pub fn problem(&self, octets: usize, kind: ProblemKind) -> Problem {
        Problem {
            range: range(self.at - octets, self.at),
            kind,
        }
    }
}

/// A range of octets; frames are far shorter than 2^16, and longer input is clipped.
pub(super) fn range(start: usize, end: usize) -> Range<u16> {
    let clip = |place: usize| u16::try_from(place).unwrap_or(u16::MAX);
    clip(start)..clip(end)
}
