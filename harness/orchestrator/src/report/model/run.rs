//! What was run, and what was not.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::Results;
use crate::run::{Header, Selection};

/// What was run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// Its name: the moment it began, such as `2026-02-28T23-59-59Z`, in UTC.
    pub name: String,
    /// Seconds from 1970-01-01 00:00:00 UTC to that moment.
    pub started: u64,
    /// The version of sixlo that played it.
    pub sixlo: String,
    /// The hash of the catalogue that was played.
    pub catalogue: String,
    /// What was asked for.
    pub selection: Selection,
}

impl Run {
    pub(super) fn of(header: &Header) -> Self {
        Run {
            name: header.started.name(),
            started: header.started.epoch().as_secs(),
            sixlo: header.sixlo.clone(),
            catalogue: header.catalogue.clone(),
            selection: header.selection.clone(),
        }
    }
}

/// A case, or a row of its sweep, that does not apply to a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotApplicable {
    /// The device.
    pub dut: String,
    /// The case.
    pub case: String,
    /// Why, in words.
    pub why: String,
}

impl NotApplicable {
    pub(super) fn all(results: &Results) -> Vec<Self> {
        let of_profile = |profile: &sixlo_judge::profile::Profile| {
            let cases = results.not_applicable.get(&profile.name);
            let cases = cases.map_or(&[][..], Vec::as_slice);
            cases
                .iter()
                .map(|(case, why)| NotApplicable {
                    dut: profile.name.to_string(),
                    case: case.to_string(),
                    why: why.clone(),
                })
                .collect::<Vec<_>>()
        };
        results.profiles.iter().flat_map(of_profile).collect()
    }
}

/// A device that was asked for and not judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    /// The device.
    pub dut: String,
    /// Why, in words.
    pub why: String,
    /// Something is not installed: that changes no exit code.
    pub missing: bool,
}

impl LeftOut {
    pub(super) fn of(left_out: &crate::run::LeftOut) -> Self {
        LeftOut {
            dut: left_out.dut.to_string(),
            why: left_out.why.clone(),
            missing: left_out.missing,
        }
    }
}
