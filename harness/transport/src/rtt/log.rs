//! What the firmware logs: defmt's frames, put into words with the texts that its image holds.
//!
//! defmt leaves the texts in the image's symbols and sends their numbers and values. Its own
//! decoder brings two dozen crates; what sixlo's firmware logs needs this much of it. A line
//! with anything else is shown as its text alone.

use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;

/// Characters of a line that are shown.
const SHOWN: usize = 300;
/// Texts within texts.
const DEEPEST: usize = 8;

/// A symbol's name.
#[derive(Deserialize)]
struct Symbol {
    tag: String,
    data: String,
}

/// How serious a line is: `error`, `warn`, `info`, …
type Level = String;

/// The texts of an image, by their numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts(HashMap<u16, (Level, String)>);

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// `error`, `warn`, `info`, `debug` or `trace`; else empty.
    pub level: String,
    /// What it says.
    pub text: String,
}

impl fmt::Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.level, self.text)
    }
}

impl Texts {
    /// Takes a symbol in, if it is one of defmt's.
    pub fn add(&mut self, address: u64, name: &str) {
        let number = u16::try_from(address);
        let symbol = name
            .starts_with('{')
            .then(|| serde_json::from_str::<Symbol>(name));
        if let (Ok(number), Some(Ok(symbol))) = (number, symbol) {
            let level = symbol.tag.strip_prefix("defmt_").unwrap_or_default();
            let is_level = ["error", "warn", "info", "debug", "trace"].contains(&level);
            let level = if is_level { level } else { "" };
            self.0.insert(number, (level.to_owned(), symbol.data));
        }
    }

    /// The lines in these octets; of the first one the beginning may be lost, then it is
    /// left out.
    pub fn lines(&self, octets: &[u8]) -> Vec<LogLine> {
        let frames = octets.split(|&octet| octet == 0);
        frames
            .filter(|frame| !frame.is_empty())
            .filter_map(|frame| self.line(&uncompressed(frame)?))
            .collect()
    }

    fn line(&self, frame: &[u8]) -> Option<LogLine> {
        let mut values = Values(frame);
        let (level, text) = self.0.get(&values.number()?)?;
        if level.is_empty() {
            return None;
        }
        let filled = self.filled(text, &mut values, DEEPEST);
        let text = filled.unwrap_or_else(|| text.clone());
        Some(LogLine {
            level: level.clone(),
            text: text
                .chars()
                .take(SHOWN)
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect(),
        })
    }

    /// A text with its values in place; none where one of them is of a kind not known here.
    fn filled(&self, text: &str, values: &mut Values<'_>, depth: usize) -> Option<String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            filled += &rest[..at];
            let brace = &rest[at..at + 1];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                filled += brace;
                rest = after;
                continue;
            }
            let (hole, after) = rest.split_once('}')?;
            rest = after;
            let (kind, hint) = hole.split_once(':').unwrap_or((hole, ""));
            filled += &self.value(kind, hint, values, depth)?;
        }
        Some(filled + rest)
    }

    fn value(
        &self,
        kind: &str,
        hint: &str,
        values: &mut Values<'_>,
        depth: usize,
    ) -> Option<String> {
        let shown = |number: u64| match hint.trim_start_matches('#') {
            hint if hint.contains('x') => format!("{number:#x}"),
            hint if hint.contains('b') => format!("{number:#b}"),
            _ => number.to_string(),
        };
        // `{0=u8}`: which value it is; the order is that of their numbers.
        match kind.trim_start_matches(|c: char| c.is_ascii_digit()) {
            "=u8" => Some(shown(values.unsigned(1)?)),
            "=u16" => Some(shown(values.unsigned(2)?)),
            "=u32" | "=usize" => Some(shown(values.unsigned(4)?)),
            "=u64" => Some(shown(values.unsigned(8)?)),
            "=i8" => Some((values.unsigned(1)? as i8).to_string()),
            "=i16" => Some((values.unsigned(2)? as i16).to_string()),
            "=i32" | "=isize" => Some((values.unsigned(4)? as i32).to_string()),
            "=i64" => Some((values.unsigned(8)? as i64).to_string()),
            "=bool" => Some((values.unsigned(1)? != 0).to_string()),
            "=str" => {
                let length = values.unsigned(4)?;
                let octets = values.take(usize::try_from(length).ok()?)?;
                Some(String::from_utf8_lossy(octets).into_owned())
            }
            "=[u8]" => {
                let length = values.unsigned(4)?;
                let octets = values.take(usize::try_from(length).ok()?)?;
                Some(octets.iter().map(|octet| format!("{octet:02x}")).collect())
            }
            "=istr" => Some(self.0.get(&values.number()?)?.1.clone()),
            // Something that says itself how it is shown.
            "" | "=?" if depth > 0 => {
                let (_, text) = self.0.get(&values.number()?)?;
                self.filled(text, values, depth - 1)
            }
            _ => None,
        }
    }
}

/// What a frame holds.
struct Values<'f>(&'f [u8]);

impl<'f> Values<'f> {
    fn take(&mut self, length: usize) -> Option<&'f [u8]> {
        let (octets, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(octets)
    }

    fn unsigned(&mut self, length: usize) -> Option<u64> {
        let octets = self.take(length)?.iter().rev();
        Some(octets.fold(0, |number, &octet| number << 8 | u64::from(octet)))
    }

    fn number(&mut self) -> Option<u16> {
        Some(self.unsigned(2)? as u16)
    }
}

/// A frame without its compression of zeros (rzCOBS), which is read from its end: below
/// 0x80, a set bit stands for a zero and a clear one for an octet before it, seven of them;
/// up to 0xfe, seven octets and more before a zero; 0xff, 134 octets and no zero.
fn uncompressed(frame: &[u8]) -> Option<Vec<u8>> {
    let mut rest = frame.iter().rev().copied();
    let mut octets = Vec::new();
    while let Some(code) = rest.next() {
        match code {
            0 => return None,
            1..=0x7f => {
                for bit in (0..7).rev() {
                    let is_zero = code & 1 << bit != 0;
                    octets.push(if is_zero { 0 } else { rest.next()? });
                }
            }
            0x80..=0xfe => {
                octets.push(0);
                for _ in 0..(code & 0x7f) + 7 {
                    octets.push(rest.next()?);
                }
            }
            0xff => {
                for _ in 0..134 {
                    octets.push(rest.next()?);
                }
            }
        }
    }
    octets.reverse();
    Some(octets)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts() -> Texts {
        let mut texts = Texts::default();
        let all = [
            (1, "warn", "{=u16:#x} and {=str}, {} {{so}}"),
            (2, "info", "nothing"),
            (3, "info", "{=unheard-of}"),
        ];
        for (number, level, data) in all {
            texts.add(
                number,
                &format!(r#"{{"package":"p","tag":"defmt_{level}","data":"{data}"}}"#),
            );
        }
        texts.add(
            4,
            r#"{"package":"p","tag":"defmt_derived","data":"inner {=i8}"}"#,
        );
        texts.add(5, "main");
        texts
    }

    fn line(values: &[u8]) -> Option<(String, String)> {
        texts().line(values).map(|line| (line.level, line.text))
    }

    #[test]
    fn values_stand_where_the_text_has_holes() {
        let values = [
            1, 0, 0xcd, 0xab, 2, 0, 0, 0, b'h', b'i', 4, 0, 0xff, /* padding */ 0, 0,
        ];
        let said = ("warn".to_owned(), "0xabcd and hi, inner -1 {so}".to_owned());
        assert_eq!(line(&values), Some(said));
        assert_eq!(line(&[2, 0]), Some(("info".into(), "nothing".into())));
        assert_eq!(line(&[3, 0]), Some(("info".into(), "{=unheard-of}".into())));
        // Neither a line by itself, nor a text at all.
        assert_eq!(line(&[4, 0, 1]), None);
        assert_eq!(line(&[5, 0]), None);
    }

    #[test]
    fn zeros_come_back() {
        // Bits from the lowest: the octets in their order; 1 is a zero.
        assert_eq!(
            uncompressed(&[2, 0b111_1110]),
            Some(vec![2, 0, 0, 0, 0, 0, 0])
        );
        let run: Vec<u8> = (1..=8).collect();
        let coded = [&run[..], &[0x81]].concat();
        assert_eq!(uncompressed(&coded), Some([&run[..], &[0]].concat()));
        assert_eq!(uncompressed(&[0x80]), None);
    }

    proptest! {
        #[test]
        fn no_octets_break_it(octets in proptest::collection::vec(any::<u8>(), 0..400)) {
            texts().lines(&octets);
            line(&octets);
        }
    }
}
