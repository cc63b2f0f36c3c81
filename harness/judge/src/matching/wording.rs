//! Values and wishes in words.

use std::fmt;

use sixlo_frames::field::Value;

use crate::testcase::{Pattern, Wanted};

/// A value as people read it: numbers in decimal and hexadecimal.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'v>(pub &'v Value);

/// Octets shown of a long value; what is left out is counted.
const MOST_OCTETS: usize = 16;

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Uint(number @ 0..=9) => write!(f, "{number}"),
            Value::Uint(number) => write!(f, "{number} (0x{number:02x})"),
            Value::Ipv6(address) => write!(f, "{address}"),
            Value::Mac(address) => write!(f, "{address}"),
            Value::Bytes(octets) => f.write_str(&octets_shown(octets)),
        }
    }
}

/// Octets in hexadecimal, a long tail counted only.
pub fn octets_shown(octets: &[u8]) -> String {
    if octets.is_empty() {
        return "no octets".to_owned();
    }
    let pairs: Vec<String> = octets
        .iter()
        .take(MOST_OCTETS)
        .map(|octet| format!("{octet:02x}"))
        .collect();
    match octets.len().saturating_sub(MOST_OCTETS) {
        0 => pairs.join(" "),
        more => format!("{} and {more} octets more", pairs.join(" ")),
    }
}

impl Wanted {
    /// The wish in words; `same` is the stimulus's value of the field.
    pub(crate) fn shown(&self, same: Option<&Value>) -> String {
        match self {
            Wanted::Is(value) => Shown(value).to_string(),
            Wanted::Same => match same {
                Some(value) => Shown(value).to_string(),
                None => "the stimulus's value, and it has none".to_owned(),
            },
            Wanted::AnyOf(values) => {
                let values: Vec<String> = values.iter().map(|v| Shown(v).to_string()).collect();
                values.join(" or ")
            }
            Wanted::Present => "any value".to_owned(),
            Wanted::Absent => "none".to_owned(),
            Wanted::Between(least, most) => format!("{least} to {most}"),
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (field, wanted)) in self.fields.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            let wish = match wanted {
                Wanted::Same => "as sent".to_owned(),
                wanted => wanted.shown(None),
            };
            write!(f, "{comma}{} {wish}", field.name())?;
        }
        Ok(())
    }
}
