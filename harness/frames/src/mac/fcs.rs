//! The frame check sequence. IEEE 802.15.4-2015 7.2.10: ITU-T CRC-16, sent least significant octet first.

use crc::{CRC_16_KERMIT, Crc, Table};

static CRC: Crc<u16, Table<16>> = Crc::<u16, Table<16>>::new(&CRC_16_KERMIT);

/// The FCS of a MAC header and payload.
pub fn fcs(octets: &[u8]) -> u16 {
    CRC.checksum(octets)
}

/// Whether the last two octets of a PSDU are the FCS of those before; a PSDU of
/// fewer than two octets has none.
pub fn is_fcs_right(psdu: &[u8]) -> bool {
    match psdu.split_last_chunk::<2>() {
        Some((octets, trailer)) => fcs(octets).to_le_bytes() == *trailer,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ACK of sequence number 0x56: FCF 0x0002, sequence number, FCS.
    #[test]
    fn the_fcs_of_an_ack() {
        let mut right = [0x02, 0x00, 0x56, 0x00, 0x00];
        let trailer = fcs(&right[..3]).to_le_bytes();
        right[3..].copy_from_slice(&trailer);
        assert!(is_fcs_right(&right));
        right[4] ^= 1;
        assert!(!is_fcs_right(&right));
        assert!(!is_fcs_right(&[0x00]));
    }

    /// The check value of CRC-16/KERMIT, which is the ITU-T polynomial of 802.15.4.
    #[test]
    fn the_check_value() {
        assert_eq!(fcs(b"123456789"), 0x2189);
    }
}
