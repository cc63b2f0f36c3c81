//! The board's PSRAM: a file that QEMU and this process map.

use std::fs::File;
use std::ptr;

use memmap2::{MmapOptions, MmapRaw};

use crate::error::BoardError;

/// Where the AN386 has its PSRAM, and how much (Arm DAI 0386D).
pub const BASE: u32 = 0x2100_0000;
/// Octets of it.
pub const SIZE: u32 = 16 << 20;

/// The PSRAM, read and written while the core runs.
pub struct Memory {
    map: MmapRaw,
}

impl Memory {
    /// Maps the file, which has [`SIZE`] octets.
    ///
    /// # Errors
    /// If the system does not map it.
    pub fn map(file: &File) -> Result<Self, BoardError> {
        let map = MmapOptions::new()
            .len(SIZE as usize)
            .map_raw(file)
            .map_err(BoardError::Memory)?;
        Ok(Memory { map })
    }

    /// Whether a word at this address lies in it.
    pub fn holds(address: u32) -> bool {
        (BASE..BASE + SIZE).contains(&(address & !3))
    }

    /// The aligned word around this address.
    pub fn read(&self, address: u32) -> u32 {
        let place = self.place(address);
        // SAFETY: `place` is aligned and within the map; another process writes there, so
        // each access is volatile and one word, as the core's own are.
        #[allow(unsafe_code)]
        unsafe {
            ptr::read_volatile(place)
        }
    }

    /// Writes the octets of `value` that `lanes` has set (bit n: octet n) into the aligned
    /// word around this address.
    pub fn write(&self, address: u32, value: u32, lanes: u8) {
        let place = self.place(address);
        // SAFETY: as above; an octet alone is written where the word is not, so that what
        // the core writes beside it is not lost.
        #[allow(unsafe_code)]
        unsafe {
            if lanes == 0xf {
                ptr::write_volatile(place, value);
                return;
            }
            for (lane, octet) in value.to_le_bytes().into_iter().enumerate() {
                if lanes & 1 << lane != 0 {
                    ptr::write_volatile(place.cast::<u8>().add(lane), octet);
                }
            }
        }
    }

    fn place(&self, address: u32) -> *mut u32 {
        assert!(Memory::holds(address), "{address:#x} is not in the PSRAM");
        let offset = ((address & !3) - BASE) as usize;
        // SAFETY: the offset is below the map's length.
        #[allow(unsafe_code)]
        unsafe {
            self.map.as_mut_ptr().add(offset).cast::<u32>()
        }
    }
}
