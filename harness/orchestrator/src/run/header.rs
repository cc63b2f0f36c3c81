//! run.json: what a run was made of, so that it can be carried on and judged again.

use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use sixlo_judge::day::Day;
use sixlo_judge::name::DutName;
use sixlo_judge::profile::Profile;

use super::event::LeftOut;
use super::selection::Selection;
use super::utc;
use crate::catalogue::Catalogue;

/// What a run was made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The version of this program.
    pub sixlo: String,
    /// When it began.
    pub started: Started,
    /// The hash of the whole catalogue: cases, rows, requirements.
    pub catalogue: String,
    /// The text of the parameter file; none with the usual parameters.
    pub parameters: Option<String>,
    /// What was asked for on the command line.
    pub selection: Selection,
    /// Every device that was opened, as it was found, in the order of the columns.
    pub profiles: Vec<Profile>,
    /// Every device that was asked for and left out, and why.
    pub left_out: Vec<LeftOut>,
    /// The name of the run whose evidence this is, where nothing was played for this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejudged: Option<String>,
    /// Crashes that nobody knew of before the run are not published before this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embargo: Option<Day>,
    /// The rack whose boards the devices are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rack: Option<Racked>,
}

/// A rack that a run was played on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Racked {
    /// Its file, as it was given.
    pub file: PathBuf,
    /// Who stands on which board.
    pub boards: Vec<Standing>,
}

/// A device on a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// The column's title.
    pub column: DutName,
    /// The device whose dut.yaml and known.yaml speak of it.
    pub dut: DutName,
    /// The board's name.
    pub board: String,
}

impl Header {
    /// A run that begins now, before any device is opened. `parameters` is the text of
    /// the parameter file.
    pub fn begin(catalogue: &Catalogue, selection: &Selection, parameters: Option<String>) -> Self {
        Header {
            sixlo: env!("CARGO_PKG_VERSION").to_owned(),
            started: Started::now(),
            catalogue: catalogue.hash.clone(),
            parameters,
            selection: selection.clone(),
            profiles: Vec::new(),
            left_out: Vec::new(),
            rejudged: None,
            embargo: None,
            rack: None,
        }
    }
}

/// A moment, to the second, since 1970-01-01 00:00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Started(u64);

impl Started {
    /// This moment.
    pub fn now() -> Self {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Started(since.as_secs())
    }

    /// What the times of all captures count from.
    pub fn epoch(self) -> Duration {
        Duration::from_secs(self.0)
    }

    /// The run's name, such as `2026-02-28T23-59-59Z`.
    pub fn name(self) -> String {
        utc::name_of(self.epoch())
    }
}

impl From<u64> for Started {
    /// Seconds since 1970-01-01 00:00:00 UTC.
    fn from(seconds: u64) -> Self {
        Started(seconds)
    }
}
