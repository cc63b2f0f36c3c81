//! The baseline: a file that people keep, which says what a project accepts for now.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sixlo_judge::known::Glob;
use sixlo_judge::verdict::{Outcome, Verdict};

use crate::catalogue::yaml::{self, At, patterns::Patterns};
use crate::catalogue::{CatalogueError, CatalogueErrors, Place};
use crate::report::model::Trial;
use sixlo_judge::day::Day;

/// What a project accepts for now, and what it wants to have been played.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// The file, as it was given.
    pub file: String,
    /// What has to be played.
    pub devices: Vec<Device>,
    /// What is accepted.
    pub accepted: Vec<Entry>,
}

/// How much of a device has to be played: what vanishes must not be green by silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The device.
    pub dut: String,
    /// Trials with a verdict, at least.
    pub trials: usize,
    /// Cases of which there is one, at least.
    pub cases: usize,
}

/// A deviation that is accepted for now.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Where it stands.
    pub place: Place,
    /// Which devices.
    pub dut: Glob,
    /// Which cases, one by one.
    pub cases: Vec<Glob>,
    /// Which rows of their sweeps; all of them where it is left out.
    pub labels: Option<Vec<Glob>>,
    /// How they come out.
    pub outcome: Accepted,
    /// Why it is accepted.
    pub reason: String,
    /// Where it is being worked on.
    pub link: String,
    /// The last day on which it is accepted.
    pub expires: Day,
}

/// How an accepted trial comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Accepted {
    /// An answer came, and it was wrong.
    WrongValue,
    /// The device said that it does not do this.
    Declined,
    /// Proven silence.
    Dropped,
    /// The device crashed, hung or rebooted.
    Crashed,
    /// Nothing could be learnt.
    Undecided,
    /// It passes, though the device does not claim it.
    Passes,
}

impl Accepted {
    /// How a trial came out; none for trouble of the bench, which nobody can accept.
    pub(super) fn of(trial: &Trial) -> Option<Self> {
        match (trial.verdict, trial.outcome) {
            (Verdict::None | Verdict::Error, _) => None,
            (Verdict::Inconc, _) => Some(Accepted::Undecided),
            (Verdict::Pass, _) => Some(Accepted::Passes),
            (Verdict::Fail, Outcome::Declined) => Some(Accepted::Declined),
            (Verdict::Fail, Outcome::Dropped) => Some(Accepted::Dropped),
            (Verdict::Fail, Outcome::Crashed) => Some(Accepted::Crashed),
            (Verdict::Fail, _) => Some(Accepted::WrongValue),
        }
    }

    /// As a baseline spells it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Accepted::WrongValue => "wrong-value",
            Accepted::Declined => "declined",
            Accepted::Dropped => "dropped",
            Accepted::Crashed => "crashed",
            Accepted::Undecided => "undecided",
            Accepted::Passes => "passes",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    devices: Vec<At<RawDevice>>,
    accepted: Vec<At<RawEntry>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDevice {
    dut: String,
    trials: usize,
    cases: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    dut: String,
    cases: Patterns,
    labels: Option<Patterns>,
    outcome: Accepted,
    reason: At<String>,
    link: At<String>,
    expires: At<String>,
}

impl Baseline {
    /// Reads a baseline; `file` is what errors call it.
    ///
    /// # Errors
    /// Everything that is wrong in it, each with its place: a reason or a link that still is
    /// to be written, too.
    pub fn read(file: &str, text: &str) -> Result<Self, CatalogueErrors> {
        let raw: File = yaml::read(file, text).map_err(|error| CatalogueErrors(vec![error]))?;
        let mut errors = Vec::new();
        let mut names = BTreeSet::new();
        for device in &raw.devices {
            if !names.insert(&device.value.dut) {
                errors.push(CatalogueError::new(
                    yaml::place(file, device.referenced),
                    format!("`dut: {}` stands here twice", device.value.dut),
                ));
            }
        }
        if raw.devices.is_empty() {
            errors.push(CatalogueError::new(
                Place::file(file),
                "`devices` is empty, so a run of nothing would do (allowed: `- { dut: NAME, trials: N, cases: N }`; \
                 `sixlo gate --init` writes them)",
            ));
        }
        let accepted: Vec<Option<Entry>> = raw
            .accepted
            .into_iter()
            .map(|entry| entry_of(file, entry, &mut errors))
            .collect();
        let devices = raw.devices.into_iter().map(|device| {
            let RawDevice { dut, trials, cases } = device.value;
            Device { dut, trials, cases }
        });
        let baseline = Baseline {
            file: file.to_owned(),
            devices: devices.collect(),
            accepted: accepted.into_iter().flatten().collect(),
        };
        CatalogueErrors::unless(errors, baseline)
    }
}

fn entry_of(file: &str, entry: At<RawEntry>, errors: &mut Vec<CatalogueError>) -> Option<Entry> {
    let place = yaml::place(file, entry.referenced);
    let raw = entry.value;
    let mut wrong = |at: &At<String>, text: String| {
        errors.push(CatalogueError::new(yaml::place(file, at.referenced), text));
    };
    if is_to_do(&raw.reason.value) {
        let text = "`reason` is not written yet: say in a sentence why this is accepted for now";
        wrong(&raw.reason, text.to_owned());
    }
    let is_address = ["https://", "http://"]
        .iter()
        .any(|scheme| raw.link.value.len() > scheme.len() && raw.link.value.starts_with(scheme));
    if !is_address {
        let text = format!(
            "`link: {}` leads nowhere (allowed: an address, https://…, of where it is being worked on)",
            raw.link.value
        );
        wrong(&raw.link, text);
    }
    let expires = match raw.expires.value.parse::<Day>() {
        Ok(day) => Some(day),
        Err(error) => {
            wrong(&raw.expires, error.to_string());
            None
        }
    };
    Some(Entry {
        place,
        dut: Glob::from(raw.dut.as_str()),
        cases: raw.cases.globs(),
        labels: raw.labels.map(|labels| labels.globs()),
        outcome: raw.outcome,
        reason: raw.reason.value,
        link: raw.link.value,
        expires: expires?,
    })
}

fn is_to_do(text: &str) -> bool {
    text.trim().is_empty() || text.trim_start().to_ascii_uppercase().starts_with("TODO")
}
