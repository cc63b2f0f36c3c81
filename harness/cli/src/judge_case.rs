//! `sixlo judge --case`: a case of the catalogue in captures that people made.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use sixlo_frames::context::ContextTable;
use sixlo_harness::capture::foreign::{Frames, Hints};
use sixlo_harness::catalogue::{Catalogue, Parameters};
use sixlo_harness::playings::{Search, listen, texts, told};
use sixlo_harness::run::Selection;
use sixlo_judge::status::ExitStatus;
use sixlo_judge::testcase::TestCase;

use crate::arguments::{Judge, JudgeFormat};
use crate::house::House;
use crate::judge::{rendered, trailer};
use crate::near::near;
use crate::printing::print;
use crate::recorded::{parameter_file, parameters};

pub fn judge_case(house: &House, arguments: &Judge, id: &str) -> anyhow::Result<ExitCode> {
    if arguments.format == JudgeFormat::Json {
        bail!("--case has no JSON (allowed: --format terminal, --format markdown)");
    }
    let text = parameter_file(arguments.parameters.as_deref())?;
    let parameters = parameters(&Selection::default(), text.as_deref())?;
    let catalogue = house.catalogue(&parameters)?;
    let Some(case) = catalogue.case(&id.into()) else {
        bail!(
            "no case `{id}` (allowed: an id of `sixlo catalogue list`){}",
            near(id, catalogue.cases.iter().map(|case| case.id.0.as_str()))
        );
    };
    let mut status = ExitStatus::Success;
    for path in &arguments.captures {
        let search = search(house, case, &catalogue, &parameters)?;
        let hints = Hints {
            trailer: trailer(arguments.fcs),
            contexts: ContextTable::new(),
        };
        let found = Frames::open(path, hints).and_then(|frames| listen(path, frames, search));
        status = status.and(match found {
            Ok(listened) => {
                print(&rendered(arguments.format, &told(id, &listened)))?;
                listened.status()
            }
            Err(error) => {
                eprintln!("sixlo: {error}");
                ExitStatus::Usage
            }
        });
    }
    Ok(ExitCode::from(status.code()))
}

fn search(
    house: &House,
    case: &TestCase,
    catalogue: &Catalogue,
    parameters: &Parameters,
) -> anyhow::Result<Search> {
    let texts = texts(catalogue, case, |path| house.case_text(path))?;
    Search::new(texts, parameters.clone())?
        .with_context(|| format!("cannot judge {} from a capture", case.id))
}
