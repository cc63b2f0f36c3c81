//! The frame check sequence of IEEE 802.15.4: CRC-16 over the whole PSDU,
//! polynomial x16 + x12 + x5 + 1, bits reflected, sent low octet first.

/// Octets of an FCS.
pub const LENGTH: usize = 2;

fn checksum(octets: &[u8]) -> u16 {
    octets.iter().fold(0, |crc, octet| {
        (0..8).fold(crc ^ u16::from(*octet), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0x8408
            } else {
                crc >> 1
            }
        })
    })
}

/// Whether the PSDU's last two octets are the FCS of the others.
pub fn is_right(psdu: &[u8]) -> bool {
    psdu.split_last_chunk()
        .is_some_and(|(frame, fcs)| checksum(frame).to_le_bytes() == *fcs)
}

/// Writes the FCS of the frame before it into the PSDU's last two octets.
pub fn fill_in(psdu: &mut [u8]) {
    if let Some((frame, fcs)) = psdu.split_last_chunk_mut() {
        *fcs = checksum(frame).to_le_bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_is_noticed() {
        // The check value of this CRC over "123456789" is 0x2189.
        let mut psdu = *b"123456789\0\0";
        fill_in(&mut psdu);
        assert_eq!(psdu[9..], [0x89, 0x21]);
        for bit in 0..psdu.len() * 8 {
            psdu[bit / 8] ^= 1 << (bit % 8);
            assert!(!is_right(&psdu), "bit {bit}");
            psdu[bit / 8] ^= 1 << (bit % 8);
        }
        assert!(is_right(&psdu));
        assert!(!is_right(&[0]));
    }
}
