//! COBS frames with a CRC-16: `COBS(cbor || crc) 00`.

use crc::{CRC_16_KERMIT, Crc, Table};

/// Largest CBOR message in octets: a 1280-octet packet, its wrapping and room to grow.
pub const LARGEST_MESSAGE: usize = 2304;
/// Largest frame in octets: message, CRC, COBS overhead (one in 254) and the closing zero.
pub const LARGEST_FRAME: usize = LARGEST_MESSAGE + 2 + (LARGEST_MESSAGE + 2) / 254 + 2;

/// 16 octets at a time cost 8 KiB of tables: on a host that is nothing and halves the
/// time of a message, in a microcontroller's flash it is much.
#[cfg(target_os = "none")]
type Tables = Table<1>;
#[cfg(not(target_os = "none"))]
type Tables = Table<16>;

static CRC: Crc<u16, Tables> = Crc::<u16, Tables>::new(&CRC_16_KERMIT);

/// Why octets are no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FramingError {
    /// The message is larger than [`LARGEST_MESSAGE`].
    TooLarge,
    /// A frame without room for a CRC, or with a broken COBS code.
    Malformed,
    /// The CRC does not match.
    WrongCrc,
}

impl core::fmt::Display for FramingError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            FramingError::TooLarge => {
                write!(f, "message is larger than {LARGEST_MESSAGE} octets")
            }
            FramingError::Malformed => write!(f, "frame is not COBS with a CRC behind it"),
            FramingError::WrongCrc => write!(f, "frame's CRC-16 does not match"),
        }
    }
}

impl core::error::Error for FramingError {}

/// Writes `message` as one frame, closing zero included; returns its length.
pub fn encode<M>(message: &M, frame: &mut [u8; LARGEST_FRAME]) -> Result<usize, FramingError>
where
    M: minicbor::Encode<()>,
{
    let mut plain = [0u8; LARGEST_MESSAGE + 2];
    let mut cursor = minicbor::encode::write::Cursor::new(&mut plain[..LARGEST_MESSAGE]);
    minicbor::encode(message, &mut cursor).map_err(|_| FramingError::TooLarge)?;
    let length = cursor.position();
    let crc = CRC.checksum(&plain[..length]).to_le_bytes();
    plain[length..length + 2].copy_from_slice(&crc);
    let coded = cobs::encode(&plain[..length + 2], &mut frame[..]);
    frame[coded] = 0;
    Ok(coded + 1)
}

/// Takes the COBS frame in `frame` (without its closing zero) apart in place
/// and returns the CBOR octets, CRC checked and removed.
pub fn decode(frame: &mut [u8]) -> Result<&[u8], FramingError> {
    let length = cobs::decode_in_place(frame).map_err(|_| FramingError::Malformed)?;
    let Some(body) = length.checked_sub(2) else {
        return Err(FramingError::Malformed);
    };
    let (message, crc) = frame[..length].split_at(body);
    if CRC.checksum(message).to_le_bytes() != crc {
        return Err(FramingError::WrongCrc);
    }
    Ok(message)
}

/// Collects octets of a stream into frames, in bounded memory.
pub struct Accumulator {
    buffer: [u8; LARGEST_FRAME],
    length: usize,
    overflown: bool,
}

impl Default for Accumulator {
    fn default() -> Self {
        Self::new()
    }
}

impl Accumulator {
    /// An empty one.
    pub const fn new() -> Self {
        Accumulator {
            buffer: [0; LARGEST_FRAME],
            length: 0,
            overflown: false,
        }
    }

    /// Takes octets from the front of `input` up to the next closing zero.
    ///
    /// Returns what remains and, when a frame was completed, its message. A
    /// frame that is too large is swallowed whole and reported once.
    pub fn feed<'a, 'i>(
        &'a mut self,
        input: &'i [u8],
    ) -> (&'i [u8], Option<Result<&'a [u8], FramingError>>) {
        let end = input.iter().position(|&octet| octet == 0);
        let part = &input[..end.unwrap_or(input.len())];
        match self.buffer.get_mut(self.length..self.length + part.len()) {
            Some(room) if !self.overflown => {
                room.copy_from_slice(part);
                self.length += part.len();
            }
            _ => self.overflown = true,
        }
        let Some(end) = end else {
            return (&[], None);
        };
        let rest = &input[end + 1..];
        let length = core::mem::take(&mut self.length);
        if core::mem::take(&mut self.overflown) {
            return (rest, Some(Err(FramingError::TooLarge)));
        }
        if length == 0 {
            return (rest, None);
        }
        (rest, Some(decode(&mut self.buffer[..length])))
    }
}
