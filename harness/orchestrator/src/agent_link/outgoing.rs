//! What waits to be written: octets of all channels in the order of their messages.

use super::Channel;

/// Octets to write. Messages of one channel that follow each other are one piece.
pub(super) struct Outgoing {
    octets: Vec<u8>,
    /// Octets that are written.
    written: usize,
    /// Pieces: their channel, and where in `octets` they end.
    pieces: Vec<(Channel, usize)>,
    /// The piece that is written next.
    piece: usize,
}

impl Outgoing {
    pub fn new() -> Self {
        Outgoing {
            octets: Vec::with_capacity(4096),
            written: 0,
            pieces: Vec::new(),
            piece: 0,
        }
    }

    /// Adds a message.
    pub fn push(&mut self, channel: Channel, octets: &[u8]) {
        self.octets.extend_from_slice(octets);
        let end = self.octets.len();
        match self.pieces.last_mut() {
            Some((last, last_end)) if *last == channel => *last_end = end,
            _ => self.pieces.push((channel, end)),
        }
    }

    /// What is to be written next; none where all is.
    pub fn next(&self) -> Option<(Channel, &[u8])> {
        let (channel, end) = *self.pieces.get(self.piece)?;
        Some((channel, &self.octets[self.written..end]))
    }

    /// So many octets of it have been written.
    pub fn advance(&mut self, octets: usize) {
        self.written += octets;
        if self.written == self.octets.len() {
            self.clear();
        } else if self.pieces[self.piece].1 == self.written {
            self.piece += 1;
        }
    }

    /// Nothing of it is wanted any more.
    pub fn clear(&mut self) {
        self.octets.clear();
        self.pieces.clear();
        self.written = 0;
        self.piece = 0;
    }

    pub fn is_empty(&self) -> bool {
        self.octets.is_empty()
    }
}
