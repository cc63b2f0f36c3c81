//! Reads a file that a person wrote: text, of a size that a person writes.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::error::{CatalogueError, Place};

/// The longest file that is read, in octets: forty times the longest there is.
const MOST_OCTETS: u64 = 4 * 1024 * 1024;

/// The whole file.
///
/// # Errors
/// If it is none, cannot be read, is too long, or no UTF-8; the last with its place.
pub fn read_text(path: &Path) -> Result<String, CatalogueError> {
    let file = || path.display().to_string();
    let wrong = |text: String| CatalogueError::new(Place::file(file()), text);
    let unreadable = |error: io::Error| wrong(format!("cannot be read: {error}"));
    // A pipe would be waited for, and a device never ends.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(wrong("is no regular file".to_owned()));
    }
    let mut octets = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MOST_OCTETS + 1).read_to_end(&mut octets))
        .map_err(unreadable)?;
    if octets.len() as u64 > MOST_OCTETS {
        return Err(wrong(format!(
            "is longer than {} MiB; put it into several files",
            MOST_OCTETS >> 20
        )));
    }
    String::from_utf8(octets).map_err(|error| {
        let end = error.utf8_error().valid_up_to();
        let octets = error.as_bytes();
        let before = String::from_utf8_lossy(&octets[..end]);
        let last_line = before.rsplit('\n').next().unwrap_or_default();
        let place = Place {
            file: file(),
            line: before.matches('\n').count() as u64 + 1,
            column: last_line.chars().count() as u64 + 1,
        };
        let octet = octets.get(end).copied().unwrap_or_default();
        CatalogueError::new(
            place,
            format!("octet {octet:02x} is no UTF-8; write the file as UTF-8"),
        )
    })
}
