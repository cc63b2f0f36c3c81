//! HDLC-lite: a frame between two flags, octets that look like flags escaped, a CRC behind it.

use crc::{CRC_16_IBM_SDLC, Crc, Table};

/// Between two frames.
const FLAG: u8 = 0x7e;
/// The next octet bears this bit changed.
const ESCAPE: u8 = 0x7d;
const CHANGED: u8 = 0x20;
/// Octets that a line may take for itself (XON, XOFF), or that a vendor has another use for.
const RESERVED: [u8; 3] = [0x11, 0x13, 0xf8];
/// Octets of the CRC, low one first.
const CRC_LENGTH: usize = 2;
/// Octets of the longest frame that is read; the longest of use is a PSDU and its metadata.
pub const LONGEST: usize = 2048;

/// That of X.25: over the frame before it is escaped.
static CRC: Crc<u16, Table<16>> = Crc::<u16, Table<16>>::new(&CRC_16_IBM_SDLC);

/// A frame as it goes on the line, flags included.
pub fn encode(frame: &[u8]) -> Vec<u8> {
    let crc = CRC.checksum(frame).to_le_bytes();
    let mut octets = Vec::with_capacity(frame.len() + 8);
    // A flag before it, too: it ends whatever noise there was.
    octets.push(FLAG);
    for &octet in frame.iter().chain(&crc) {
        if octet == FLAG || octet == ESCAPE || RESERVED.contains(&octet) {
            octets.extend([ESCAPE, octet ^ CHANGED]);
        } else {
            octets.push(octet);
        }
    }
    octets.push(FLAG);
    octets
}

/// Why what stood between two flags is no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damaged {
    /// Its CRC is wrong.
    Crc,
    /// It is longer than any.
    Length,
    /// It ends in the middle of an escape, which means: forget it.
    Aborted,
}

/// Takes octets of a line, gives frames.
#[derive(Debug, Default)]
pub struct Decoder {
    frame: Vec<u8>,
    is_escaped: bool,
    is_too_long: bool,
}

impl Decoder {
    /// Takes the next octet; what stands before a flag is a frame, or the reason why not.
    pub fn push(&mut self, octet: u8) -> Option<Result<Vec<u8>, Damaged>> {
        if octet == FLAG {
            return self.end();
        }
        let octet = match (octet, std::mem::take(&mut self.is_escaped)) {
            (ESCAPE, _) => {
                self.is_escaped = true;
                return None;
            }
            (octet, true) => octet ^ CHANGED,
            (octet, false) => octet,
        };
        if self.frame.len() == LONGEST + CRC_LENGTH {
            self.is_too_long = true;
        } else {
            self.frame.push(octet);
        }
        None
    }

    fn end(&mut self) -> Option<Result<Vec<u8>, Damaged>> {
        let mut frame = std::mem::take(&mut self.frame);
        let is_aborted = std::mem::take(&mut self.is_escaped);
        if std::mem::take(&mut self.is_too_long) {
            return Some(Err(Damaged::Length));
        }
        if is_aborted {
            return Some(Err(Damaged::Aborted));
        }
        // Two flags in a row are one.
        if frame.is_empty() {
            return None;
        }
        let Some((inside, crc)) = frame.split_last_chunk::<CRC_LENGTH>() else {
            return Some(Err(Damaged::Crc));
        };
        if CRC.checksum(inside).to_le_bytes() != *crc {
            return Some(Err(Damaged::Crc));
        }
        frame.truncate(frame.len() - CRC_LENGTH);
        Some(Ok(frame))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode(octets: &[u8]) -> Vec<Result<Vec<u8>, Damaged>> {
        let mut decoder = Decoder::default();
        octets
            .iter()
            .filter_map(|octet| decoder.push(*octet))
            .collect()
    }

    #[test]
    fn a_reset_by_hand() {
        // Header 0x80 (no transaction), command 1; X.25's CRC of it, computed bit by bit.
        let crc = [0x80u8, 0x01].iter().fold(0xffffu16, |mut crc, octet| {
            crc ^= u16::from(*octet);
            for _ in 0..8 {
                let carry = crc & 1 == 1;
                crc >>= 1;
                if carry {
                    crc ^= 0x8408;
                }
            }
            crc
        });
        let [low, high] = (!crc).to_le_bytes();
        assert_eq!(encode(&[0x80, 0x01]), [FLAG, 0x80, 0x01, low, high, FLAG]);
    }

    #[test]
    fn what_looks_like_a_flag_is_escaped() {
        let frame = [0x7e, 0x7d, 0x11, 0x13, 0xf8, 0x00];
        let octets = encode(&frame);
        let inside = &octets[1..octets.len() - 1];
        assert_eq!(
            inside[..11],
            [
                0x7d, 0x5e, 0x7d, 0x5d, 0x7d, 0x31, 0x7d, 0x33, 0x7d, 0xd8, 0x00
            ]
        );
        assert_eq!(decode(&octets), [Ok(frame.to_vec())]);
    }

    #[test]
    fn noise_costs_no_more_than_the_frame_it_is_in() {
        let good = encode(&[1, 2, 3]);
        let mut harmed = good.clone();
        harmed[2] ^= 0x40;
        let line = [&[9, 9, 9][..], &harmed, &good, &[1, ESCAPE], &good].concat();
        let frame = Ok(vec![1, 2, 3]);
        assert_eq!(
            decode(&line),
            [
                Err(Damaged::Crc),
                Err(Damaged::Crc),
                frame.clone(),
                Err(Damaged::Aborted),
                frame
            ]
        );
    }

    #[test]
    fn what_never_ends_takes_no_memory() {
        let mut decoder = Decoder::default();
        for _ in 0..100 * LONGEST {
            assert_eq!(decoder.push(0x55), None);
        }
        assert!(decoder.frame.capacity() <= 2 * (LONGEST + CRC_LENGTH));
        assert_eq!(decoder.push(FLAG), Some(Err(Damaged::Length)));
        let read = encode(&[7])
            .into_iter()
            .filter_map(|octet| decoder.push(octet));
        assert_eq!(read.collect::<Vec<_>>(), [Ok(vec![7])]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(frame in proptest::collection::vec(any::<u8>(), 1..300)) {
            let octets = encode(&frame);
            prop_assert!(!octets.iter().any(|octet| RESERVED.contains(octet)));
            prop_assert_eq!(decode(&octets), [Ok(frame)]);
        }

        #[test]
        fn no_octets_break_the_reader(octets: Vec<u8>) {
            for frame in decode(&octets).into_iter().flatten() {
                prop_assert!(frame.len() <= LONGEST);
            }
        }
    }
}
