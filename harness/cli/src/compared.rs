//! Reports to compare: of a recorded run, or a file that holds one.

use std::path::Path;

use sixlo_harness::compare::read_report;
use sixlo_harness::report::model::Report;

use crate::house::House;
use crate::recorded::Opened;

/// A run's report: `run` is its folder or a report.json; the last run below `runs` if it
/// is left out. Folders are weighed with today's catalogue and ports.
pub fn report(house: &House, run: Option<&Path>, runs: &Path) -> anyhow::Result<Report> {
    if let Some(path) = run.filter(|path| path.is_file()) {
        return Ok(read_report(path)?);
    }
    let opened = Opened::open(house, run, runs)?;
    Ok(Report::of(&opened.results(), &opened.recorded.header))
}
