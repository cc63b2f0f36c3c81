//! One ring buffer of RTT in the device's memory.

use probe_rs::MemoryInterface;

/// Octets of a descriptor: name, buffer, size, write offset, read offset, flags.
pub(super) const DESCRIPTOR: u64 = 24;
const WRITE_OFFSET: u64 = 12;
const READ_OFFSET: u64 = 16;

/// A ring, as its descriptor says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ring {
    /// Where the descriptor is.
    at: u64,
    buffer: u64,
    size: u32,
    /// The offset that is the host's to write.
    pub own: u32,
    /// What that was before: a ring that was full up to there has put its device to sleep.
    before: u32,
}

impl Ring {
    /// The ring with this descriptor, which is at `at`; none where it is no ring.
    pub fn new(at: u64, words: [u32; 6], is_ram: impl Fn(u64, u64) -> bool) -> Option<Self> {
        let [_, buffer, size, write, read, _] = words;
        let buffer = u64::from(buffer);
        let is_sound = size > 1 && write < size && read < size;
        (is_sound && is_ram(buffer, u64::from(size))).then_some(Ring {
            at,
            buffer,
            size,
            own: 0,
            before: 0,
        })
    }

    /// Octets that a device has written up to the offset `write` and the host has not read.
    pub fn unread(&self, write: u32) -> u32 {
        (write + self.size - self.own) % self.size
    }

    /// Whether an offset can be one of this ring.
    pub fn holds(&self, offset: u32) -> bool {
        offset < self.size
    }

    /// Whether, with the offset `write`, the device found it full since the host read last.
    pub fn was_full(&self, write: u32) -> bool {
        let next = (write + 1) % self.size;
        next == self.before || next == self.own
    }

    /// Takes what is there up to the offset `write`.
    pub fn take(
        &mut self,
        core: &mut impl MemoryInterface,
        write: u32,
    ) -> Result<Vec<u8>, probe_rs::Error> {
        let mut octets = vec![0; self.unread(write) as usize];
        let first = octets.len().min((self.size - self.own) as usize);
        let (to_end, from_start) = octets.split_at_mut(first);
        core.read(self.buffer + u64::from(self.own), to_end)?;
        if !from_start.is_empty() {
            core.read(self.buffer, from_start)?;
        }
        self.before = self.own;
        self.own = write;
        core.write_word_32(self.at + READ_OFFSET, write)?;
        Ok(octets)
    }

    /// Puts in what there is room for; says how many octets.
    pub fn put(
        &mut self,
        core: &mut impl MemoryInterface,
        octets: &[u8],
    ) -> Result<usize, probe_rs::Error> {
        let read = core.read_word_32(self.at + READ_OFFSET)?;
        if !self.holds(read) {
            return Ok(0);
        }
        let room = (read + self.size - self.own - 1) % self.size;
        let octets = &octets[..octets.len().min(room as usize)];
        if octets.is_empty() {
            return Ok(0);
        }
        let first = octets.len().min((self.size - self.own) as usize);
        let (to_end, from_start) = octets.split_at(first);
        core.write(self.buffer + u64::from(self.own), to_end)?;
        if !from_start.is_empty() {
            core.write(self.buffer, from_start)?;
        }
        self.own = (self.own + octets.len() as u32) % self.size;
        core.write_word_32(self.at + WRITE_OFFSET, self.own)?;
        Ok(octets.len())
    }
}
