//! What each oracle sees of each field on one device. An oracle is trusted only
//! as far as it was tried, with values that no blind one would guess.

use std::collections::BTreeMap;

use sixlo_frames::field::FieldId;

use crate::verdict::Seen;

/// Whether an oracle shows a field as the device restored it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sight {
    /// It was shown rightly.
    Sees,
    /// It was shown wrongly in the simplest form: a wrong value says nothing, nor does a right one.
    Blind,
    /// It was not tried.
    #[default]
    Untested,
}

/// What is known of a device's oracles.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Calibration {
    /// Per oracle and field.
    sights: BTreeMap<(Seen, FieldId), Sight>,
    /// Whether an echo request with a wrong ICMPv6 checksum is dropped. If not,
    /// an echo proves no address and no length.
    pub drops_wrong_icmpv6_checksum: Option<bool>,
    /// Whether UDP with a wrong checksum is dropped.
    pub drops_wrong_udp_checksum: Option<bool>,
    /// Whether ICMPv6 errors are limited, so that one more error may be missing
    /// for that reason alone (RFC 4443 2.4 f).
    pub limits_errors: Option<bool>,
}

impl Calibration {
    /// What an oracle sees of a field.
    pub fn sight(&self, oracle: Seen, field: FieldId) -> Sight {
        self.sights
            .get(&(oracle, field))
            .copied()
            .unwrap_or_default()
    }

    /// Every field that was tried by an oracle, and what it sees of it.
    pub fn fields(&self, oracle: Seen) -> impl Iterator<Item = (FieldId, Sight)> {
        let of_it = self.sights.iter().filter(move |((by, _), _)| *by == oracle);
        of_it.map(|((_, field), sight)| (*field, *sight))
    }

    /// Notes one trial's result; once blind is blind.
    pub fn note(&mut self, oracle: Seen, field: FieldId, sight: Sight) {
        let known = self.sights.entry((oracle, field)).or_default();
        *known = match (*known, sight) {
            (Sight::Blind, _) | (_, Sight::Blind) => Sight::Blind,
            (Sight::Sees, _) | (_, Sight::Sees) => Sight::Sees,
            _ => Sight::Untested,
        };
    }
}
