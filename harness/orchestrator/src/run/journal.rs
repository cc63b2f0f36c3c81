//! Appends what was recorded to a run's folder: first the packets, then the line.
//!
//! `run.json` says what the run is made of, `trials.jsonl` holds one line an
//! attempt, `<dut>.pcapng` its packets. A line is written only after its packets
//! have reached the file, so whatever kills the run, every whole line is true.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use sixlo_judge::evidence::Evidence;
use sixlo_judge::meta::TrialMeta;
use sixlo_judge::name::DutName;
use sixlo_judge::profile::Profile;
use sixlo_judge::verdict::Judgement;

use super::error::JournalError;
use super::event::LeftOut;
use super::header::Header;
use super::line::{self, Line, Place};
use super::recorded::{Recorded, capture_path, header_path, trials_path};
use crate::capture::Writer;

/// One attempt at one trial, to be recorded.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The trial.
    pub trial: TrialMeta,
    /// What was seen.
    pub evidence: Evidence,
    /// What the judge said.
    pub judgement: Judgement,
}

/// A run's folder, open for writing.
pub struct Journal {
    folder: PathBuf,
    header: Header,
    trials: File,
    captures: BTreeMap<DutName, Capture>,
    /// Packets that captures held before they were opened.
    packets: BTreeMap<DutName, u64>,
    /// Whole lines that wait until their packets have reached their files.
    pending: Vec<u8>,
    /// The end, in octets, of the last line that is known to be written.
    recorded: u64,
}

/// A device's capture.
struct Capture {
    path: PathBuf,
    writer: Writer<BufWriter<File>>,
    /// Packets in it.
    packets: u64,
    /// The end, in octets, of the last packet whose line is written.
    recorded: u64,
}

impl Journal {
    /// Makes the folder of a new run below `runs`, named after its start.
    pub fn create(runs: &Path, header: Header) -> Result<Journal, JournalError> {
        let name = header.started.name();
        Journal::create_named(runs, &name, header)
    }

    /// Makes the folder of a new run below `runs`, under a name of its own.
    pub fn create_named(runs: &Path, name: &str, header: Header) -> Result<Journal, JournalError> {
        let folder = new_folder(runs, name)?;
        let trials = match begin(&folder, &header) {
            Ok(trials) => trials,
            Err(error) => {
                // Half a beginning is no run that could be carried on.
                let _ = fs::remove_dir_all(&folder);
                return Err(JournalError::Create {
                    path: folder,
                    error,
                });
            }
        };
        Ok(Journal {
            folder,
            header,
            trials,
            captures: BTreeMap::new(),
            packets: BTreeMap::new(),
            pending: Vec::new(),
            recorded: 0,
        })
    }

    /// Carries a run on: cuts the half line and the packets without a line that
    /// a killed run leaves.
    pub fn resume(recorded: &Recorded) -> Result<Journal, JournalError> {
        let folder = &recorded.folder;
        let trials = trials_path(folder);
        let file = File::options()
            .append(true)
            .open(&trials)
            .and_then(|file| file.set_len(recorded.end).map(|()| file))
            .map_err(|error| written(folder, &trials, error))?;
        for (dut, recorded) in recorded.capture_ends() {
            cut_capture(folder, dut, recorded)?;
        }
        Ok(Journal {
            folder: folder.clone(),
            header: recorded.header.clone(),
            trials: file,
            captures: BTreeMap::new(),
            packets: recorded.packets(),
            pending: Vec::new(),
            recorded: recorded.end,
        })
    }

    /// The run's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the run is made of.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Notes a device as it was found.
    pub fn opened(&mut self, profile: &Profile) -> Result<(), JournalError> {
        let Header {
            profiles, left_out, ..
        } = &mut self.header;
        let is_left_out = |left_out: &LeftOut| left_out.dut == profile.name;
        let was_left_out = left_out.iter().any(is_left_out);
        left_out.retain(|left_out| !is_left_out(left_out));
        match profiles.iter_mut().find(|known| known.name == profile.name) {
            Some(known) if known == profile && !was_left_out => return Ok(()),
            Some(known) => *known = profile.clone(),
            None => profiles.push(profile.clone()),
        }
        self.write_header()
    }

    /// Notes a device that was left out.
    pub fn left_out(&mut self, left_out: &LeftOut) -> Result<(), JournalError> {
        self.header
            .left_out
            .retain(|other| other.dut != left_out.dut);
        self.header.left_out.push(left_out.clone());
        self.write_header()
    }

    /// Records an attempt. It is on disk after the next [`flush`](Self::flush).
    pub fn append(&mut self, attempt: &Attempt) -> Result<(), JournalError> {
        let Attempt {
            trial,
            evidence,
            judgement,
        } = attempt;
        let title = trial.title();
        let mut marks = Vec::with_capacity(evidence.events.len());
        let capture = self.capture(&trial.dut)?;
        let start = capture.writer.offset();
        let before = capture.packets;
        let mut wrote = Ok(());
        for (at, event) in evidence.events.iter().enumerate() {
            let (mark, packet) = line::split(&title, event, evidence.octets_on_air(at));
            if let Some(packet) = packet {
                wrote = wrote.and_then(|()| capture.writer.write(&packet));
                capture.packets += 1;
            }
            marks.push(mark);
        }
        let place = Place {
            start,
            end: capture.writer.offset(),
            first: before + 1,
            packets: capture.packets - before,
        };
        let path = capture.path.clone();
        wrote.map_err(|error| written(&self.folder, &path, error))?;
        let line = Line {
            trial: trial.clone(),
            attempt: evidence.attempt,
            relaxed: evidence.relaxed,
            judgement: judgement.clone(),
            stop: evidence.stop,
            lossless: evidence.lossless,
            disturbed: evidence.disturbed,
            capture: place,
            events: marks,
        };
        serde_json::to_writer(&mut self.pending, &line).expect("a line has no odd keys");
        self.pending.push(b'\n');
        Ok(())
    }

    /// Brings everything appended so far to the files: packets, then lines.
    pub fn flush(&mut self) -> Result<(), JournalError> {
        for capture in self.captures.values_mut() {
            capture
                .writer
                .flush()
                .map_err(|error| written(&self.folder, &capture.path, error))?;
        }
        self.trials
            .write_all(&self.pending)
            .map_err(|error| written(&self.folder, &trials_path(&self.folder), error))?;
        self.recorded += self.pending.len() as u64;
        self.pending.clear();
        for capture in self.captures.values_mut() {
            capture.recorded = capture.writer.offset();
        }
        Ok(())
    }

    /// After a failed write: takes back what was written of the last batch, lines
    /// and packets alike, so that each line's packets are there and the captures open
    /// clean. A failure here changes nothing of worth; [`resume`](Self::resume) does
    /// the same.
    pub(super) fn abandon(self) {
        let _ = self.trials.set_len(self.recorded);
        for capture in self.captures.into_values() {
            // What waits in its buffer is dropped, not written.
            let (file, _) = capture.writer.into_inner().into_parts();
            let _ = file.set_len(capture.recorded);
        }
    }

    fn capture(&mut self, dut: &DutName) -> Result<&mut Capture, JournalError> {
        if !self.captures.contains_key(dut) {
            let path = capture_path(&self.folder, &dut.0);
            let open = || -> io::Result<(Writer<BufWriter<File>>, u64)> {
                let file = File::options().append(true).create(true).open(&path)?;
                let length = file.metadata()?.len();
                let epoch = self.header.started.epoch();
                Ok((Writer::begin(buffered(file), length, epoch)?, length))
            };
            let (writer, recorded) = open().map_err(|error| written(&self.folder, &path, error))?;
            let capture = Capture {
                path,
                writer,
                packets: self.packets.get(dut).copied().unwrap_or(0),
                recorded,
            };
            self.captures.insert(dut.clone(), capture);
        }
        Ok(self.captures.get_mut(dut).expect("it was just put there"))
    }

    fn write_header(&self) -> Result<(), JournalError> {
        write_header(&self.folder, &self.header)
            .map_err(|error| written(&self.folder, &header_path(&self.folder), error))
    }
}

impl Recorded {
    /// Each device's capture, and where its last recorded packet ends.
    fn capture_ends(&self) -> BTreeMap<&str, u64> {
        // A capture of a device without a whole line holds nothing of worth.
        let opened = self
            .header
            .profiles
            .iter()
            .map(|profile| (&profile.name.0, 0));
        let lines = self
            .lines
            .iter()
            .map(|line| (&line.trial.dut.0, line.capture.end));
        let mut ends = BTreeMap::new();
        for (dut, end) in opened.chain(lines) {
            let last = ends.entry(dut.as_str()).or_insert(0);
            *last = end.max(*last);
        }
        ends
    }

    /// Packets in each device's capture.
    fn packets(&self) -> BTreeMap<DutName, u64> {
        let mut packets = BTreeMap::new();
        for line in &self.lines {
            *packets.entry(line.trial.dut.clone()).or_insert(0) += line.capture.packets;
        }
        packets
    }
}

/// A batch goes to its file at once: at 8 KiB a time the file system costs more than
/// all else that is done for a packet.
fn buffered(file: File) -> BufWriter<File> {
    BufWriter::with_capacity(256 * 1024, file)
}

fn cut_capture(folder: &Path, dut: &str, recorded: u64) -> Result<(), JournalError> {
    let path = capture_path(folder, dut);
    let length = match fs::metadata(&path) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(JournalError::read(&path, error)),
    };
    if length < recorded {
        return Err(JournalError::CaptureCut {
            path,
            length,
            recorded,
        });
    }
    if length == recorded {
        return Ok(());
    }
    File::options()
        .write(true)
        .open(&path)
        .and_then(|file| file.set_len(recorded))
        .map_err(|error| written(folder, &path, error))
}

/// What a folder needs before a trial can be recorded in it.
fn begin(folder: &Path, header: &Header) -> io::Result<File> {
    let trials = File::create_new(trials_path(folder))?;
    write_header(folder, header)?;
    Ok(trials)
}

/// Whole or not at all: a new file takes the old one's place.
fn write_header(folder: &Path, header: &Header) -> io::Result<()> {
    let path = header_path(folder);
    let new = path.with_extension("json.new");
    let text = serde_json::to_string_pretty(header).expect("a header has no odd keys");
    fs::write(&new, text + "\n")?;
    fs::rename(&new, &path)
}

fn new_folder(runs: &Path, name: &str) -> Result<PathBuf, JournalError> {
    let failed = |path: &Path, error| JournalError::Create {
        path: path.to_owned(),
        error,
    };
    fs::create_dir_all(runs).map_err(|error| failed(runs, error))?;
    let mut folder = runs.join(name);
    for n in 2.. {
        match fs::create_dir(&folder) {
            Ok(()) => break,
            // Another run began in the same second.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                folder = runs.join(format!("{name}-{n}"));
            }
            Err(error) => return Err(failed(&folder, error)),
        }
    }
    Ok(folder)
}

fn written(folder: &Path, path: &Path, error: io::Error) -> JournalError {
    JournalError::Write {
        path: path.to_owned(),
        folder: folder.to_owned(),
        error,
    }
}
