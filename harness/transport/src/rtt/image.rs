//! What a board's image says: octets for the flash, and where the firmware has what the
//! host looks for.

use std::path::Path;

use object::{Object, ObjectSegment, ObjectSymbol};

use super::log::Texts;
use crate::TransportError;

/// Octets of an image; more is no board's.
const LARGEST: u64 = 64 << 20;

/// An image.
#[derive(Debug, Clone)]
pub(super) struct Image {
    /// Addresses and what belongs there.
    pub segments: Vec<(u64, Vec<u8>)>,
    /// `_SEGGER_RTT`, the control block.
    pub control_block: u64,
    /// `SIXLO_LAST_WORDS`.
    pub last_words: Option<u64>,
    /// What its log's numbers mean.
    pub texts: Texts,
}

impl Image {
    /// Reads the file.
    ///
    /// # Errors
    /// If it is no ELF file, or none with RTT.
    pub fn read(path: &Path) -> Result<Self, TransportError> {
        let wrong = |why: String| TransportError::Way {
            way: format!("image {}", path.display()),
            why,
        };
        let length = std::fs::metadata(path).map_err(|error| wrong(error.to_string()))?;
        if length.len() > LARGEST {
            return Err(wrong(format!("more than {} MiB", LARGEST >> 20)));
        }
        let octets = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
        Image::parse(&octets).map_err(wrong)
    }

    fn parse(octets: &[u8]) -> Result<Self, String> {
        type Elf<'d> = object::read::elf::ElfFile32<'d>;
        let no_elf = |error: object::Error| format!("no ELF file of a 32-bit chip: {error}");
        let elf: Elf<'_> = Elf::parse(octets).map_err(no_elf)?;
        let mut segments = Vec::new();
        for segment in elf.segments() {
            let data = segment.data().map_err(no_elf)?;
            if !data.is_empty() {
                // Where it is stored, not where it is copied to.
                let at = segment.elf_program_header().p_paddr.get(elf.endian());
                segments.push((u64::from(at), data.to_vec()));
            }
        }
        if segments.is_empty() {
            return Err("nothing in it goes into a flash".to_owned());
        }
        let mut texts = Texts::default();
        for symbol in elf.symbols() {
            if let Ok(name) = symbol.name() {
                texts.add(symbol.address(), name);
            }
        }
        let symbol = |name: &str| {
            let mut symbols = elf.symbols();
            symbols
                .find(|symbol| symbol.name() == Ok(name))
                .map(|symbol| symbol.address())
        };
        Ok(Image {
            segments,
            control_block: symbol("_SEGGER_RTT")
                .ok_or("no symbol `_SEGGER_RTT`: an image without RTT, or stripped")?,
            last_words: symbol("SIXLO_LAST_WORDS"),
            texts,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_image_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.elf");
        let said = |octets: &[u8]| {
            std::fs::write(&path, octets).unwrap();
            Image::read(&path).unwrap_err().to_string()
        };
        assert!(said(b"").contains("a.elf: no ELF file"));
        assert!(said(&[0x7f, b'E', b'L', b'F', 1, 1, 1, 0, 0]).contains("no ELF file"));
    }

    proptest! {
        #[test]
        fn no_file_breaks_it(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Image::parse(&octets);
            let mut elf = vec![0x7f, b'E', b'L', b'F', 1, 1, 1, 0];
            elf.extend(octets);
            let _ = Image::parse(&elf);
        }
    }
}
