//! Reads a run's folder: to carry it on, to report it, to judge it again.

use std::fs;
use std::path::{Path, PathBuf};

use sixlo_judge::evidence::Evidence;
use sixlo_judge::verdict::Judgement;

use super::attempts;
use super::error::JournalError;
use super::header::Header;
use super::line::{Line, Place};
use super::lines;
use crate::capture;
use crate::tester::Security;

/// A run as it stands on disk.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Its folder.
    pub folder: PathBuf,
    /// What it was made of.
    pub header: Header,
    /// Every whole line, in the order of recording.
    pub lines: Vec<Line>,
    /// Where the whole lines end, in octets; behind it a killed run may have left half a line.
    pub end: u64,
    /// Where each line stands in the file, counted from 1.
    numbers: Vec<usize>,
}

/// What of a run's lines cannot be read.
#[derive(Debug, Default)]
pub struct Damage {
    /// The first of them.
    pub first: Vec<JournalError>,
    /// How many lines they are.
    pub lines: usize,
}

impl Damage {
    /// More are counted, and not told one by one.
    const MOST_TOLD: usize = 20;

    fn note(&mut self, error: JournalError) {
        self.lines += 1;
        if self.first.len() < Self::MOST_TOLD {
            self.first.push(error);
        }
    }
}

impl Recorded {
    /// Reads a run's folder, all but its captures.
    pub fn read(folder: &Path) -> Result<Recorded, JournalError> {
        Recorded::read_with(folder, Err)
    }

    /// Reads what is left of a run's folder: a damaged line costs itself alone.
    pub fn salvage(folder: &Path) -> Result<(Recorded, Damage), JournalError> {
        let mut damage = Damage::default();
        let recorded = Recorded::read_with(folder, |error| {
            damage.note(error);
            Ok(())
        })?;
        Ok((recorded, damage))
    }

    fn read_with(
        folder: &Path,
        damaged: impl FnMut(JournalError) -> Result<(), JournalError>,
    ) -> Result<Recorded, JournalError> {
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
        let mut lines = Vec::new();
        let mut numbers = Vec::new();
        let end = lines::read(&trials_path(folder), damaged, |number, line| {
            numbers.push(number);
            lines.push(line);
        })?;
        Ok(Recorded {
            folder: folder.to_owned(),
            header,
            lines,
            end,
            numbers,
        })
    }

    /// The same run with some of its lines alone.
    #[must_use]
    pub fn only(&self, mut keeps: impl FnMut(&Line) -> bool) -> Recorded {
        let lines = self.lines.iter().zip(&self.numbers);
        let (lines, numbers) = lines
            .filter(|(line, _)| keeps(line))
            .map(|(line, number)| (line.clone(), *number))
            .unzip();
        Recorded {
            lines,
            numbers,
            ..self.clone()
        }
    }

    /// What these attempts at one trial come to, in the order in which they were played.
    pub fn word(&self, attempts: &[&Line]) -> Judgement {
        let judgements: Vec<Judgement> =
            attempts.iter().map(|line| line.judgement.clone()).collect();
        let dut = attempts.first().map(|line| &line.trial.dut);
        let profiles = &self.header.profiles;
        let profile = profiles.iter().find(|profile| Some(&profile.name) == dut);
        let measured = profile.map_or(0.0, |profile| profile.loss);
        let way = attempts::Way {
            frames: attempts.first().map_or(0, |line| line.frames_sent()),
            loss: attempts::either(self.header.selection.loss, measured),
        };
        attempts::word(&judgements, way)
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
        let mut evidence = line
            .evidence(packets)
            .map_err(|error| JournalError::Evidence {
                path: trials_path(&self.folder),
                line: self.numbers[n],
                error,
            })?;
        let profiles = &self.header.profiles;
        let profile = profiles.iter().find(|one| one.name == line.trial.dut);
        let security = profile.and_then(|one| Security::of(&one.link, &one.addresses));
        if let Some(security) = security {
            security.open_all(&mut evidence);
        }
        Ok(evidence)
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
