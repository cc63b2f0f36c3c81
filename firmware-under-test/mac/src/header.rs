//! As much of a data frame's header as its receiver looks at.

/// Where a frame goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// A 16-bit address; 0xffff is everyone.
    Short(u16),
    /// An EUI-64, most significant octet first.
    Extended([u8; 8]),
}

/// The parts of a MAC header that matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The destination, if the frame names one.
    pub destination: Option<Destination>,
    /// The destination PAN, if the frame names one.
    pub pan: Option<u16>,
    /// Octets before the MAC payload.
    pub length: usize,
}

const DATA: u16 = 1;
const SECURITY: u16 = 1 << 3;
const PAN_COMPRESSION: u16 = 1 << 6;

impl Header {
    /// Reads the header of an unsecured data frame of the 2003 or 2006 edition,
    /// given without FCS; `None` for any other frame and for a cut header.
    pub fn of(frame: &[u8]) -> Option<Header> {
        let control = u16::from_le_bytes(*frame.first_chunk()?);
        if control & 7 != DATA || control & SECURITY != 0 || control >> 12 & 3 > 1 {
            return None;
        }
        let mut at = 3;
        let mut take = |count: usize| {
            let octets = frame.get(at..at + count)?;
            at += count;
            Some(octets)
        };
        let (pan, destination) = match control >> 10 & 3 {
            0 => (None, None),
            2 => (
                Some(little(take(2)?)),
                Some(Destination::Short(little(take(2)?))),
            ),
            3 => {
                let pan = little(take(2)?);
                let mut eui64: [u8; 8] = take(8)?.try_into().ok()?;
                eui64.reverse();
                (Some(pan), Some(Destination::Extended(eui64)))
            }
            _ => return None,
        };
        let source_pan = if control & PAN_COMPRESSION == 0 { 2 } else { 0 };
        match control >> 14 {
            0 => {}
            2 => drop(take(source_pan + 2)?),
            3 => drop(take(source_pan + 8)?),
            _ => return None,
        }
        let length = at;
        Some(Header {
            destination,
            pan,
            length,
        })
    }
}

fn little(octets: &[u8]) -> u16 {
    u16::from(octets[0]) | u16::from(octets[1]) << 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_and_compression() {
        // frame control, sequence number, destination PAN, destination, [source PAN,] source
        let extended = [
            0x41, 0xcc, 0x07, 0xcd, 0xab, 2, 0, 0, 0, 0, 0x4b, 0x12, 0, 1, 0, 0, 0, 0, 0x4b, 0x12,
            0, 0x7a,
        ];
        let header = Header::of(&extended).unwrap();
        assert_eq!(
            header.destination,
            Some(Destination::Extended([0, 0x12, 0x4b, 0, 0, 0, 0, 2]))
        );
        assert_eq!((header.pan, header.length), (Some(0xabcd), 21));

        let short = [
            0x01, 0x88, 0x07, 0xcd, 0xab, 0x02, 0x01, 0xcd, 0xab, 0x01, 0x01, 0x7a,
        ];
        let header = Header::of(&short).unwrap();
        assert_eq!(header.destination, Some(Destination::Short(0x0102)));
        assert_eq!(header.length, 11);
    }

    #[test]
    fn other_and_cut_frames_are_none() {
        let frame = [
            0x01, 0x88, 0x07, 0xcd, 0xab, 0x02, 0x01, 0xcd, 0xab, 0x01, 0x01,
        ];
        for length in 0..frame.len() {
            assert_eq!(Header::of(&frame[..length]), None, "{length} octets");
        }
        let acknowledgement = [0x02, 0x00, 0x07];
        assert_eq!(Header::of(&acknowledgement), None);
        let secured = [
            0x09, 0x88, 0x07, 0xcd, 0xab, 0x02, 0x01, 0xcd, 0xab, 0x01, 0x01,
        ];
        assert_eq!(Header::of(&secured), None);
    }
}
