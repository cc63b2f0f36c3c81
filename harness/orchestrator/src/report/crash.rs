//! A breakdown as its finders hand it on: the condition in words, the last words, the fewest
//! frames, and how to bring it about again.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};
use sixlo_frames::context::ContextTable;
use sixlo_frames::dissect::{DissectOptions, FcsMode, dissect, dissect_packet};
use sixlo_judge::day::Day;
use sixlo_judge::known::Known;
use sixlo_judge::meta::TrialMeta;
use sixlo_judge::testcase::TestCase;
use sixlo_judge::trial::TrialStep;

use super::document::{Block, Document};
use super::html::label;
use super::{likewise, markdown};
use crate::capture::{Direction, Interface, Packet, Writer};
use crate::run::{Breakdown, Found, Minimal};

/// One cause, told once.
#[derive(Debug)]
pub struct Crash<'r> {
    /// How the device ended in the run.
    pub breakdown: &'r Breakdown<'r>,
    /// Its trial's case.
    pub case: &'r TestCase,
    /// What trying came to; none where nothing was tried.
    pub found: Option<Found>,
    /// The stack's name and version.
    pub stack: String,
    /// The entry of known.yaml that explains it.
    pub known: Option<&'r Known>,
    /// Nothing of it is to be published before this day.
    pub embargo: Option<Day>,
    /// Trials of other cases that come to the same frames and the same last words.
    pub folded: Vec<&'r TrialMeta>,
}

/// The form of a cause: its last words, and each minimal frame's length and dispatch.
pub type Shape = (String, Vec<(usize, Option<u8>)>);

impl Crash<'_> {
    fn minimal(&self) -> Option<&Minimal> {
        match &self.found {
            Some(Found::Minimal(minimal)) => Some(minimal),
            _ => None,
        }
    }

    /// What two crashes of one cause have in common: last words, and the form of the frames.
    pub fn shape(&self) -> Option<Shape> {
        let minimal = self.minimal()?;
        let shape = minimal.frames.iter().map(|psdu| {
            let dissection = read(psdu, &minimal.contexts);
            let start = dissection.body.map(|body| usize::from(body.start));
            let dispatch = start.and_then(|start| psdu.get(start)).copied();
            (psdu.len(), dispatch)
        });
        Some((self.breakdown.signature(), shape.collect()))
    }

    /// The folder's name: the device, and what stands for the cause.
    pub fn name(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.breakdown.signature());
        match self.minimal() {
            Some(minimal) => minimal.frames.iter().for_each(|psdu| hash.update(psdu)),
            None => hash.update(self.breakdown.trial.title()),
        }
        let hash = hash.finalize();
        let start: String = hash[..4]
            .iter()
            .map(|octet| format!("{octet:02x}"))
            .collect();
        format!("{}-{start}", self.breakdown.trial.dut)
    }

    /// The condition in words: frames, and the state they need.
    pub fn condition(&self) -> String {
        let Some(minimal) = self.minimal() else {
            return format!("whatever {} does", self.breakdown.trial.title());
        };
        let steps: Vec<String> = minimal
            .steps
            .iter()
            .map(|step| words(step, minimal))
            .collect();
        let mut words = match steps.len() {
            1 => steps.concat(),
            count => format!("{count} steps: {}", steps.join("; then ")),
        };
        if minimal.resets_afterwards {
            words += "; then a reset";
        }
        if minimal.needs_control {
            words += "; the sender has exchanged a plain packet with the device before";
        }
        if minimal.needs_settings {
            words += "; with the settings of its case";
        }
        words
    }

    /// Everything about it, name by name.
    pub fn block(&self) -> Block {
        let Breakdown { trial, words, .. } = self.breakdown;
        let mut fields = vec![
            ("condition", self.condition()),
            (
                "last words",
                self.minimal()
                    .map_or(words, |minimal| &minimal.words)
                    .clone(),
            ),
            ("seen in", format!("{}: {}", trial.title(), self.case.title)),
            ("clause", self.case.clause.clone()),
            ("stack", self.stack.clone()),
        ];
        match &self.found {
            Some(Found::Minimal(minimal)) => fields.extend(frames(minimal)),
            Some(Found::NotAgain(why)) => fields.push(("now", why.clone())),
            None => fields.push(("now", "not tried again: the time was over".to_owned())),
        }
        fields.push((
            "again",
            format!("sixlo run {} --dut {}", trial.case, trial.dut),
        ));
        let others: Vec<String> = self
            .breakdown
            .others
            .iter()
            .chain(&self.folded)
            .map(|trial| trial.title())
            .collect();
        if let Some(others) = likewise(others.iter().map(String::as_str)) {
            fields.push(("likewise", others));
        }
        if let Some(known) = self.known {
            let function = known.function.as_ref();
            let function = function.map_or_else(String::new, |function| format!(" ({function})"));
            fields.push(("known", format!("{}{function}", known.reason)));
        }
        if let Some(until) = self.embargo {
            fields.push((
                "embargo",
                format!("until {until}; not to be published before"),
            ));
        }
        Block::Finding {
            title: self.name(),
            fields,
        }
    }

    /// Writes report.md, frames.pcapng and frames.txt into a folder of its own below `crashes`.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, crashes: &Path, epoch: Duration) -> io::Result<PathBuf> {
        let folder = crashes.join(self.name());
        fs::create_dir_all(&folder)?;
        let document = Document(vec![self.block()]);
        fs::write(folder.join("report.md"), markdown::render(&document))?;
        if let Some(minimal) = self.minimal() {
            fs::write(folder.join("frames.txt"), text(minimal))?;
            fs::write(folder.join("frames.pcapng"), capture(minimal, epoch)?)?;
        }
        Ok(folder)
    }
}

fn frames(minimal: &Minimal) -> Vec<(&'static str, String)> {
    let mut fields: Vec<_> = minimal
        .frames
        .iter()
        .map(|psdu| ("frame", format!("{} octets: {}", psdu.len(), hex(psdu))))
        .collect();
    let tries = match minimal.is_smallest {
        true => format!(
            "{}; no step can be left out, and no frame be cut where that was tried",
            minimal.tries
        ),
        false => format!("{}; the time was over, it may be smaller", minimal.tries),
    };
    fields.push(("tries", tries));
    fields
}

fn words(step: &TrialStep, minimal: &Minimal) -> String {
    match step {
        TrialStep::Send(stimulus) => {
            let frames: Vec<String> = stimulus
                .psdus
                .iter()
                .map(|psdu| frame(psdu, &minimal.contexts))
                .collect();
            frames.join(", ")
        }
        TrialStep::SendIpv6(packet) => {
            format!(
                "the device is given an IPv6 packet of {} octets to send",
                packet.len()
            )
        }
        TrialStep::Await(pattern, _) => format!("a frame with {pattern} is awaited"),
        TrialStep::Wait(time) => format!("{time:?} pass"),
        TrialStep::Reset => "the device is reset".to_owned(),
        TrialStep::Tester(setting) => format!("the tester changes: {setting:?}"),
    }
}

/// A frame in a few words: what it carries, how long it is, and what is wrong with it.
fn frame(psdu: &[u8], contexts: &ContextTable) -> String {
    let dissection = read(psdu, contexts);
    let packet = dissect_packet(dissection.packet.as_deref().unwrap_or_default());
    let mut words = format!(
        "a frame of {} octets ({}",
        psdu.len(),
        label(psdu, &dissection, &packet)
    );
    if let Some(problem) = dissection.problems.first() {
        let _ = write!(words, "; {}", problem.kind);
    }
    words + ")"
}

fn read(psdu: &[u8], contexts: &ContextTable) -> sixlo_frames::dissect::Dissection {
    let options = DissectOptions {
        contexts,
        fcs: FcsMode::Present,
        keys: None,
    };
    dissect(psdu, &options)
}

/// A frame a line, in hexadecimal, FCS included.
fn text(minimal: &Minimal) -> String {
    let mut text = String::new();
    for psdu in &minimal.frames {
        let _ = writeln!(text, "# {}\n{}", frame(psdu, &minimal.contexts), hex(psdu));
    }
    text
}

fn capture(minimal: &Minimal, epoch: Duration) -> io::Result<Vec<u8>> {
    let mut writer = Writer::begin(Vec::new(), 0, epoch)?;
    for (at_us, psdu) in (0..).step_by(1000).zip(&minimal.frames) {
        writer.write(&Packet {
            at_us,
            interface: Interface::Air,
            direction: Direction::ToDut,
            octets: Cow::Borrowed(psdu),
            comment: Cow::Owned(frame(psdu, &minimal.contexts)),
        })?;
    }
    Ok(writer.into_inner())
}

fn hex(octets: &[u8]) -> String {
    let pairs: Vec<String> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    pairs.join(" ")
}
