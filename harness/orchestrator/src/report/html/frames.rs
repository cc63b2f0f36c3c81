//! Frames taken apart, kept small: each different frame once, and each way of being laid
//! out (fields, their octets, how their values are read) once for all frames of that form.
//! Nothing is read again in the browser: where a value is not plainly its octets, the
//! words of the dissection are kept.

use std::collections::HashMap;
use std::ops::Range;

use serde::Serialize;
use sixlo_frames::context::ContextTable;
use sixlo_frames::dissect::{
    DissectOptions, Dissection, FcsMode, Field, Problem, dissect, dissect_packet,
};
use sixlo_frames::field::Value;
use sixlo_frames::security::Keys;
use sixlo_judge::matching::Shown;

use super::label::label;
use super::strings::Strings;

/// Where the octets were seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Seen {
    /// On air: a PSDU with its FCS, read with these contexts, by number.
    Air(usize),
    /// Handed back by the agent, or restored from a frame: an IPv6 packet.
    Packet,
    /// The beginning of an IPv6 packet, restored from its first fragment.
    Beginning,
}

/// How a field's value is made of its octets. The number of some words stands for words
/// that are the same in all frames of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Reading {
    /// A number, its first octet the highest.
    BigEndian,
    /// A number, its first octet the lowest.
    LittleEndian,
    /// Octets.
    Octets,
    /// Words that stand with the frame.
    OfFrame,
    /// These words.
    Always(usize),
}

/// All frames of one device.
#[derive(Debug, Default, Serialize)]
pub struct Frames {
    /// Five numbers a field: its number in the list of all fields, its first octet, the
    /// octet after its last, its reading, and the number of its words.
    forms: Vec<Vec<usize>>,
    /// For each form, three numbers a problem: first octet, octet after the last, words.
    problems: Vec<Vec<usize>>,
    /// For each frame: octets, form, label, the number of its restored packet and one, or 0
    /// where there is none or it stands in the frame as it is; then the words of its fields
    /// that are [`Reading::OfFrame`].
    frames: Vec<Vec<usize>>,
    /// The octets of all frames, one frame behind the other.
    #[serde(skip)]
    pub octets: Vec<u8>,
    /// Those of the device's link, if it is secured.
    #[serde(skip)]
    pub keys: Option<Keys>,
    #[serde(skip)]
    contexts: Vec<ContextTable>,
    #[serde(skip)]
    of_octets: HashMap<(Seen, Vec<u8>), usize>,
    #[serde(skip)]
    of_form: HashMap<(Vec<usize>, Vec<usize>), usize>,
}

impl Frames {
    /// The number of these contexts.
    pub fn contexts(&mut self, contexts: &ContextTable) -> usize {
        let known = self.contexts.iter().position(|known| known == contexts);
        known.unwrap_or_else(|| {
            self.contexts.push(*contexts);
            self.contexts.len() - 1
        })
    }

    /// The number of this frame, which is taken apart when it first comes.
    pub fn number(&mut self, seen: Seen, octets: &[u8], strings: &mut Strings) -> usize {
        let key = (seen, octets.to_vec());
        if let Some(&number) = self.of_octets.get(&key) {
            return number;
        }
        let frame = match seen {
            Seen::Air(contexts) => {
                let options = DissectOptions {
                    contexts: &self.contexts[contexts],
                    fcs: FcsMode::Present,
                    keys: self.keys.as_ref(),
                };
                self.frame(octets, dissect(octets, &options), strings)
            }
            Seen::Packet => {
                let dissection = dissect_packet(octets);
                let label = label(&[], &Dissection::default(), &dissection);
                self.laid_out(octets, &dissection, &label, 0, strings)
            }
            Seen::Beginning => {
                let dissection = without_problems(dissect_packet(octets));
                self.laid_out(octets, &dissection, "", 0, strings)
            }
        };
        let number = self.frames.len();
        self.frames.push(frame);
        self.octets.extend_from_slice(octets);
        self.of_octets.insert(key, number);
        number
    }

    /// A frame and the packet in it.
    fn frame(
        &mut self,
        octets: &[u8],
        mut dissection: Dissection,
        strings: &mut Strings,
    ) -> Vec<usize> {
        let packet = dissection.packet.take().unwrap_or_default();
        let is_fragment = dissection.fragment.is_some();
        let has_beginning = dissection.fragment.is_none_or(|fragment| fragment.first);
        if packet.is_empty() || !has_beginning {
            let label = label(octets, &dissection, &Dissection::default());
            return self.laid_out(octets, &dissection, &label, 0, strings);
        }
        let mut inner = dissect_packet(&packet);
        if is_fragment {
            inner = without_problems(inner);
        }
        let label = label(octets, &dissection, &inner);
        match uncompressed_at(&dissection) {
            Some(start) => {
                insert_packet(&mut dissection, inner, start);
                self.laid_out(octets, &dissection, &label, 0, strings)
            }
            None => {
                let seen = if is_fragment {
                    Seen::Beginning
                } else {
                    Seen::Packet
                };
                let restored = self.number(seen, &packet, strings) + 1;
                self.laid_out(octets, &dissection, &label, restored, strings)
            }
        }
    }

    fn laid_out(
        &mut self,
        octets: &[u8],
        dissection: &Dissection,
        label: &str,
        restored: usize,
        strings: &mut Strings,
    ) -> Vec<usize> {
        let mut form = Vec::with_capacity(5 * dissection.fields.len());
        let mut of_frame = Vec::new();
        for field in &dissection.fields {
            let reading = reading(field, octets, strings);
            if reading == Reading::OfFrame {
                of_frame.push(strings.number(&Shown(&field.value).to_string()));
            }
            let (code, words) = reading.code();
            form.extend([
                field.id as usize,
                usize::from(field.range.start),
                usize::from(field.range.end),
                code,
                words,
            ]);
        }
        let problems: Vec<usize> = dissection
            .problems
            .iter()
            .flat_map(|problem| {
                let words = strings.number(&problem.kind.to_string());
                [problem.range.start.into(), problem.range.end.into(), words]
            })
            .collect();
        let form = self.form(form, problems);
        let mut frame = vec![octets.len(), form, strings.number(label), restored];
        frame.extend(of_frame);
        frame
    }

    fn form(&mut self, form: Vec<usize>, problems: Vec<usize>) -> usize {
        let key = (form, problems);
        if let Some(&number) = self.of_form.get(&key) {
            return number;
        }
        let number = self.forms.len();
        self.forms.push(key.0.clone());
        self.problems.push(key.1.clone());
        self.of_form.insert(key, number);
        number
    }
}

/// A part of a packet is not wrong for being cut off.
fn without_problems(dissection: Dissection) -> Dissection {
    Dissection {
        problems: Vec::new(),
        ..dissection
    }
}

/// Where in the frame the packet stands as it is: behind dispatch 0x41, RFC 4944 5.1.
fn uncompressed_at(dissection: &Dissection) -> Option<u16> {
    let start = dissection.body.as_ref()?.start;
    // Its octet on air may be encrypted.
    let is_it = |field: &Field| field.range.start == start && field.value == Value::Uint(0x41);
    dissection.fields.iter().any(is_it).then_some(start + 1)
}

/// Puts the fields of a packet that stands in the frame as it is where its octets are.
fn insert_packet(dissection: &mut Dissection, inner: Dissection, start: u16) {
    let shifted =
        |range: &Range<u16>| range.start.saturating_add(start)..range.end.saturating_add(start);
    let fields = inner.fields.into_iter().map(|field| Field {
        range: shifted(&field.range),
        ..field
    });
    let behind = dissection
        .fields
        .iter()
        .position(|field| field.range.start >= start)
        .unwrap_or(dissection.fields.len());
    dissection.fields.splice(behind..behind, fields);
    let problems = inner.problems.into_iter().map(|problem| Problem {
        range: shifted(&problem.range),
        ..problem
    });
    dissection.problems.extend(problems);
}

/// The shortest reading that gives the dissection's value.
fn reading(field: &Field, octets: &[u8], strings: &mut Strings) -> Reading {
    let range = usize::from(field.range.start)..usize::from(field.range.end);
    let own = octets.get(range).unwrap_or_default();
    match &field.value {
        Value::Uint(number) if is_number(own, *number) => Reading::BigEndian,
        Value::Uint(number) if is_number(&reversed(own), *number) => Reading::LittleEndian,
        Value::Bytes(value) if value == own => Reading::Octets,
        // Bits of an octet tell one form from another; of larger fields they vary from frame to frame.
        Value::Uint(_) if own.len() < 2 => {
            Reading::Always(strings.number(&Shown(&field.value).to_string()))
        }
        _ => Reading::OfFrame,
    }
}

/// Octets that a number has at most, so that a browser's numbers hold it exactly.
const MOST_OCTETS: usize = 6;

fn is_number(octets: &[u8], number: u64) -> bool {
    let value = octets
        .iter()
        .fold(0_u64, |value, octet| value << 8 | u64::from(*octet));
    (1..=MOST_OCTETS).contains(&octets.len()) && value == number
}

fn reversed(octets: &[u8]) -> Vec<u8> {
    octets.iter().rev().copied().collect()
}

impl Reading {
    /// As the page's script knows it: how, and which words.
    fn code(self) -> (usize, usize) {
        match self {
            Reading::BigEndian => (0, 0),
            Reading::LittleEndian => (1, 0),
            Reading::Octets => (2, 0),
            Reading::OfFrame => (3, 0),
            Reading::Always(words) => (4, words),
        }
    }
}
