//! The address filter of a radio, IEEE 802.15.4-2006 7.5.6.2, third level.

/// What every radio takes.
const BROADCAST: u16 = 0xffff;
const BEACON: u16 = 0;
const ACKNOWLEDGEMENT: u16 = 2;
const DATA: u16 = 1;
const COMMAND: u16 = 3;

/// What a radio compares with a frame's destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filter {
    /// The PAN id; 0xffff takes frames to the broadcast PAN alone.
    pub pan: u16,
    /// The 16-bit address; 0xfffe and 0xffff are none.
    pub short: u16,
    /// The EUI-64, least significant octet first, as on air.
    pub extended: [u8; 8],
}

impl Default for Filter {
    fn default() -> Self {
        Filter {
            pan: BROADCAST,
            short: BROADCAST,
            extended: [0; 8],
        }
    }
}

impl Filter {
    /// Whether a radio hands this frame up. It acknowledges none, so that
    /// acknowledgements are none of its business.
    pub fn passes(&self, frame: &[u8]) -> bool {
        let Some(control) = frame.first_chunk().map(|two| u16::from_le_bytes(*two)) else {
            return false;
        };
        match control & 7 {
            BEACON => return true,
            DATA | COMMAND => {}
            ACKNOWLEDGEMENT.. => return false,
        }
        // Behind frame control and sequence number: PAN id, address.
        let Some(pan) = little(frame, 3) else {
            return false;
        };
        let is_address = match control >> 10 & 3 {
            2 => little(frame, 5)
                .is_some_and(|short| short == BROADCAST || short == self.short && short < 0xfffe),
            3 => frame.get(5..13) == Some(&self.extended[..]),
            // No destination: for a PAN coordinator, which no Thread node is.
            _ => false,
        };
        is_address && (pan == BROADCAST || pan == self.pan)
    }
}

fn little(frame: &[u8], at: usize) -> Option<u16> {
    let octets = frame.get(at..)?.first_chunk()?;
    Some(u16::from_le_bytes(*octets))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_is_for_it() {
        let filter = Filter {
            pan: 0xabcd,
            short: 0x1902,
            extended: [1, 2, 3, 4, 5, 6, 7, 8],
        };
        let (dst_short, dst_extended) = (0x08u8, 0x0cu8);
        for (passes, frame) in [
            (true, &[0x41, dst_short, 7, 0xcd, 0xab, 0x02, 0x19][..]),
            (true, &[0x41, dst_short, 7, 0xcd, 0xab, 0xff, 0xff]),
            (true, &[0x41, dst_short, 7, 0xff, 0xff, 0xff, 0xff]),
            (false, &[0x41, dst_short, 7, 0xcd, 0xac, 0x02, 0x19]),
            (false, &[0x41, dst_short, 7, 0xcd, 0xab, 0x03, 0x19]),
            (
                true,
                &[0x41, dst_extended, 7, 0xcd, 0xab, 1, 2, 3, 4, 5, 6, 7, 8],
            ),
            (
                false,
                &[0x41, dst_extended, 7, 0xcd, 0xab, 1, 2, 3, 4, 5, 6, 7, 9],
            ),
            (true, &[0x43, dst_short, 7, 0xcd, 0xab, 0x02, 0x19]), // command
            (false, &[0x42, dst_short, 7, 0xcd, 0xab, 0x02, 0x19]), // acknowledgement
            (false, &[0x41, dst_short, 7, 0xcd]),
            (false, &[0x41]),
        ] {
            assert_eq!(filter.passes(frame), passes, "{frame:02x?}");
        }
    }

    #[test]
    fn has_no_address_before_it_is_given_one() {
        let unset = Filter {
            short: 0xfffe,
            ..Filter::default()
        };
        assert!(!unset.passes(&[0x41, 0x08, 7, 0xff, 0xff, 0xfe, 0xff]));
    }
}
