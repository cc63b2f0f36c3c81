//! Why a file is no capture that frames can be read from.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// What may be given.
const ALLOWED: &str = "pcap or pcapng, as it is or compressed with gzip";

/// Why a file is no capture that frames can be read from.
#[derive(Debug, Error)]
pub enum ForeignError {
    /// It cannot be opened or read.
    #[error("cannot read the capture {}: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It holds no octet.
    #[error("{}: the file is empty (allowed: {ALLOWED}); capture again, or look whether the sniffer could write", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// It begins as no capture does.
    #[error("{}: not a capture: it begins with {magic} (allowed: {ALLOWED}); {next}", path.display())]
    NotACapture {
        /// The file.
        path: PathBuf,
        /// Its first octets in hex.
        magic: String,
        /// What to do.
        next: &'static str,
    },
    /// What stands before its first packet cannot be read.
    #[error("{}, at octet {offset}: {what}; capture it again, or take another copy", path.display())]
    Header {
        /// The file.
        path: PathBuf,
        /// Octets from its start, after unpacking.
        offset: u64,
        /// What is wrong.
        what: String,
    },
    /// Its packets are no frames and hold none.
    #[error(
        "{}, packet {packet}: link type {link} holds no IEEE 802.15.4 frames (allowed: 195, 230 and 283; \
         ZEP on UDP port 17754 in 0, 1, 101, 113, 228, 229 and 276); capture on the sniffer's own interface",
        path.display()
    )]
    LinkType {
        /// The file.
        path: PathBuf,
        /// The first packet of that kind, counted from 1.
        packet: u64,
        /// The link type's number.
        link: u16,
    },
}

/// The one for a file that begins so.
pub(super) fn no_capture(path: &Path, beginning: &[u8]) -> ForeignError {
    let path = path.to_owned();
    if beginning.is_empty() {
        return ForeignError::Empty { path };
    }
    let next = match *beginning {
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "it is compressed with zstd: unpack it first (`zstd -d`)",
        [0x04, 0x22, 0x4d, 0x18, ..] => "it is compressed with lz4: unpack it first (`lz4 -d`)",
        [0xfd, b'7', b'z', b'X', ..] => "it is compressed with xz: unpack it first (`xz -d`)",
        [b'B', b'Z', b'h', ..] => "it is compressed with bzip2: unpack it first (`bzip2 -d`)",
        [b'P', b'K', 3, 4, ..] => "it is a zip: take the capture out of it first (`unzip`)",
        _ => "save it from the sniffer as one of these (`editcap` converts others)",
    };
    let magic: Vec<String> = beginning
        .iter()
        .take(4)
        .map(|octet| format!("{octet:02x}"))
        .collect();
    ForeignError::NotACapture {
        path,
        magic: magic.join(" "),
        next,
    }
}
