//! The frame check sequence of IEEE 802.15.4: CRC-16 over the whole PSDU,
//! polynomial x16 + x12 + x5 + 1, bits reflected, sent low octet first.

use crc::{CRC_16_KERMIT, Crc, Table};

/// The large tables are for hosts: in a microcontroller's flash they are much.
#[cfg(target_os = "none")]
type Tables = Table<1>;
#[cfg(not(target_os = "none"))]
type Tables = Table<16>;

static CRC: Crc<u16, Tables> = Crc::<u16, Tables>::new(&CRC_16_KERMIT);

/// Octets of an FCS.
pub const LENGTH: usize = 2;

/// The frame without its FCS, if that is right.
pub fn check(psdu: &[u8]) -> Option<&[u8]> {
    let (frame, fcs) = psdu.split_last_chunk::<LENGTH>()?;
    (of(frame) == *fcs).then_some(frame)
}

/// The FCS of a frame without one, as sent.
pub fn of(frame: &[u8]) -> [u8; LENGTH] {
    CRC.checksum(frame).to_le_bytes()
}

/// Adds the FCS to a frame.
pub fn append(frame: &mut (impl AsRef<[u8]> + Extend<u8>)) {
    let fcs = of(frame.as_ref());
    frame.extend(fcs);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acknowledgement_of_the_standard() {
        // An acknowledgement with sequence number 0x56; IEEE 802.15.4-2006 7.2.1.9 defines the
        // polynomial over 02 00 56, shifted bit by bit.
        let mut frame = vec![0x02, 0x00, 0x56];
        let by_hand = frame.iter().fold(0u16, |mut crc, octet| {
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
        append(&mut frame);
        assert_eq!(frame[3..], by_hand.to_le_bytes());
        assert_eq!(check(&frame), Some(&[0x02, 0x00, 0x56][..]));
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let mut frame = b"sixty-six octets of nothing".to_vec();
        append(&mut frame);
        for bit in 0..frame.len() * 8 {
            frame[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(check(&frame), None, "bit {bit}");
            frame[bit / 8] ^= 1 << (bit % 8);
        }
        assert_eq!(check(&[]), None);
        assert_eq!(check(&[0]), None);
    }
}
