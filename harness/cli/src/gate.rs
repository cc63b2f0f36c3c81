//! `sixlo gate`: a run held against what a project accepts for now.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use sixlo_harness::catalogue::{Parameters, read_text};
use sixlo_harness::compare::gate::{Baseline, Gate, Known, first, told};
use sixlo_harness::report::model::Report;
use sixlo_harness::report::{markdown, terminal};
use sixlo_harness::run::{Device, latest};
use sixlo_judge::day::Day;

use crate::arguments::{self, GateFormat};
use crate::compared::report;
use crate::embargo;
use crate::house::House;
use crate::printing::print;
use crate::today::today;

pub fn gate(house: &House, arguments: &arguments::Gate) -> anyhow::Result<ExitCode> {
    let run = match &arguments.run {
        Some(run) => run.clone(),
        None => latest(&arguments.runs)?,
    };
    let is_handed_on = arguments.init || !matches!(arguments.format, GateFormat::Terminal);
    let day = embargo::day(&arguments.embargo, is_handed_on);
    let open = || report(house, Some(&run), &arguments.runs, day);
    let today = arguments.embargo.today.unwrap_or_else(today);
    let file = &arguments.baseline;
    if arguments.init {
        return init(&open()?.shown, file, today);
    }
    let baseline = Baseline::read(&file.display().to_string(), &read_text(file)?)?;
    let report = open()?;
    let catalogue = house.catalogue(&Parameters::default())?;
    let devices = Device::all(&house.ports()?);
    let known = Known {
        cases: catalogue
            .cases
            .iter()
            .map(|case| case.id.to_string())
            .collect(),
        duts: devices
            .iter()
            .map(|device| device.name().to_string())
            .collect(),
    };
    let gate = Gate::of(&baseline, &report.whole, &known, today);
    // Beside a report.json lies no evidence that it could name.
    let folder = if run.is_dir() { &run } else { Path::new("") };
    let document = told(&gate, &report.shown, folder);
    print(&match arguments.format {
        GateFormat::Terminal => terminal::render(&document, None),
        GateFormat::Markdown => markdown::render(&document),
    })?;
    Ok(ExitCode::from(gate.status().code()))
}

/// Writes a first baseline, never over another: somebody has written reasons into it.
fn init(report: &Report, file: &Path, today: Day) -> anyhow::Result<ExitCode> {
    let text = first(report, today);
    let shown = file.display();
    let made = OpenOptions::new().write(true).create_new(true).open(file);
    match made {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => bail!(
            "{shown} is there already, and is not written over (allowed: a new file, to take entries from)"
        ),
        made => made
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .with_context(|| format!("cannot write {shown}"))?,
    }
    let entries = text.matches("reason: TODO").count();
    print(&format!(
        "{shown}: reasons and links to write: {entries}; then `sixlo gate --baseline {shown}`\n"
    ))?;
    Ok(ExitCode::SUCCESS)
}
