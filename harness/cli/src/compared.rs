//! Reports to compare: of a recorded run, or a file that holds one.

use std::path::Path;

use sixlo_harness::compare::diff::{NoDevice, as_one_device};
use sixlo_harness::compare::read_report;
use sixlo_harness::report::model::Report;
use sixlo_judge::day::Day;

use crate::house::House;
use crate::recorded::Opened;

/// A run's report, and the same as it may be shown: without what is under an embargo on `day`.
pub struct Compared {
    /// What the run came to.
    pub whole: Report,
    /// What of it is told.
    pub shown: Report,
}

impl Compared {
    /// One device of it alone, under another name.
    pub fn as_one_device(&self, device: &str, name: &str) -> Result<Self, NoDevice> {
        Ok(Compared {
            whole: as_one_device(&self.whole, device, name)?,
            shown: as_one_device(&self.shown, device, name)?,
        })
    }
}

/// `run` is the folder of a run, or a report.json, which is what it was written as; the last run
/// below `runs` if it is left out. Folders are weighed with today's catalogue and ports.
pub fn report(
    house: &House,
    run: Option<&Path>,
    runs: &Path,
    day: Option<Day>,
) -> anyhow::Result<Compared> {
    let of_one = |whole: Report| Compared {
        shown: whole.clone(),
        whole,
    };
    if let Some(path) = run.filter(|path| path.is_file()) {
        return Ok(of_one(read_report(path)?));
    }
    let opened = Opened::open(house, run, runs)?;
    let of = |opened: &Opened| Report::of(&opened.results(), &opened.recorded.header);
    let whole = of(&opened);
    Ok(match day {
        Some(day) => Compared {
            shown: of(&opened.published(day)),
            whole,
        },
        None => of_one(whole),
    })
}
