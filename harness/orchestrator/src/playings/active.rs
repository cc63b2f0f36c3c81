//! One playing of a case, as it is heard.

use std::collections::BTreeMap;

use sixlo_judge::evidence::Phase;

use super::form::{Form, Read};
use super::script::Part;
use super::shape::Shape;

/// A frame of the capture.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// Its number in the file.
    pub number: u64,
    pub at_us: u64,
    pub way: Way,
    /// MAC header and payload.
    pub mac: Vec<u8>,
    /// An acknowledgement followed it.
    pub acknowledged: bool,
    /// The capture bears its FCS, and that is right.
    pub fcs_right: bool,
}

/// Where a frame went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// To the device, to put something to it.
    To,
    /// To the device, as a part of neighbour discovery.
    Automatic,
    /// From the device.
    From,
}

/// A frame, and in which part of the playing it came.
#[derive(Debug, Clone)]
pub(super) struct Noted {
    pub seen: Seen,
    pub phase: Phase,
    /// It is a frame of the case.
    pub is_own: bool,
}

/// One playing of a case.
#[derive(Debug, Clone)]
pub(super) struct Active {
    /// Which shape.
    pub shape: usize,
    /// Which of its ways a control was heard of, or may have been meant.
    pub ways: Vec<usize>,
    /// What was heard, in order.
    pub noted: Vec<Noted>,
    /// Frames of the shape heard so far.
    pub frames: usize,
    /// The packet that its first frame is.
    pub first: u64,
    /// The injector did not wait as long as the case does, in microseconds: it waited, and should have.
    pub haste: Option<(u64, u64)>,
    /// Frames of a sentinel heard so far.
    pub sentinel: usize,
    pub last_us: u64,
    /// What was read of each datagram, by its number in the case.
    read: BTreeMap<u16, Read>,
    step: usize,
    is_over: bool,
}

impl Active {
    /// One that begins with its first frame, `control` before it.
    pub fn begin(shape: usize, ways: Vec<usize>, control: Vec<Noted>, seen: &Seen) -> Self {
        Active {
            shape,
            ways,
            noted: control,
            frames: 0,
            first: seen.number,
            haste: None,
            sentinel: 0,
            last_us: seen.at_us,
            read: BTreeMap::new(),
            step: 0,
            is_over: false,
        }
    }

    /// Whether all frames of the case have been heard.
    pub fn is_complete(&self, shape: &Shape) -> bool {
        self.frames == shape.frames().count()
    }

    pub fn end(&mut self) {
        self.is_over = true;
    }

    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// The frame that comes next.
    fn expected<'s>(&self, shape: &'s Shape) -> Option<(usize, &'s Form)> {
        shape.frames().nth(self.frames)
    }

    /// Takes a frame, if it is the next one of the case.
    pub fn take(&mut self, shape: &Shape, seen: &Seen) -> bool {
        let Some((step, form)) = self.expected(shape) else {
            return false;
        };
        let number = match shape.parts.get(step) {
            Some(Part::Send(datagram)) => datagram.number,
            _ => return false,
        };
        // A frame with other numbers is another datagram's, however alike.
        let read = self.read.entry(number).or_default();
        if !form.fits(&seen.mac) || !form.agrees(&seen.mac, read) {
            return false;
        }
        form.read(&seen.mac, read);
        let wanted = shape.wait_between(self.step, step).as_micros();
        let wanted = u64::try_from(wanted).unwrap_or(u64::MAX);
        let waited = seen.at_us.saturating_sub(self.last_us);
        // A clock that counts milliseconds rounds.
        if self.frames > 0 && waited + wanted / 100 + 1000 < wanted {
            self.haste = Some((waited, wanted));
        }
        self.step = step;
        self.frames += 1;
        self.last_us = seen.at_us;
        self.note(seen, true);
        true
    }

    /// Takes a frame of the sentinel behind the case.
    pub fn take_sentinel(&mut self, shape: &Shape, seen: &Seen) -> bool {
        let fitting: Vec<usize> = self
            .ways
            .iter()
            .copied()
            .filter(|&way| {
                let sentinel = shape.ways[way].sentinel.as_ref();
                let form = sentinel.and_then(|datagram| datagram.frames.get(self.sentinel));
                form.is_some_and(|form| form.fits(&seen.mac))
            })
            .collect();
        if fitting.is_empty() {
            return false;
        }
        self.ways = fitting;
        self.sentinel += 1;
        self.last_us = seen.at_us;
        self.note(seen, true);
        true
    }

    /// Notes any other frame between the same nodes.
    pub fn hear(&mut self, seen: &Seen) {
        self.note(seen, false);
    }

    fn note(&mut self, seen: &Seen, is_own: bool) {
        let phase = match self.sentinel {
            0 => Phase::Step(u16::try_from(self.step).unwrap_or(u16::MAX)),
            _ => Phase::Sentinel,
        };
        self.noted.push(Noted {
            seen: seen.clone(),
            phase,
            is_own,
        });
    }

    /// The frame with this number was acknowledged.
    pub fn acknowledge(&mut self, number: u64) {
        let last = self.noted.iter_mut().rev();
        if let Some(noted) = last.take(8).find(|noted| noted.seen.number == number) {
            noted.seen.acknowledged = true;
        }
    }
}
