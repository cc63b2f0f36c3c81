//! `sixlo report`, and the end of `sixlo run`: what a run came to.

use std::io;
use std::process::ExitCode;

use anyhow::Context;
use rustix::termios::tcgetwinsize;
use sixlo_harness::report::{self, markdown, terminal};

use crate::arguments::{Format, Report};
use crate::house::House;
use crate::printing::print;
use crate::recorded::Opened;

/// Findings that a terminal shows in full.
const SHOWN: usize = 20;

pub fn report(house: &House, arguments: &Report) -> anyhow::Result<ExitCode> {
    let opened = Opened::open(house, arguments.run.as_deref(), &arguments.runs)?;
    let results = opened.results();
    let text = match arguments.format {
        Format::Terminal => terminal::render(&report::full(&results), width()),
        Format::Markdown => markdown::render(&report::full(&results)),
    };
    print(&text)?;
    Ok(ExitCode::from(results.status().code()))
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
