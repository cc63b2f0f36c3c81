//! trials.jsonl, line by line: believed only as far as it is one of ours.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use sixlo_judge::name::DutName;

use super::error::JournalError;
use super::line::{Line, Place};

/// The longest line that is read, in octets: a device that floods is cut off far below.
const MAX_LINE_OCTETS: u64 = 64 * 1024 * 1024;

/// Hands over every whole line with its number, counted from 1, and says where they end,
/// in octets. `damaged` hears of each line that is none, and ends the reading with an error.
pub(super) fn read(
    path: &Path,
    mut damaged: impl FnMut(JournalError) -> Result<(), JournalError>,
    mut take: impl FnMut(usize, Line),
) -> Result<u64, JournalError> {
    let failed = |error| JournalError::read(path, error);
    let mut reader = BufReader::new(File::open(path).map_err(failed)?);
    let (mut end, mut octets) = (0, Vec::new());
    let mut captures = Captures::default();
    for number in 1.. {
        octets.clear();
        let length = reader
            .by_ref()
            .take(MAX_LINE_OCTETS)
            .read_until(b'\n', &mut octets)
            .map_err(failed)? as u64;
        let mut rest = 0;
        let line = if octets.last() == Some(&b'\n') {
            line(path, number, &octets).and_then(|line| captures.admit(path, number, line))
        } else if length == MAX_LINE_OCTETS {
            let what = format!("a line of more than {MAX_LINE_OCTETS} octets");
            rest = skip_line(&mut reader).map_err(failed)?;
            Err(JournalError::damaged(path, number, what))
        } else {
            // The end of the file; what is left over is half a line of a killed run.
            break;
        };
        match line {
            Ok(line) => take(number, line),
            Err(error) => {
                damaged(error)?;
                captures.is_broken = true;
                captures.last.clear();
            }
        }
        end += length + rest;
    }
    Ok(end)
}

fn line(path: &Path, number: usize, octets: &[u8]) -> Result<Line, JournalError> {
    let line: Line = serde_json::from_slice(octets)
        .map_err(|error| JournalError::no_json(path, number, &error))?;
    // It becomes a part of a path.
    if !is_plain_name(&line.trial.dut.0) {
        let what = format!("`{}` is no device's name", line.trial.dut);
        return Err(JournalError::damaged(path, number, what));
    }
    Ok(line)
}

/// Where the packets of the lines so far stand.
#[derive(Default)]
struct Captures {
    last: HashMap<DutName, Place>,
    /// A line was lost: whose packets it had nobody knows.
    is_broken: bool,
}

impl Captures {
    /// The line, if its packets can stand where it says.
    fn admit(&mut self, path: &Path, number: usize, line: Line) -> Result<Line, JournalError> {
        let stands = match self.last.get(&line.trial.dut) {
            Some(before) => line.capture.follows(*before),
            None if self.is_broken => line.capture.stands(),
            None => line.capture.follows(Place::default()),
        };
        if !stands {
            let what = "its packets do not follow on those of the line before";
            return Err(JournalError::damaged(path, number, what));
        }
        self.last.insert(line.trial.dut.clone(), line.capture);
        Ok(line)
    }
}

/// Octets up to the line's end.
fn skip_line(reader: &mut impl BufRead) -> io::Result<u64> {
    let mut skipped = 0;
    loop {
        let octets = reader.fill_buf()?;
        let (length, is_end) = match octets.iter().position(|&octet| octet == b'\n') {
            Some(at) => (at + 1, true),
            None => (octets.len(), octets.is_empty()),
        };
        reader.consume(length);
        skipped += length as u64;
        if is_end {
            return Ok(skipped);
        }
    }
}

fn is_plain_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+');
    !name.is_empty() && !name.starts_with('.') && name.chars().all(plain)
}
