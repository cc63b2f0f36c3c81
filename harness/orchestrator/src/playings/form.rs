//! A frame of a case, with what every injector chooses for itself left open.

use sixlo_judge::trial::Stimulus;

use crate::catalogue::compile::{NONCE_OCTETS, Numbers};

/// Acknowledgement request and frame pending, in the first octet. IEEE 802.15.4 7.2.2.
const OPEN_BITS: u8 = 0b0011_0000;
/// Where the sequence number is, and in which bit the second octet says that there is none.
const SEQUENCE_NUMBER: usize = 2;
const SUPPRESSED: u8 = 0b1;
/// Octets of an FCS.
const FCS: usize = 2;

/// A datagram of a case as it goes on air.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Datagram {
    /// Which of its case: sends with one number carry one datagram.
    pub number: u16,
    /// Its frames in the order of sending.
    pub frames: Vec<Form>,
}

/// One frame: which octets it must have, and where its numbers are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Form {
    /// MAC header and payload, with zeros for all that is open.
    octets: Vec<u8>,
    /// Octets that depend on the numbers: themselves, and checksums over them.
    open: Vec<bool>,
    places: Vec<Place>,
    /// The numbers that it depends on.
    depends_on: Vec<Number>,
}

/// Where an octet of a number stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    number: Number,
    /// Which octet of it.
    octet: usize,
    /// Where in the frame.
    at: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Number {
    Bc0,
    Tag,
    Identifier,
    Sequence,
    Data,
}

/// The numbers of a datagram, as far as they have been read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Read {
    pub numbers: Numbers,
    /// Which octets of which number.
    known: [[bool; NONCE_OCTETS]; Number::ALL.len()],
}

impl Number {
    const ALL: [Number; 5] = [
        Number::Bc0,
        Number::Tag,
        Number::Identifier,
        Number::Sequence,
        Number::Data,
    ];

    /// All zeros, but this one of `octets`.
    fn probe(self, octets: [u8; NONCE_OCTETS]) -> Numbers {
        let mut numbers = Numbers::default();
        for (octet, value) in octets.into_iter().enumerate().take(self.octets()) {
            self.set(&mut numbers, octet, value);
        }
        numbers
    }

    fn octets(self) -> usize {
        match self {
            Number::Bc0 => 1,
            Number::Tag | Number::Identifier | Number::Sequence => 2,
            Number::Data => NONCE_OCTETS,
        }
    }

    fn get(self, numbers: &Numbers, octet: usize) -> u8 {
        match self {
            Number::Bc0 => numbers.bc0,
            Number::Tag => numbers.tag.to_be_bytes()[octet],
            Number::Identifier => numbers.identifier.to_be_bytes()[octet],
            Number::Sequence => numbers.sequence.to_be_bytes()[octet],
            Number::Data => numbers.data[octet],
        }
    }

    fn set(self, numbers: &mut Numbers, octet: usize, value: u8) {
        let word = |word: &mut u16| {
            let mut octets = word.to_be_bytes();
            octets[octet] = value;
            *word = u16::from_be_bytes(octets);
        };
        match self {
            Number::Bc0 => numbers.bc0 = value,
            Number::Tag => word(&mut numbers.tag),
            Number::Identifier => word(&mut numbers.identifier),
            Number::Sequence => word(&mut numbers.sequence),
            Number::Data => numbers.data[octet] = value,
        }
    }
}

/// The numbers to compile a case with, so that its forms show: first all zeros, then
/// each number by itself, twice.
pub(super) fn probes() -> Vec<Numbers> {
    // Ones all over add up to zero in the sum of a checksum (RFC 1071): no other octet changes.
    let ones = Number::ALL.map(|number| number.probe([u8::MAX; NONCE_OCTETS]));
    // These make other checksums.
    let others = Number::ALL.map(|number| number.probe([1, 2, 3, 4, 5, 6, 7, 9]));
    let zeros = [Numbers::default()];
    zeros.into_iter().chain(ones).chain(others).collect()
}

impl Datagram {
    /// From the same stimulus with each of the [`probes`]. None where the numbers change its
    /// frames' lengths: then nobody can tell what others would have sent.
    pub fn of(number: u16, probed: &[&Stimulus]) -> Option<Self> {
        let frames = (0..probed.first()?.psdus.len())
            .map(|at| {
                let psdus: Option<Vec<&[u8]>> = probed
                    .iter()
                    .map(|stimulus| {
                        let psdu = stimulus.psdus.get(at)?;
                        psdu.get(..psdu.len().checked_sub(FCS)?)
                    })
                    .collect();
                Form::of(&psdus?)
            })
            .collect::<Option<Vec<Form>>>()?;
        Some(Datagram { number, frames })
    }

    /// Whether it is cut so that not all numbers it depends on can be read.
    pub fn is_partial(&self) -> bool {
        let mut depends_on = self.frames.iter().flat_map(|form| &form.depends_on);
        let read = self.frames.iter().flat_map(|form| &form.places);
        depends_on.any(|number| !read.clone().any(|place| place.number == *number))
    }
}

impl Form {
    fn of(probed: &[&[u8]]) -> Option<Self> {
        let (zeros, others) = probed.split_first()?;
        if others.iter().any(|other| other.len() != zeros.len()) {
            return None;
        }
        let differing = |other: &[u8]| -> Vec<usize> {
            let octets = zeros.iter().zip(other).enumerate();
            octets
                .filter(|(_, (a, b))| a != b)
                .map(|(at, _)| at)
                .collect()
        };
        let mut places = Vec::new();
        for (number, other) in Number::ALL.into_iter().zip(others) {
            let at = differing(other);
            // A checksum that changes in spite of all stands before what it is over.
            let count = at.len().min(number.octets());
            // Of a number of which only a part is on air, the low octets are.
            let left_out = match number {
                Number::Data => 0,
                _ => number.octets() - count,
            };
            let at = &at[at.len() - count..];
            places.extend(at.iter().enumerate().map(|(octet, &at)| Place {
                octet: left_out + octet,
                number,
                at,
            }));
        }
        let changes = |at: &usize| !differing(others[Number::ALL.len() + at]).is_empty();
        let depends_on = (0..Number::ALL.len()).filter(changes);
        let depends_on = depends_on.map(|at| Number::ALL[at]).collect();
        let mut open = vec![false; zeros.len()];
        for other in others {
            differing(other).into_iter().for_each(|at| open[at] = true);
        }
        if zeros.get(1).is_some_and(|octet| octet & SUPPRESSED == 0)
            && let Some(sequence_number) = open.get_mut(SEQUENCE_NUMBER)
        {
            *sequence_number = true;
        }
        // What is open is zero, so that forms which nobody can tell apart are equal.
        let closed = zeros.iter().zip(&open);
        let octets = closed.map(|(octet, open)| if *open { 0 } else { *octet });
        Some(Form {
            octets: octets.collect(),
            open,
            places,
            depends_on,
        })
    }

    /// Whether a frame, its FCS taken off, can be this one with other numbers.
    pub fn fits(&self, mac: &[u8]) -> bool {
        mac.len() == self.octets.len()
            && mac
                .iter()
                .zip(&self.octets)
                .zip(&self.open)
                .enumerate()
                .all(|(at, ((a, b), open))| *open || is_same(at, *a, *b))
    }

    /// Reads the numbers of a frame that fits.
    pub fn read(&self, mac: &[u8], read: &mut Read) {
        for place in &self.places {
            place
                .number
                .set(&mut read.numbers, place.octet, mac[place.at]);
            read.known[place.number as usize][place.octet] = true;
        }
    }

    /// Whether a frame that fits bears the numbers of those read before it.
    pub fn agrees(&self, mac: &[u8], read: &Read) -> bool {
        let mut both = *read;
        self.read(mac, &mut both);
        self.places.iter().all(|place| {
            let was_known = read.known[place.number as usize][place.octet];
            let octet = |read: &Read| place.number.get(&read.numbers, place.octet);
            !was_known || octet(read) == octet(&both)
        })
    }

    /// MAC header and payload, with zeros for all that is open.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// In hexadecimal, dots where the injector chooses.
    pub fn shown(&self) -> String {
        let octets = self.octets.iter().zip(&self.open);
        let pairs: Vec<String> = octets
            .map(|(octet, open)| match open {
                true => "..".to_owned(),
                false => format!("{octet:02x}"),
            })
            .collect();
        pairs.join(" ")
    }
}

/// Whether a frame is this PSDU, sequence number and acknowledgement request aside.
pub(super) fn is_same_frame(mac: &[u8], psdu: &[u8]) -> bool {
    let Some(length) = psdu.len().checked_sub(FCS) else {
        return false;
    };
    let numbered = psdu.get(1).is_some_and(|octet| octet & SUPPRESSED == 0);
    mac.len() == length
        && mac
            .iter()
            .zip(psdu)
            .enumerate()
            .all(|(at, (a, b))| (numbered && at == SEQUENCE_NUMBER) || is_same(at, *a, *b))
}

fn is_same(at: usize, a: u8, b: u8) -> bool {
    match at {
        0 => (a ^ b) & !OPEN_BITS == 0,
        _ => a == b,
    }
}
