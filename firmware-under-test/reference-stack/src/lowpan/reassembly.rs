//! Puts fragments together again. RFC 4944 5.3.

use crate::lowpan::iphc_in::ElidedChecksum;
use crate::mac::Link;

/// Largest datagram, in octets: the MTU of RFC 4944 section 4. Larger ones are dropped.
pub const LARGEST_DATAGRAM: usize = 1280;
/// Datagrams that may be in progress together.
pub const BUFFERS: usize = 4;
/// Refused datagrams whose later fragments are recognised.
const TOMBSTONES: usize = 4;
/// Fragments lie on multiples of this many octets.
const UNIT: usize = 8;
const UNITS: usize = LARGEST_DATAGRAM / UNIT;

/// What fragments of one datagram have in common. RFC 4944 5.3.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    pub link: Link,
    pub size: u16,
    pub tag: u16,
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        (self.link.source == other.link.source || seeded!(FragmentSenderIgnored))
            && (self.link.destination == other.link.destination
                || seeded!(FragmentDestinationIgnored))
            && (self.size == other.size || seeded!(FragmentSizeIgnored))
            && (self.tag == other.tag || seeded!(FragmentTagIgnored))
    }
}

/// A set of units.
#[derive(Clone, Copy)]
struct Units([u64; UNITS.div_ceil(64)]);

impl Units {
    const NONE: Units = Units([0; UNITS.div_ceil(64)]);

    fn has(&self, unit: usize) -> bool {
        self.0
            .get(unit / 64)
            .is_some_and(|word| word >> (unit % 64) & 1 == 1)
    }

    fn add(&mut self, unit: usize) {
        self.0[unit / 64] |= 1 << (unit % 64);
    }
}

/// One datagram in progress.
struct Buffer {
    key: Key,
    since_us: u64,
    octets: [u8; LARGEST_DATAGRAM],
    /// Units that have arrived, and those with which a fragment began.
    filled: Units,
    starts: Units,
    received: usize,
    elided: Option<ElidedChecksum>,
}

/// What a fragment is to those already there.
enum Fit {
    New,
    Duplicate,
    Overlap,
}

impl Buffer {
    /// An empty buffer.
    const fn new(key: Key, since_us: u64) -> Self {
        Buffer {
            key,
            since_us,
            octets: [0; LARGEST_DATAGRAM],
            filled: Units::NONE,
            starts: Units::NONE,
            received: 0,
            elided: None,
        }
    }

    fn fit(&self, first: usize, end: usize) -> Fit {
        let mut units = first..end;
        if !units.clone().any(|unit| self.filled.has(unit)) {
            return Fit::New;
        }
        let whole = units.clone().all(|unit| self.filled.has(unit));
        let begins = self.starts.has(first);
        let one = !units.by_ref().skip(1).any(|unit| self.starts.has(unit));
        let ends = !self.filled.has(end) || self.starts.has(end);
        if whole && begins && one && ends {
            Fit::Duplicate
        } else {
            Fit::Overlap
        }
    }

    fn put(&mut self, offset: usize, data: &[u8]) {
        self.octets[offset..offset + data.len()].copy_from_slice(data);
        let (first, end) = (offset / UNIT, (offset + data.len()).div_ceil(UNIT));
        (first..end).for_each(|unit| self.filled.add(unit));
        self.starts.add(first);
        self.received += data.len();
    }
}

/// A datagram put together.
pub(crate) struct Whole {
    pub octets: [u8; LARGEST_DATAGRAM],
    pub length: usize,
    pub elided: Option<ElidedChecksum>,
}

/// A fragment ready to be placed.
pub(crate) struct Piece<'a> {
    pub key: Key,
    /// In octets of the uncompressed datagram.
    pub offset: usize,
    pub data: &'a [u8],
    /// Known from a first fragment.
    pub elided: Option<ElidedChecksum>,
}

/// All datagrams in progress.
pub(crate) struct Reassembly {
    buffers: [Option<Buffer>; BUFFERS],
    tombstones: [Option<(Key, u64)>; TOMBSTONES],
    next_tombstone: usize,
}

impl Reassembly {
    pub const fn new() -> Self {
        Reassembly {
            buffers: [const { None }; BUFFERS],
            tombstones: [None; TOMBSTONES],
            next_tombstone: 0,
        }
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.buffers.iter_mut().for_each(|buffer| *buffer = None);
        self.tombstones = [None; TOMBSTONES];
    }

    /// Drops what has waited for `timeout_us` since its first fragment. RFC 4944 5.3.
    pub fn expire(&mut self, now_us: u64, timeout_us: u64) {
        if seeded!(ReassemblyNeverExpires) {
            return;
        }
        for slot in &mut self.buffers {
            let old = |buffer: &Buffer| now_us.saturating_sub(buffer.since_us) >= timeout_us;
            if slot.as_ref().is_some_and(old) {
                *slot = None;
            }
        }
        for slot in &mut self.tombstones {
            if slot.is_some_and(|(_, since_us)| now_us.saturating_sub(since_us) >= timeout_us) {
                *slot = None;
            }
        }
    }

    /// Drops the datagram and remembers that its other fragments are not wanted.
    pub fn refuse(&mut self, key: Key, now_us: u64) {
        self.discard(key);
        self.tombstones[self.next_tombstone] = Some((key, now_us));
        self.next_tombstone = (self.next_tombstone + 1) % TOMBSTONES;
    }

    /// Whether the datagram was refused.
    pub fn is_refused(&self, key: Key) -> bool {
        self.tombstones
            .iter()
            .flatten()
            .any(|(dead, _)| *dead == key)
    }

    /// The sender starts again with a form that can be taken.
    pub fn pardon(&mut self, key: Key) {
        for slot in &mut self.tombstones {
            if slot.is_some_and(|(dead, _)| dead == key) {
                *slot = None;
            }
        }
    }

    fn discard(&mut self, key: Key) {
        for slot in &mut self.buffers {
            if slot.as_ref().is_some_and(|buffer| buffer.key == key) {
                *slot = None;
            }
        }
    }

    /// Places a piece; gives the datagram if that was the last one.
    pub fn add(&mut self, piece: &Piece<'_>, now_us: u64) -> Option<Whole> {
        let Piece {
            key, offset, data, ..
        } = *piece;
        let size = usize::from(key.size);
        let end = offset + data.len();
        if data.is_empty() || size > LARGEST_DATAGRAM || end > size || offset % UNIT != 0 {
            return None;
        }
        // All but the last are multiples of 8 octets. RFC 4944 5.3.
        if end < size && data.len() % UNIT != 0 {
            return None;
        }
        let slot = self.slot_for(key, now_us);
        let buffer = slot.get_or_insert_with(|| Buffer::new(key, now_us));
        match buffer.fit(offset / UNIT, end.div_ceil(UNIT)) {
            Fit::New => buffer.put(offset, data),
            Fit::Duplicate if seeded!(DuplicateFragmentsCounted) => buffer.received += data.len(),
            Fit::Duplicate => {}
            Fit::Overlap if seeded!(OverlapTaken) => buffer.put(offset, data),
            Fit::Overlap => {
                // Everything accumulated goes; the newcomer may start afresh. RFC 4944 5.3.
                *buffer = Buffer::new(key, now_us);
                buffer.put(offset, data);
            }
        }
        if piece.elided.is_some() {
            buffer.elided = piece.elided;
        }
        if buffer.received < size {
            return None;
        }
        let buffer = slot.take()?;
        Some(Whole {
            octets: buffer.octets,
            length: size,
            elided: buffer.elided,
        })
    }

    /// The datagram's buffer, else a free one, else the oldest: unfinished
    /// datagrams never keep a newer one out.
    fn slot_for(&mut self, key: Key, now_us: u64) -> &mut Option<Buffer> {
        let has_key = |slot: &Option<Buffer>| slot.as_ref().is_some_and(|b| b.key == key);
        let index = self.buffers.iter().position(has_key);
        let index = index.or_else(|| self.buffers.iter().position(Option::is_none));
        let index = index.unwrap_or_else(|| {
            let age = |slot: &Option<Buffer>| slot.as_ref().map_or(now_us, |b| b.since_us);
            let ages = self.buffers.iter().map(age).enumerate();
            let oldest = ages.min_by_key(|(_, since_us)| *since_us);
            let (index, _) = oldest.unwrap_or((0, 0));
            self.buffers[index] = None;
            index
        });
        &mut self.buffers[index]
    }
}
