//! `sixlo explain`: a case, or a cell of the last run's matrix.

use std::process::ExitCode;

use anyhow::bail;
use sixlo_harness::catalogue::Parameters;
use sixlo_harness::explain;
use sixlo_harness::report::{Document, terminal};

use crate::arguments::Explain;
use crate::cell::{self, Place};
use crate::house::House;
use crate::near::near;
use crate::printing::print;
use crate::recorded::Opened;

pub fn explain(house: &House, arguments: &Explain) -> anyhow::Result<ExitCode> {
    // An id never holds a slash.
    let document = match arguments.what.contains('/') {
        true => cell(house, arguments)?,
        false => {
            let parameters = Parameters::default();
            let catalogue = house.catalogue(&parameters)?;
            let what = arguments.what.as_str();
            match (catalogue.case(&what.into()), catalogue.description(what)) {
                (Some(case), _) => explain::case(case, &catalogue, &parameters),
                (None, Some(description)) => explain::description(description, &catalogue),
                (None, None) => {
                    let cases = catalogue.cases.iter().map(|case| case.id.0.as_str());
                    let described = catalogue.descriptions.iter();
                    let described = described.map(|description| description.id.0.as_str());
                    bail!(
                        "no case `{what}` (allowed: an id of `sixlo catalogue list`, a test description of \
                         testcases/etsi.yaml, or DEVICE/TOPIC for a cell){}",
                        near(what, cases.chain(described))
                    );
                }
            }
        }
    };
    print(&terminal::render(&document, None))?;
    Ok(ExitCode::SUCCESS)
}

fn cell(house: &House, arguments: &Explain) -> anyhow::Result<Document> {
    let opened = Opened::open(house, arguments.run.as_deref(), &arguments.runs)?;
    let results = opened.results();
    let (dut, place) = cell::find(&results, &arguments.what)?;
    let document = match &place {
        Place::Topic(topic) => explain::cell(&results, &dut, topic),
        Place::Case(case) => explain::case_on(&results, &dut, case),
    };
    match document {
        Some(document) => Ok(document),
        None => bail!(
            "no trial of `{}` in {}: `sixlo run --dut {dut}` plays all of them",
            arguments.what,
            opened.recorded.folder.display()
        ),
    }
}
