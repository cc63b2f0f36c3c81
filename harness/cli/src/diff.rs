//! `sixlo diff`: a run set against another.

use std::path::Path;
use std::process::ExitCode;

use sixlo_harness::compare::diff::{Diff, told};
use sixlo_harness::report::{markdown, terminal};

use crate::arguments::{self, CompareFormat};
use crate::compared::report;
use crate::embargo;
use crate::house::House;
use crate::printing::print;

pub fn diff(house: &House, arguments: &arguments::Diff) -> anyhow::Result<ExitCode> {
    let before = &arguments.before;
    let after = arguments.after.as_ref().unwrap_or(before);
    // Both are named, so the folder of runs is not asked.
    let is_handed_on = !matches!(arguments.format, CompareFormat::Terminal);
    let day = embargo::day(&arguments.embargo, is_handed_on);
    let open = |path: &Path| report(house, Some(path), Path::new(""), day);
    let (mut was, mut is) = (open(before)?, open(after)?);
    let mut names = [before, after].map(|path| path.display().to_string());
    if let Some([old, new]) = arguments.dut.as_deref() {
        let name = format!("{old} -> {new}");
        was = was.as_one_device(old, &name)?;
        is = is.as_one_device(new, &name)?;
        names = [(old, &names[0]), (new, &names[1])].map(|(dut, run)| format!("{dut} of {run}"));
    }
    let diff = Diff::of((&names[0], &was.whole), (&names[1], &is.whole));
    let diff = diff.showing(&was.shown, &is.shown);
    print(&match arguments.format {
        CompareFormat::Terminal => terminal::render(&told(&diff), None),
        CompareFormat::Markdown => markdown::render(&told(&diff)),
        CompareFormat::Json => diff.json(),
    })?;
    Ok(ExitCode::from(diff.exit_code))
}
