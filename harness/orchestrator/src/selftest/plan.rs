//! selftest.yaml: which fault which case must catch, and which devices are odd.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

use crate::run::{Device, Selection};

/// What the self-test plays.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SelftestPlan {
    /// The device that is correct, by its column's title.
    pub correct: String,
    /// Seeds for the unusual devices.
    pub seeds: u64,
    /// Faults that can be seeded into the correct device.
    pub faults: Vec<SeededFault>,
    /// Devices that never get an `o`.
    pub broken: Vec<Broken>,
    /// Correct devices that never get a fail.
    pub unusual: Vec<Unusual>,
}

/// A fault and the case that catches it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SeededFault {
    /// Its name on the device's command line.
    pub fault: String,
    /// The case that must fail, and passes without it.
    pub caught_by: String,
}

/// A broken device.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Broken {
    /// What it does.
    pub name: String,
    /// The device of this program.
    pub start: String,
    /// Its arguments.
    #[serde(default)]
    pub arguments: Vec<String>,
}

/// A correct device that is not as others are.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Unusual {
    /// What it does.
    pub name: String,
    /// The device of this program; the correct one if left out.
    #[serde(default)]
    pub start: Option<String>,
    /// Its arguments.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// Parameters of its own: number and value.
    #[serde(default)]
    pub parameters: Vec<(u32, u64)>,
    /// What the air does to frames.
    #[serde(default)]
    pub air: UnusualAir,
}

/// What the air does to frames, as [`Selection`] has it.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct UnusualAir {
    /// Share of frames lost, each way.
    pub loss: f64,
    /// Share of frames that arrive twice.
    pub duplicate: f64,
    /// Share of frames that are overtaken.
    pub reorder: f64,
    /// The longest that a frame is under way, in milliseconds.
    pub delay_ms: u32,
    /// Frames take as long as at 250 kbit/s.
    pub pace: bool,
}

/// Why there is no plan.
#[derive(Debug, Error)]
pub enum PlanError {
    /// The file cannot be read.
    #[error("cannot read the self-test's plan {path}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// It is not as it must be.
    #[error("{path}: {words}")]
    Text {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        words: String,
    },
}

impl SelftestPlan {
    /// The unusual devices that share an air, air by air: they are played together.
    pub(super) fn unusual_by_air(&self) -> Vec<(UnusualAir, Vec<&Unusual>)> {
        let mut by_air: Vec<(UnusualAir, Vec<&Unusual>)> = Vec::new();
        for unusual in &self.unusual {
            match by_air.iter_mut().find(|(air, _)| *air == unusual.air) {
                Some((_, here)) => here.push(unusual),
                None => by_air.push((unusual.air, vec![unusual])),
            }
        }
        by_air
    }

    /// Reads it.
    ///
    /// # Errors
    /// If it cannot be read, or holds an unknown key.
    pub fn read(path: &Path) -> Result<Self, PlanError> {
        let text = fs::read_to_string(path).map_err(|error| PlanError::File {
            path: path.to_owned(),
            error,
        })?;
        serde_saphyr::from_str(&text).map_err(|error| PlanError::Text {
            path: path.to_owned(),
            words: error.to_string(),
        })
    }
}

impl UnusualAir {
    /// All trials in an order of their own, on this air.
    pub(super) fn selection(self, seed: u64) -> Selection {
        Selection {
            seed,
            shuffle: true,
            loss: self.loss,
            duplicate: self.duplicate,
            reorder: self.reorder,
            delay_ms: self.delay_ms,
            pace: self.pace,
            ..Selection::default()
        }
    }
}

impl Unusual {
    /// The device, in the place of the correct one.
    pub(super) fn device(&self, correct: &Device) -> Device {
        let mut device = match &self.start {
            Some(start) => super::started(correct, &self.name, start, &self.arguments),
            None => super::named(correct.clone(), &self.name).with_arguments(&self.arguments),
        };
        device.spec.environment.extend_from_slice(&self.parameters);
        device
    }
}
