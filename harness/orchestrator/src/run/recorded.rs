//! Reads a run's folder: to carry it on, to report it, to judge it again.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use sixlo_judge::evidence::Evidence;
use sixlo_judge::name::DutName;
use sixlo_judge::verdict::Judgement;

use super::attempts;
use super::error::JournalError;
use super::header::Header;
use super::line::{Line, Place};
use crate::capture;

/// The longest line that is read, in octets: a device that floods is cut off far below.
const MAX_LINE_OCTETS: u64 = 64 * 1024 * 1024;

/// A run as it stands on disk.
#[derive(Debug)]
pub struct Recorded {
    /// Its folder.
    pub folder: PathBuf,
    /// What it was made of.
    pub header: Header,
    /// Every whole line, in the order of recording.
    pub lines: Vec<Line>,
    /// Where the whole lines end, in octets; behind it a killed run may have left half a line.
    pub end: u64,
}

impl Recorded {
    /// Reads a run's folder, all but its captures.
    pub fn read(folder: &Path) -> Result<Recorded, JournalError> {
        let header_path = header_path(folder);
        let text = match fs::read_to_string(&header_path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(JournalError::NoRun {
                    path: folder.to_owned(),
                });
            }
            Err(error) => return Err(JournalError::read(&header_path, error)),
        };
        let header = serde_json::from_str(&text)
            .map_err(|error| JournalError::no_json(&header_path, error.line(), &error))?;
        let (lines, end) = read_lines(&trials_path(folder))?;
        Ok(Recorded {
            folder: folder.to_owned(),
            header,
            lines,
            end,
        })
    }

    /// What these attempts at one trial come to, in the order in which they were played.
    pub fn word(&self, attempts: &[&Line]) -> Judgement {
        let judgements: Vec<Judgement> =
            attempts.iter().map(|line| line.judgement.clone()).collect();
        let loss = self.header.selection.loss;
        let frames = attempts.first().map_or(0, |line| line.frames_sent());
        attempts::word(&judgements, attempts::lost_exchanges(frames, loss))
    }

    /// The evidence of the n-th line, counted from 0, made whole again.
    pub fn evidence(&self, n: usize) -> Result<Evidence, JournalError> {
        let line = &self.lines[n];
        let path = capture_path(&self.folder, &line.trial.dut.0);
        let Place { start, end, .. } = line.capture;
        let packets = if start == end {
            Vec::new()
        } else {
            capture::read_range(&path, start..end, self.header.started.epoch())?
        };
        line.evidence(packets)
            .map_err(|error| JournalError::Evidence {
                path: trials_path(&self.folder),
                line: n + 1,
                error,
            })
    }
}

/// The last run in the folder of all runs.
pub fn latest(runs: &Path) -> Result<PathBuf, JournalError> {
    let entries = match fs::read_dir(runs) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(JournalError::Empty {
                path: runs.to_owned(),
            });
        }
        Err(error) => return Err(JournalError::read(runs, error)),
    };
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| header_path(path).exists())
        .max()
        .ok_or_else(|| JournalError::Empty {
            path: runs.to_owned(),
        })
}

pub(super) fn header_path(folder: &Path) -> PathBuf {
    folder.join("run.json")
}

pub(super) fn trials_path(folder: &Path) -> PathBuf {
    folder.join("trials.jsonl")
}

/// A device's capture. Its name is the device's: letters, digits, hyphens.
pub fn capture_path(folder: &Path, dut: &str) -> PathBuf {
    folder.join(format!("{dut}.pcapng"))
}

fn read_lines(path: &Path) -> Result<(Vec<Line>, u64), JournalError> {
    let file = File::open(path).map_err(|error| JournalError::read(path, error))?;
    let mut reader = BufReader::new(file);
    let (mut lines, mut end, mut octets) = (Vec::new(), 0, Vec::new());
    let mut captures: HashMap<DutName, Place> = HashMap::new();
    loop {
        octets.clear();
        let length = reader
            .by_ref()
            .take(MAX_LINE_OCTETS)
            .read_until(b'\n', &mut octets)
            .map_err(|error| JournalError::read(path, error))?;
        if octets.last() != Some(&b'\n') {
            if length as u64 == MAX_LINE_OCTETS {
                let what = format!("a line of more than {MAX_LINE_OCTETS} octets");
                return Err(JournalError::damaged(path, lines.len() + 1, what));
            }
            // The end of the file; what is left over is half a line of a killed run.
            return Ok((lines, end));
        }
        let line: Line = serde_json::from_slice(&octets)
            .map_err(|error| JournalError::no_json(path, lines.len() + 1, &error))?;
        // It becomes a part of a path.
        if !is_plain_name(&line.trial.dut.0) {
            let what = format!("`{}` is no device's name", line.trial.dut);
            return Err(JournalError::damaged(path, lines.len() + 1, what));
        }
        let before = captures.entry(line.trial.dut.clone()).or_default();
        if !line.capture.follows(*before) {
            let what = "its packets do not follow on those of the line before".to_owned();
            return Err(JournalError::damaged(path, lines.len() + 1, what));
        }
        *before = line.capture;
        lines.push(line);
        end += length as u64;
    }
}

fn is_plain_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+');
    !name.is_empty() && !name.starts_with('.') && name.chars().all(plain)
}
