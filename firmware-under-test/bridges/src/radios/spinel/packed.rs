//! Spinel's data types: little-endian numbers, numbers packed in groups of seven bits, and
//! data behind its length.

/// The largest packed number: three octets of seven bits, as Spinel limits it.
const LARGEST_PACKED: u32 = (1 << 21) - 1;

/// Reads one value after the other; none where there are too few octets.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Reads these.
    pub fn new(octets: &'a [u8]) -> Reader<'a> {
        Reader(octets)
    }

    /// What is left.
    pub fn rest(self) -> &'a [u8] {
        self.0
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (value, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*value)
    }

    /// `C`
    pub fn u8(&mut self) -> Option<u8> {
        self.take::<1>().map(|[octet]| octet)
    }

    /// `c`
    pub fn i8(&mut self) -> Option<i8> {
        self.u8().map(u8::cast_signed)
    }

    /// `S`
    pub fn u16(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    /// `X`
    pub fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    /// `i`: seven bits an octet, least first, the eighth says that more follow.
    pub fn packed(&mut self) -> Option<u32> {
        let mut value = 0;
        for shift in [0, 7, 14] {
            let octet = self.u8()?;
            value |= u32::from(octet & 0x7f) << shift;
            if octet & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// `d` or `t(...)`: a length of two octets, and so many.
    pub fn data(&mut self) -> Option<&'a [u8]> {
        let length = self.u16()?;
        let (data, rest) = self.0.split_at_checked(length.into())?;
        self.0 = rest;
        Some(data)
    }

    /// `U`: text that a zero ends, or the end; cut where it is longer than `most`.
    pub fn text(&mut self, most: usize) -> String {
        let end = self.0.iter().position(|octet| *octet == 0);
        let (text, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = rest.get(1..).unwrap_or(&[]);
        String::from_utf8_lossy(&text[..text.len().min(most)]).into_owned()
    }
}

/// Appends a packed number.
pub fn write_packed(value: u32, into: &mut Vec<u8>) {
    debug_assert!(value <= LARGEST_PACKED);
    let mut left = value.min(LARGEST_PACKED);
    while left > 0x7f {
        into.push(left as u8 & 0x7f | 0x80);
        left >>= 7;
    }
    into.push(left as u8);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn packed_numbers_by_hand() {
        for (value, octets) in [
            (0, &[0][..]),
            (127, &[0x7f]),
            (128, &[0x80, 0x01]),
            (1337, &[0xb9, 0x0a]),
            (LARGEST_PACKED, &[0xff, 0xff, 0x7f]),
        ] {
            let mut written = Vec::new();
            write_packed(value, &mut written);
            assert_eq!(written, octets, "{value}");
            assert_eq!(Reader::new(octets).packed(), Some(value));
        }
        assert_eq!(Reader::new(&[0xff, 0xff, 0xff, 0x01]).packed(), None);
        assert_eq!(Reader::new(&[0x80]).packed(), None);
    }

    #[test]
    fn data_is_never_longer_than_what_is_there() {
        let mut reader = Reader::new(&[2, 0, 7, 8, 9, 0, 1]);
        assert_eq!(reader.data(), Some(&[7, 8][..]));
        assert_eq!(reader.data(), None);
    }

    #[test]
    fn a_text_ends_at_its_zero_or_with_the_octets() {
        let mut reader = Reader::new(b"RCP/1\0rest");
        assert_eq!(
            (reader.text(9), reader.text(2)),
            ("RCP/1".into(), "re".into())
        );
        assert_eq!(reader.rest(), b"");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(value in 0..=LARGEST_PACKED) {
            let mut written = Vec::new();
            write_packed(value, &mut written);
            prop_assert_eq!(Reader::new(&written).packed(), Some(value));
        }
    }
}
