//! What a device writes to standard error: bounded, and read when it has died.

use std::fs::File;
use std::os::unix::fs::FileExt;

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
use rustix::io::{Errno, dup};

/// Octets that are kept.
const KEPT: usize = 64 * 1024;
/// Characters at their end that are shown.
const SHOWN: usize = 600;

/// A file in memory that cannot grow: a device that floods its log costs nothing.
pub(super) struct LastWords(File);

impl LastWords {
    /// An empty one.
    pub fn new() -> Result<Self, Errno> {
        let file = memfd_create(
            "device-words",
            MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING,
        )?;
        ftruncate(&file, KEPT as u64)?;
        fcntl_add_seals(&file, SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL)?;
        Ok(LastWords(File::from(file)))
    }

    /// A descriptor for the device to write to.
    pub fn pen(&self) -> Result<File, Errno> {
        Ok(File::from(dup(&self.0)?))
    }

    /// Their end, or nothing.
    pub fn read(&self) -> String {
        let mut octets = vec![0; KEPT];
        if self.0.read_exact_at(&mut octets, 0).is_err() {
            return String::new();
        }
        let end = octets.iter().rposition(|&octet| octet != 0);
        let words = String::from_utf8_lossy(&octets[..end.map_or(0, |at| at + 1)]).into_owned();
        let words = words.trim();
        match words.char_indices().rev().nth(SHOWN) {
            Some((start, _)) => format!("…{}", &words[start..]),
            None => words.to_owned(),
        }
    }
}
