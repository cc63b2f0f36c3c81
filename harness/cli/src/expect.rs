//! `sixlo report --expect figure2`: a run beside the draft's own figures.

use std::process::ExitCode;

use anyhow::bail;
use sixlo_harness::compare::figure2::{Beside, told};
use sixlo_harness::report::{markdown, model, terminal};

use crate::arguments::Format;
use crate::house::House;

/// The comparison as text, and what the process exits with.
pub fn figure2(
    house: &House,
    report: &model::Report,
    format: Format,
) -> anyhow::Result<(String, ExitCode)> {
    let (figure, counterparts) = house.figure2()?;
    let beside = Beside::of(report, &figure, &counterparts);
    let document = told(&beside, &figure, report);
    let text = match format {
        Format::Terminal => terminal::render(&document, None),
        Format::Markdown => markdown::render(&document),
        _ => bail!("--expect goes with --format terminal and --format markdown"),
    };
    Ok((text, ExitCode::from(beside.status().code())))
}
