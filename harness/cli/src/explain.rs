//! `sixlo explain`: a case, or a cell of the last run's matrix.

use std::process::ExitCode;

use anyhow::bail;
use sixlo_harness::catalogue::Parameters;
use sixlo_harness::explain;
use sixlo_harness::report::{Document, terminal};

use crate::arguments::Explain;
use crate::house::House;
use crate::near::near;
use crate::printing::print;
use crate::recorded::Opened;

pub fn explain(house: &House, arguments: &Explain) -> anyhow::Result<ExitCode> {
    let document = match arguments.what.split_once('/') {
        // An id never holds a slash.
        Some((dut, topic)) => cell(house, arguments, dut, topic)?,
        None => {
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

fn cell(house: &House, arguments: &Explain, dut: &str, topic: &str) -> anyhow::Result<Document> {
    let opened = Opened::open(house, arguments.run.as_deref(), &arguments.runs)?;
    match explain::cell(&opened.results(), &dut.into(), &topic.into()) {
        Some(document) => Ok(document),
        None => bail!(
            "no trial of `{topic}` on `{dut}` in {} (allowed: DEVICE/TOPIC, topics as in testcases/rows.yaml)",
            opened.recorded.folder.display()
        ),
    }
}
