//! Values with a notation of their own.

use std::fmt;
use std::time::Duration;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::Layer;

/// Octets in hexadecimal, such as `60 07`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Octets(pub Vec<u8>);

/// A time with its unit, such as `5 s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Time(pub Duration);

/// A number, or the name of one, such as `pixit.closed-16-bit`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Number {
    /// Itself.
    Is(u64),
    /// By name.
    Named(String),
}

/// A wrong value on purpose: `{ lie: 41 }`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lie {
    /// What is written in place of the truth.
    pub lie: u64,
}

/// A key that has no value: `{ echo-reply }`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark;

impl Layer for Octets {}
impl Layer for Time {}
impl Layer for Number {}
impl Layer for Lie {}
impl Layer for Mark {}

/// Reads octets: pairs of hexadecimal digits, spaces between octets where one likes.
pub fn octets(text: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    for word in text.split_whitespace() {
        if word.len() % 2 != 0 || !word.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        for at in (0..word.len()).step_by(2) {
            octets.push(u8::from_str_radix(&word[at..at + 2], 16).ok()?);
        }
    }
    Some(octets)
}

/// Reads a time: a whole number and its unit.
pub fn time(text: &str) -> Option<Duration> {
    let (number, unit) = text.trim().split_once(' ')?;
    let number: u64 = number.parse().ok()?;
    Some(match unit.trim() {
        "us" => Duration::from_micros(number),
        "ms" => Duration::from_millis(number),
        "s" => Duration::from_secs(number),
        "min" => Duration::from_secs(number.checked_mul(60)?),
        _ => return None,
    })
}

impl<'de> Deserialize<'de> for Octets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        octets(&text)
            .map(Octets)
            .ok_or_else(|| de::Error::custom(format!("`{text}` is no octets (such as `60 07 3a`)")))
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        time(&text).map(Time).ok_or_else(|| {
            de::Error::custom(format!(
                "`{text}` is no time with a unit (such as `50 ms`, `5 s`, `2 min`)"
            ))
        })
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits = text.strip_prefix("0x");
        let number = match digits {
            Some(digits) => u64::from_str_radix(digits, 16),
            None => text.parse(),
        };
        match number {
            Ok(number) => Ok(Number::Is(number)),
            Err(_) if text.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                Ok(Number::Named(text))
            }
            Err(_) => Err(de::Error::custom(format!(
                "`{text}` is no number (such as `37`, `0xf0b1`, `pixit.closed-16-bit`)"
            ))),
        }
    }
}

impl<'de> Deserialize<'de> for Mark {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Nothing;

        impl<'de> Visitor<'de> for Nothing {
            type Value = Mark;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("nothing (this key has no value)")
            }

            fn visit_unit<E>(self) -> Result<Mark, E> {
                Ok(Mark)
            }

            fn visit_none<E>(self) -> Result<Mark, E> {
                Ok(Mark)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Mark, A::Error> {
                match map.next_entry::<IgnoredAny, IgnoredAny>()? {
                    None => Ok(Mark),
                    Some(_) => Err(de::Error::custom("this key has no value")),
                }
            }
        }

        deserializer.deserialize_any(Nothing)
    }
}

/// Reads a key whose presence alone counts; for fields of type `Option<Mark>`.
pub fn mark<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Mark>, D::Error> {
    Mark::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_are_pairs_of_digits() {
        assert_eq!(octets("60 07 3a"), Some(vec![0x60, 0x07, 0x3a]));
        assert_eq!(octets("60073A"), Some(vec![0x60, 0x07, 0x3a]));
        assert_eq!(octets(""), Some(vec![]));
        assert_eq!(octets("6"), None);
        assert_eq!(octets("60 0g"), None);
        assert_eq!(octets("+1"), None);
    }

    #[test]
    fn times_have_units() {
        assert_eq!(time("5 s"), Some(Duration::from_secs(5)));
        assert_eq!(time("50 ms"), Some(Duration::from_millis(50)));
        assert_eq!(time("5"), None);
        assert_eq!(time("5 h"), None);
        assert_eq!(time("-5 s"), None);
    }
}
