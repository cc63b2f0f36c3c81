//! A pattern of fields against what was dissected, and the one wording of a mismatch.

mod wording;

use std::fmt;

use sixlo_frames::dissect::{Dissection, dissect_packet};
use sixlo_frames::field::{FieldId, Value};

pub use wording::{Shown, octets_shown};

use crate::testcase::{Pattern, Wanted};

/// Where a pattern's fields are looked up: a frame, the packet it restores to, or both.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fields<'d> {
    /// The frame.
    pub frame: Option<&'d Dissection>,
    /// The IPv6 packet.
    pub packet: Option<&'d Dissection>,
}

/// One field that is not as wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Mismatch {
    /// The field.
    pub field: FieldId,
    /// What was wanted, in words.
    pub expected: String,
    /// What was there; none where the field is not there.
    pub observed: Option<Value>,
}

impl<'d> Fields<'d> {
    /// The first value of a field. What the whole packet says goes before what
    /// one frame of it says.
    pub fn get(&self, id: FieldId) -> Option<&'d Value> {
        let of = |dissection: Option<&'d Dissection>| dissection.and_then(|found| found.get(id));
        of(self.packet).or_else(|| of(self.frame))
    }
}

impl Wanted {
    /// Whether `observed` is as wanted; `same` is the stimulus's value of the field.
    pub fn is_met_by(&self, observed: Option<&Value>, same: Option<&Value>) -> bool {
        match (self, observed) {
            (Wanted::Absent, observed) => observed.is_none(),
            (_, None) => false,
            (Wanted::Present, Some(_)) => true,
            (Wanted::Is(value), Some(observed)) => value == observed,
            (Wanted::Same, observed) => observed == same,
            (Wanted::AnyOf(values), Some(observed)) => values.contains(observed),
            (Wanted::Between(least, most), Some(observed)) => {
                matches!(observed, Value::Uint(number) if (least..=most).contains(&number))
            }
        }
    }
}

impl Pattern {
    /// Every field of `observed` that is not as wanted; `stimulus` is what `same` means.
    pub fn mismatches(&self, observed: Fields<'_>, stimulus: Fields<'_>) -> Vec<Mismatch> {
        self.fields
            .iter()
            .filter_map(|(field, wanted)| {
                let (found, same) = (observed.get(*field), stimulus.get(*field));
                (!wanted.is_met_by(found, same)).then(|| Mismatch {
                    field: *field,
                    expected: wanted.shown(same),
                    observed: found.cloned(),
                })
            })
            .collect()
    }

    /// Whether a frame has all these fields, in itself or in the packet it carries.
    /// `same` is never met here: there is no stimulus.
    pub fn matches_frame(&self, frame: &Dissection) -> bool {
        let packet = match (&frame.packet, frame.fragment) {
            (Some(packet), None) => Some(dissect_packet(packet)),
            _ => None,
        };
        let observed = Fields {
            frame: Some(frame),
            packet: packet.as_ref(),
        };
        self.mismatches(observed, Fields::default()).is_empty()
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mismatch {
            field,
            expected,
            observed,
        } = self;
        write!(f, "{} expected {expected}, observed ", field.name())?;
        match observed {
            Some(value) => write!(f, "{}", Shown(value)),
            None => f.write_str("none"),
        }
    }
}

#[cfg(test)]
mod tests;
