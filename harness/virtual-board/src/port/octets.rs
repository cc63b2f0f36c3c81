//! Memory through the access port, as probes do it that are told addresses and octets.

use super::DebugPort;
use crate::error::BoardError;

const CSW: u8 = 0x00;
const TAR: u8 = 0x04;
const DRW: u8 = 0x0c;
/// CSW: addresses count up by the size of an access (ADIv5.2 C2.5.5).
const COUNT_UP: u32 = 1 << 4;
const OCTET: u32 = 0;
const WORD: u32 = 2;
/// TAR counts within so many octets.
const STRETCH: u32 = 0x400;

impl DebugPort {
    /// Reads memory: words where it can be words, octets elsewhere.
    pub fn read_octets(&mut self, address: u32, octets: &mut [u8]) -> Result<(), BoardError> {
        let port = self.memory()?;
        if !are_words(address, octets.len()) {
            port.write(CSW, OCTET | COUNT_UP)?;
            for (at, octet) in (address..).zip(octets) {
                port.write(TAR, at)?;
                *octet = (port.read(DRW)? >> (8 * (at & 3))) as u8;
            }
            return Ok(());
        }
        port.write(CSW, WORD | COUNT_UP)?;
        let mut at = address;
        let mut rest = octets;
        while !rest.is_empty() {
            let (stretch, after) = rest.split_at_mut(rest.len().min(up_to_next(at)));
            let mut words = vec![0; stretch.len() / 4];
            port.write(TAR, at)?;
            port.read_block(DRW, &mut words)?;
            for (place, word) in stretch.chunks_exact_mut(4).zip(words) {
                place.copy_from_slice(&word.to_le_bytes());
            }
            at = at.wrapping_add(stretch.len() as u32);
            rest = after;
        }
        Ok(())
    }

    /// Writes memory in accesses of 1, 2 or 4 octets (`size` 0, 1 or 2).
    pub fn write_octets(
        &mut self,
        address: u32,
        size: u32,
        octets: &[u8],
    ) -> Result<(), BoardError> {
        let port = self.memory()?;
        let size = size.min(WORD);
        port.write(CSW, size | COUNT_UP)?;
        if size == WORD && are_words(address, octets.len()) {
            let mut at = address;
            let mut rest = octets;
            while !rest.is_empty() {
                let (stretch, after) = rest.split_at(rest.len().min(up_to_next(at)));
                let words: Vec<u32> = stretch.chunks_exact(4).map(word).collect();
                port.write(TAR, at)?;
                port.write_block(DRW, &words)?;
                at = at.wrapping_add(stretch.len() as u32);
                rest = after;
            }
            return Ok(());
        }
        let mut at = address;
        for access in octets.chunks(1 << size) {
            port.write(TAR, at)?;
            port.write(DRW, word(access) << (8 * (at & 3)))?;
            at = at.wrapping_add(access.len() as u32);
        }
        Ok(())
    }
}

fn are_words(address: u32, length: usize) -> bool {
    address.is_multiple_of(4) && length.is_multiple_of(4)
}

/// Octets from here to where TAR would not count on.
fn up_to_next(address: u32) -> usize {
    (STRETCH - address % STRETCH) as usize
}

fn word(octets: &[u8]) -> u32 {
    let mut word = [0; 4];
    word[..octets.len()].copy_from_slice(octets);
    u32::from_le_bytes(word)
}
