//! What is compared with what.

use serde::Serialize;
use thiserror::Error;

use crate::report::model::Report;

/// One of two runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    /// What it was called by on the command line.
    pub source: String,
    /// The run's name.
    pub run: String,
    /// The version of sixlo that played it.
    pub sixlo: String,
    /// The hash of the catalogue that was played.
    pub catalogue: String,
    /// Trials with a verdict.
    pub trials: usize,
    /// Devices, in the order of their columns.
    pub devices: Vec<String>,
}

impl Side {
    pub(super) fn of(source: &str, report: &Report) -> Self {
        Side {
            source: source.to_owned(),
            run: report.run.name.clone(),
            sixlo: report.run.sixlo.clone(),
            catalogue: report.run.catalogue.clone(),
            trials: super::trials(report).len(),
            devices: report.duts.iter().map(|dut| dut.name.clone()).collect(),
        }
    }
}

/// No device of that name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no device `{name}` in {run} (allowed: {})", .allowed.join(", "))]
pub struct NoDevice {
    /// What was asked for.
    pub name: String,
    /// In which run.
    pub run: String,
    /// What could have been.
    pub allowed: Vec<String>,
}

/// The report of one device alone, under another name: so two devices are compared as if
/// they were one.
///
/// # Errors
/// If the report has no such device.
pub fn as_one_device(report: &Report, device: &str, name: &str) -> Result<Report, NoDevice> {
    let is_it = |other: &str| other.eq_ignore_ascii_case(device);
    let Some(column) = report.duts.iter().find(|dut| is_it(&dut.name)) else {
        return Err(NoDevice {
            name: device.to_owned(),
            run: report.run.name.clone(),
            allowed: report.duts.iter().map(|dut| dut.name.clone()).collect(),
        });
    };
    let mut alone = report.clone();
    alone.duts = vec![column.clone()];
    alone.trials.retain(|trial| trial.dut == column.name);
    alone.left_out.clear();
    alone.not_applicable.retain(|lack| lack.dut == column.name);
    alone.duts[0].name = name.to_owned();
    for trial in &mut alone.trials {
        trial.dut = name.to_owned();
    }
    Ok(alone)
}

/// What was asked for differently, and devices that say of themselves something else: either
/// may be why trials come out otherwise.
pub(super) fn differs(before: &Report, after: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = |what: &str, was: &str, is: &str| {
        if was != is {
            lines.push(format!("{what}: {was} -> {is}"));
        }
    };
    line("sixlo", &before.run.sixlo, &after.run.sixlo);
    let short = |hash: &str| hash.chars().take(12).collect::<String>();
    line(
        "catalogue",
        &short(&before.run.catalogue),
        &short(&after.run.catalogue),
    );
    for ((name, was), (_, is)) in asked(before).into_iter().zip(asked(after)) {
        line(&format!("run's {name}"), &was, &is);
    }
    for dut in &after.duts {
        if let Some(earlier) = before.duts.iter().find(|other| other.name == dut.name) {
            line(&format!("{}, stack", dut.name), &earlier.stack, &dut.stack);
            line(&format!("{}, build", dut.name), &earlier.build, &dut.build);
        }
    }
    for dut in &after.left_out {
        if before.duts.iter().any(|other| other.name == dut.dut) {
            lines.push(format!("{}: left out now: {}", dut.dut, dut.why));
        }
    }
    lines
}

/// What was asked for, name by name.
fn asked(report: &Report) -> Vec<(String, String)> {
    match serde_json::to_value(&report.run.selection) {
        Ok(serde_json::Value::Object(fields)) => fields
            .into_iter()
            .map(|(name, value)| (name, value.to_string()))
            .collect(),
        _ => Vec::new(),
    }
}
