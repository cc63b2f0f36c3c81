//! `sixlo rejudge`: a recorded run, judged again by today's judge and catalogue.

use std::path::Path;
use std::process::ExitCode;

use sixlo_harness::rejudge::{changed_cells, rejudge as judge_again, told};
use sixlo_harness::report::terminal;

use crate::arguments::Rejudge;
use crate::house::House;
use crate::printing::print;
use crate::recorded::Opened;

pub fn rejudge(house: &House, arguments: &Rejudge) -> anyhow::Result<ExitCode> {
    let (opened, damage) = Opened::salvage(house, arguments.run.as_deref(), &arguments.runs)?;
    let Opened {
        recorded,
        parameters,
        catalogue,
        ..
    } = &opened;
    let rejudged = judge_again(recorded, damage, catalogue, parameters);
    let applied = rejudged.applied(recorded);
    let cells = changed_cells(&opened.results(), &opened.results_of(&applied));
    let changed_trials = rejudged.changed_trials(recorded, &applied);
    let document = told(recorded, &rejudged, &cells, changed_trials);
    print(&terminal::render(&document, None))?;
    if arguments.write {
        let beside = recorded.folder.parent().unwrap_or(Path::new(""));
        let folder = rejudged.write(recorded, catalogue, env!("CARGO_PKG_VERSION"), beside)?;
        print(&format!("Written to {}\n", folder.display()))?;
    }
    Ok(ExitCode::from(rejudged.status(recorded).code()))
}
