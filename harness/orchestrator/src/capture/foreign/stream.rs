//! The octets of a capture: one buffer of them at a time, unpacked on the way.

use std::fs::File;
use std::io::{self, BufReader, Chain, Cursor, ErrorKind, Read};
use std::ops::Range;
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

/// Octets held at a time: some packets of the longest kind that is kept, and few reads.
const BUFFER: usize = 4 * LONGEST;
/// The longest piece that can be asked for in one.
pub(super) const LONGEST: usize = 128 * 1024;
/// RFC 1952 2.3.1.
const GZIP: [u8; 2] = [0x1f, 0x8b];

type Head = Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>;

/// Octets in the order of the file.
pub(super) struct Stream {
    source: Box<dyn Read + Send>,
    buffer: Box<[u8]>,
    /// Of the buffer: those that are still to be taken.
    held: Range<usize>,
    /// Octets taken so far, counted after unpacking.
    offset: u64,
    /// Whether the source came in a compressed form.
    pub gzip: bool,
    /// Why no more can be had.
    dry: Option<Dry>,
}

/// Why a source gives nothing more.
#[derive(Debug)]
pub(super) enum Dry {
    /// It is at its end.
    End,
    /// Its compressed form ends too early.
    CutGzip,
    /// Its compressed form is damaged.
    DamagedGzip,
    /// It cannot be read.
    Failed(io::Error),
}

impl Stream {
    /// The file, or the standard input for `-`.
    pub fn open(path: &Path) -> io::Result<Self> {
        match path.as_os_str() == "-" {
            true => Stream::new(io::stdin()),
            false => Stream::new(File::open(path)?),
        }
    }

    /// What this source says, unpacked if it is gzip.
    pub fn new(mut source: impl Read + Send + 'static) -> io::Result<Self> {
        let mut magic = Vec::new();
        source.by_ref().take(2).read_to_end(&mut magic)?;
        let gzip = magic == GZIP;
        let whole: Head = Cursor::new(magic).chain(Box::new(source));
        let source: Box<dyn Read + Send> = match gzip {
            true => Box::new(MultiGzDecoder::new(BufReader::with_capacity(
                LONGEST, whole,
            ))),
            false => Box::new(whole),
        };
        Ok(Stream {
            source,
            buffer: vec![0; BUFFER].into_boxed_slice(),
            held: 0..0,
            offset: 0,
            gzip,
            dry: None,
        })
    }

    /// Octets from the source's beginning to the next one; of a compressed one, after unpacking.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The next `count` octets, left where they are; fewer if there are no more.
    /// At most [`LONGEST`] of them.
    pub fn peek(&mut self, count: usize) -> &[u8] {
        debug_assert!(count <= LONGEST);
        if self.held.len() < count {
            self.fill(count);
        }
        let there = self.held.len().min(count);
        &self.buffer[self.held.start..self.held.start + there]
    }

    /// Takes octets that were peeked at; they stay readable by [`Stream::taken`].
    pub fn take(&mut self, count: usize) -> Range<usize> {
        let taken = self.held.start..self.held.start + count.min(self.held.len());
        self.held.start = taken.end;
        self.offset += taken.len() as u64;
        taken
    }

    /// Octets taken last, until the next ones are peeked at.
    pub fn taken(&self, range: Range<usize>) -> &[u8] {
        &self.buffer[range]
    }

    /// Passes over so many octets; none of them is kept. Whether all were there.
    pub fn skip(&mut self, mut count: u64) -> bool {
        while count > 0 {
            let piece = self.peek(count.min(LONGEST as u64) as usize).len();
            if piece == 0 {
                return false;
            }
            self.take(piece);
            count -= piece as u64;
        }
        true
    }

    /// Why nothing more can be had, once a [`peek`](Stream::peek) gave less than asked for.
    pub fn dry(&mut self) -> Dry {
        self.dry.take().unwrap_or(Dry::End)
    }

    fn fill(&mut self, count: usize) {
        self.buffer.copy_within(self.held.clone(), 0);
        self.held = 0..self.held.len();
        while self.held.len() < count && self.dry.is_none() {
            match self.source.read(&mut self.buffer[self.held.end..]) {
                Ok(0) => self.dry = Some(Dry::End),
                Ok(octets) => self.held.end += octets,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => self.dry = Some(self.why(error)),
            }
        }
    }

    /// The decoder says by the same kind of error what is wrong with its input.
    fn why(&self, error: io::Error) -> Dry {
        match (self.gzip, error.kind()) {
            (true, ErrorKind::UnexpectedEof) => Dry::CutGzip,
            (true, ErrorKind::InvalidInput | ErrorKind::InvalidData) => Dry::DamagedGzip,
            _ => Dry::Failed(error),
        }
    }
}
