//! `sixlo report`, and the end of `sixlo run`: what a run came to.

use std::io;
use std::process::ExitCode;

use anyhow::{Context, bail};
use rustix::termios::tcgetwinsize;
use sixlo_harness::report::{
    self, Results, badge, comment, csv, html, json, junit, markdown, model, terminal,
};

use crate::arguments::{Expect, Format, Report};
use crate::embargo;
use crate::expect;
use crate::house::House;
use crate::near::near;
use crate::printing::print;
use crate::recorded::Opened;

/// Findings that a terminal shows in full.
const SHOWN: usize = 20;

pub fn report(house: &House, arguments: &Report) -> anyhow::Result<ExitCode> {
    let opened = Opened::open(house, arguments.run.as_deref(), &arguments.runs)?;
    // The run's own code, whatever of it is shown.
    let code = ExitCode::from(opened.results().status().code());
    let is_handed_on = arguments.output.is_some() || !matches!(arguments.format, Format::Terminal);
    let opened = match embargo::day(&arguments.embargo, is_handed_on) {
        Some(day) => opened.published(day),
        None => opened,
    };
    let results = opened.results();
    let (text, code) = match arguments.expect {
        None => (render(&opened, &results, arguments)?, code),
        Some(Expect::Figure2) => {
            let data = model::Report::of(&results, &opened.recorded.header);
            expect::figure2(house, &data, arguments.format)?
        }
    };
    match &arguments.output {
        Some(path) => std::fs::write(path, text)
            .with_context(|| format!("cannot write {}", path.display()))?,
        None => print(&text)?,
    }
    Ok(code)
}

fn render(opened: &Opened, results: &Results, arguments: &Report) -> anyhow::Result<String> {
    if arguments.dut.is_some() && !matches!(arguments.format, Format::Badge) {
        bail!("--dut goes with --format badge: every other format shows all devices");
    }
    let data = || model::Report::of(results, &opened.recorded.header);
    Ok(match arguments.format {
        Format::Terminal => terminal::render(&report::full(results), width()),
        Format::Markdown => markdown::render(&report::full(results)),
        Format::Comment => comment::render(results),
        Format::Html => html::render(
            &data(),
            &opened.recorded,
            &opened.catalogue,
            &opened.parameters,
            &opened.recorded.folder,
        )?,
        Format::Junit => junit::render(&data()),
        Format::Csv => csv::render(&data()),
        Format::Json => json::render(&data()),
        Format::Badge => badge::render(column(&data(), arguments.dut.as_deref())?),
    })
}

/// The device that is meant, or the only one.
fn column<'r>(report: &'r model::Report, name: Option<&str>) -> anyhow::Result<&'r model::Dut> {
    let names = || report.duts.iter().map(|dut| dut.name.as_str());
    let all = || names().collect::<Vec<_>>().join(", ");
    match (name, report.duts.as_slice()) {
        (None, [only]) => Ok(only),
        (None, _) => bail!("whose badge? --dut takes one of: {}", all()),
        (Some(name), duts) => match duts.iter().find(|dut| dut.name.eq_ignore_ascii_case(name)) {
            Some(dut) => Ok(dut),
            None => bail!(
                "no device `{name}` in this run (allowed: {}){}",
                all(),
                near(name, names())
            ),
        },
    }
}

/// Shows a finished run, and leaves a Markdown copy in its folder.
pub fn finish(opened: &Opened) -> anyhow::Result<ExitCode> {
    let results = opened.results();
    let folder = &opened.recorded.folder;
    let shown = folder.display();
    std::fs::write(
        folder.join("report.md"),
        markdown::render(&report::full(&results)),
    )
    .with_context(|| {
        format!("cannot write {shown}/report.md; all else is kept: make room, then `sixlo run --resume {shown}`")
    })?;
    print(&terminal::render(
        &report::overview(&results, SHOWN),
        width(),
    ))?;
    print(&format!("Evidence in {shown}\n"))?;
    Ok(ExitCode::from(results.status().code()))
}

/// The terminal's width in characters; none where nobody cuts lines.
fn width() -> Option<u16> {
    let columns = tcgetwinsize(io::stdout()).ok()?.ws_col;
    (columns > 0).then_some(columns)
}
