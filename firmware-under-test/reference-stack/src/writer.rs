//! Octets written to the end of a buffer, never past it.

/// There is no room for what is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;

/// A buffer and how much of it is filled.
pub(crate) struct Writer<'a> {
    buffer: &'a mut [u8],
    length: usize,
}

impl<'a> Writer<'a> {
    pub fn new(buffer: &'a mut [u8]) -> Self {
        Writer { buffer, length: 0 }
    }

    pub fn put(&mut self, octets: &[u8]) -> Result<(), Full> {
        let end = self.length + octets.len();
        let room = self.buffer.get_mut(self.length..end).ok_or(Full)?;
        room.copy_from_slice(octets);
        self.length = end;
        Ok(())
    }

    /// How many octets are written.
    pub fn length(&self) -> usize {
        self.length
    }

    pub fn written(&mut self) -> &mut [u8] {
        &mut self.buffer[..self.length]
    }
}
