//! `sixlo diff`: a run set against another.

use std::path::Path;
use std::process::ExitCode;

use sixlo_harness::compare::diff::{Diff, as_one_device, told};
use sixlo_harness::report::{markdown, terminal};

use crate::arguments::{self, CompareFormat};
use crate::compared::report;
use crate::house::House;
use crate::printing::print;

pub fn diff(house: &House, arguments: &arguments::Diff) -> anyhow::Result<ExitCode> {
    let before = &arguments.before;
    let after = arguments.after.as_ref().unwrap_or(before);
    // Both are named, so the folder of runs is not asked.
    let open = |path: &Path| report(house, Some(path), Path::new(""));
    let (mut was, mut is) = (open(before)?, open(after)?);
    let mut names = [before, after].map(|path| path.display().to_string());
    if let Some([old, new]) = arguments.dut.as_deref() {
        let name = format!("{old} -> {new}");
        was = as_one_device(&was, old, &name)?;
        is = as_one_device(&is, new, &name)?;
        names = [(old, &names[0]), (new, &names[1])].map(|(dut, run)| format!("{dut} of {run}"));
    }
    let diff = Diff::of((&names[0], &was), (&names[1], &is));
    print(&match arguments.format {
        CompareFormat::Terminal => terminal::render(&told(&diff), None),
        CompareFormat::Markdown => markdown::render(&told(&diff)),
        CompareFormat::Json => diff.json(),
    })?;
    Ok(ExitCode::from(diff.status().code()))
}
