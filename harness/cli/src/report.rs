//! `sixlo report`, and the end of `sixlo run`: what a run came to.

use std::io;
use std::process::ExitCode;

use anyhow::Context;
use rustix::termios::tcgetwinsize;
use sixlo_harness::catalogue::{Catalogue, Parameters};
use sixlo_harness::report::{self, Played, Results, markdown, terminal};
use sixlo_harness::run::{Device, Recorded, latest};

use crate::arguments::{Format, Report};
use crate::house::House;
use crate::printing::print;
use crate::run::{parameters, same_catalogue};

/// Findings that a terminal shows in full.
const SHOWN: usize = 20;

pub fn report(house: &House, arguments: &Report) -> anyhow::Result<ExitCode> {
    let folder = match &arguments.run {
        Some(folder) => folder.clone(),
        None => latest(&arguments.runs)?,
    };
    let recorded = Recorded::read(&folder)?;
    let header = &recorded.header;
    let parameters = parameters(&header.selection, header.parameters.as_deref())?;
    let catalogue = house.catalogue(&parameters)?;
    same_catalogue(&recorded, &catalogue)?;
    let devices = Device::all(&house.ports()?);
    let results = results(&recorded, &catalogue, &parameters, &devices);
    let text = match arguments.format {
        Format::Terminal => terminal::render(&report::full(&results), width()),
        Format::Markdown => markdown::render(&report::full(&results)),
    };
    print(&text)?;
    Ok(ExitCode::from(results.status().code()))
}

/// Shows a finished run, and leaves a Markdown copy in its folder.
pub fn finish(
    recorded: &Recorded,
    catalogue: &Catalogue,
    parameters: &Parameters,
    devices: &[Device],
) -> anyhow::Result<ExitCode> {
    let results = results(recorded, catalogue, parameters, devices);
    let folder = recorded.folder.display();
    std::fs::write(
        recorded.folder.join("report.md"),
        markdown::render(&report::full(&results)),
    )
    .with_context(|| {
        format!("cannot write {folder}/report.md; all else is kept: make room, then `sixlo run --resume {folder}`")
    })?;
    print(&terminal::render(
        &report::overview(&results, SHOWN),
        width(),
    ))?;
    print(&format!("Evidence in {}\n", recorded.folder.display()))?;
    Ok(ExitCode::from(results.status().code()))
}

/// A run, weighed.
pub fn results<'a>(
    recorded: &Recorded,
    catalogue: &'a Catalogue,
    parameters: &Parameters,
    devices: &[Device],
) -> Results<'a> {
    let played = Played::of(recorded, catalogue, parameters, devices);
    Results::of(catalogue, played)
}

/// The terminal's width in characters; none where nobody cuts lines.
fn width() -> Option<u16> {
    let columns = tcgetwinsize(io::stdout()).ok()?.ws_col;
    (columns > 0).then_some(columns)
}
