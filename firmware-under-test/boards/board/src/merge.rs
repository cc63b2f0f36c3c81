//! Two streams of messages, in the order in which the host numbered them.

use sixlo_agent_protocol::{Accumulator, LARGEST_MESSAGE};

/// One channel's next message.
pub(crate) struct Stream {
    accumulator: Accumulator,
    /// Octets read and not looked at.
    unread: [u8; CHUNK],
    unread_at: usize,
    unread_end: usize,
    message: [u8; LARGEST_MESSAGE],
    length: usize,
}

/// Octets taken from a channel at a time.
const CHUNK: usize = 256;

impl Stream {
    pub const fn new() -> Self {
        Stream {
            accumulator: Accumulator::new(),
            unread: [0; CHUNK],
            unread_at: 0,
            unread_end: 0,
            message: [0; LARGEST_MESSAGE],
            length: 0,
        }
    }

    /// Reads on, until a message is whole or nothing is left to read.
    pub fn fill(&mut self, mut read: impl FnMut(&mut [u8]) -> usize) {
        while self.length == 0 {
            if self.unread_at == self.unread_end {
                self.unread_at = 0;
                self.unread_end = read(&mut self.unread);
                if self.unread_end == 0 {
                    return;
                }
            }
            let octets = &self.unread[self.unread_at..self.unread_end];
            let (rest, frame) = self.accumulator.feed(octets);
            self.unread_at = self.unread_end - rest.len();
            match frame {
                Some(Ok(frame)) => {
                    self.length = frame.len();
                    self.message[..frame.len()].copy_from_slice(frame);
                }
                // It is dropped: the harness notices the missing answer.
                Some(Err(_)) => defmt::warn!("a damaged message"),
                None => {}
            }
        }
    }

    /// The number of the message that waits.
    fn number(&self) -> Option<u32> {
        let message = (self.length > 0).then(|| &self.message[..self.length])?;
        Some(sixlo_agent::sequence_number(message).unwrap_or(0))
    }

    fn take(&mut self, obey: impl FnOnce(&[u8])) {
        obey(&self.message[..self.length]);
        self.length = 0;
    }
}

/// Which stream has the message that comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    Control,
    Phy,
    Nothing,
}

/// Both channels, and how far the host's numbers have got.
pub(crate) struct Merge {
    pub control: Stream,
    pub phy: Stream,
    last: u32,
}

impl Merge {
    pub const fn new() -> Self {
        Merge {
            control: Stream::new(),
            phy: Stream::new(),
            last: 0,
        }
    }

    /// Which message comes next: the host numbers them one after the other, whichever
    /// channel they take.
    pub fn next(&self) -> Next {
        let distance =
            |stream: &Stream| Some(stream.number()?.wrapping_sub(self.last).wrapping_sub(1));
        match (distance(&self.control), distance(&self.phy)) {
            (None, None) => Next::Nothing,
            (Some(_), None) => Next::Control,
            (None, Some(_)) => Next::Phy,
            (Some(control), Some(phy)) => match phy < control {
                true => Next::Phy,
                false => Next::Control,
            },
        }
    }

    /// Whether that message has the number after the last one. Where it has not, one before
    /// it has come meanwhile on the other channel, for the host writes in order, or never will.
    pub fn is_in_order(&self) -> bool {
        let expected = Some(self.last.wrapping_add(1));
        self.control.number() == expected || self.phy.number() == expected
    }

    /// Hands over the next message.
    pub fn take(&mut self, next: Next, obey: impl FnOnce(&[u8])) {
        let stream = match next {
            Next::Control => &mut self.control,
            Next::Phy => &mut self.phy,
            Next::Nothing => return,
        };
        self.last = stream.number().unwrap_or(self.last);
        stream.take(obey);
    }
}
