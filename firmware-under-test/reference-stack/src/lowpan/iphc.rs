//! The two octets every IPHC header starts with. RFC 6282 3.1.1.
//!
//! ```text
//!   0   1   2   3   4   5   6   7   8   9  10  11  12  13  14  15
//! +---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+
//! | 0 | 1 | 1 |  TF   |NH | HLIM  |CID|SAC|  SAM  | M |DAC|  DAM  |
//! +---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+
//! ```

use crate::mac::Link;
use crate::reader::Reader;

/// The fields of the base; each mode holds its two bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Base {
    pub tf: u8,
    pub nh: bool,
    pub hlim: u8,
    pub cid: bool,
    pub sac: bool,
    pub sam: u8,
    pub m: bool,
    pub dac: bool,
    pub dam: u8,
}

impl Base {
    /// Whether `octet` starts an IPHC header.
    pub fn starts_with(octet: u8) -> bool {
        octet >> 5 == 0b011
    }

    /// Reads both octets; `None` if this is no IPHC header.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let [first, second] = reader.array()?;
        Self::starts_with(first).then_some(Base {
            tf: first >> 3 & 3,
            nh: first & 0x04 != 0,
            hlim: first & 3,
            cid: second & 0x80 != 0,
            sac: second & 0x40 != 0,
            sam: second >> 4 & 3,
            m: second & 0x08 != 0,
            dac: second & 0x04 != 0,
            dam: second & 3,
        })
    }

    pub fn octets(&self) -> [u8; 2] {
        let bit = |flag, value: u8| if flag { value } else { 0 };
        [
            0b0110_0000 | self.tf << 3 | bit(self.nh, 0x04) | self.hlim,
            bit(self.cid, 0x80)
                | bit(self.sac, 0x40)
                | self.sam << 4
                | bit(self.m, 0x08)
                | bit(self.dac, 0x04)
                | self.dam,
        ]
    }

    /// Octets of the traffic class and flow label in line. RFC 6282 3.1.1.
    pub fn tf_octets(&self) -> usize {
        [4, 3, 1, 0][usize::from(self.tf)]
    }

    /// Whether these bits mean nothing. RFC 6282 3.1.1 reserves them.
    pub fn is_reserved(&self) -> bool {
        match (self.m, self.dac) {
            (false, true) => self.dam == 0,
            (true, true) => self.dam != 0,
            _ => false,
        }
    }
}

/// The interface identifiers that the encapsulating header implies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Iids {
    pub source: [u8; 8],
    pub destination: [u8; 8],
}

impl From<Link> for Iids {
    fn from(link: Link) -> Self {
        Iids {
            source: link.source.iid(),
            destination: link.destination.iid(),
        }
    }
}

/// `0000:00ff:fe00:XXXX`, the interface identifier behind 16 bits in line.
/// RFC 6282 3.1.1.
pub(crate) fn short_iid([high, low]: [u8; 2]) -> [u8; 8] {
    [0, 0, 0, 0xff, 0xfe, 0, high, low]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_base_reads_back() {
        for value in 0x6000..=0x7fffu16 {
            let octets = value.to_be_bytes();
            let base = Base::read(&mut Reader::new(&octets)).unwrap();
            assert_eq!(base.octets(), octets);
        }
    }
}
