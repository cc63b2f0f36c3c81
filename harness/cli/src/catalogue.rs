//! `sixlo catalogue`: what there is to play, and what of the documents it covers.

use std::process::ExitCode;

use sixlo_harness::catalogue::Parameters;
use sixlo_harness::catalogue::coverage::Coverage;
use sixlo_harness::run::{Device, Selected, Selection};
use sixlo_judge::name::CaseId;

use crate::arguments::Catalogue;
use crate::house::House;
use crate::printing::print;

pub fn catalogue(house: &House, arguments: &Catalogue) -> anyhow::Result<ExitCode> {
    match arguments {
        Catalogue::List { cases } => list(house, cases),
        Catalogue::Coverage => coverage(house),
    }
}

fn list(house: &House, filters: &[String]) -> anyhow::Result<ExitCode> {
    let parameters = Parameters::default();
    let catalogue = house.catalogue(&parameters)?;
    let selection = Selection {
        cases: filters.to_vec(),
        ..Selection::default()
    };
    // A filter that names nothing is an error here, too.
    Selected::new(&catalogue, &parameters, &selection, Vec::<Device>::new())?;
    let mut text = String::new();
    for case in catalogue
        .cases
        .iter()
        .filter(|case| selection.takes_case(case))
    {
        let level = case.level.map_or("-".to_owned(), |level| level.to_string());
        text += &format!(
            "{:<58} {level} {:<28} {}\n",
            case.path, case.topic, case.title
        );
    }
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn coverage(house: &House) -> anyhow::Result<ExitCode> {
    let catalogue = house.catalogue(&Parameters::default())?;
    let coverage = Coverage::of(&catalogue);
    let mut text = String::new();
    for line in &coverage.lines {
        let cases = joined(&line.cases);
        text += &format!("{:<26} {:<28} {cases}\n", line.requirement, line.topic);
    }
    for line in &coverage.descriptions {
        text += &format!("{:<26} {}\n", line.id, joined(&line.cases));
    }
    text += &format!(
        "{} of {} requirements have a case\n",
        coverage.covered(),
        coverage.lines.len()
    );
    let with_case = coverage
        .descriptions
        .iter()
        .filter(|line| !line.cases.is_empty());
    text += &format!(
        "{} of {} ETSI test descriptions have a case\n",
        with_case.count(),
        coverage.descriptions.len()
    );
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn joined(cases: &[CaseId]) -> String {
    let cases: Vec<&str> = cases.iter().map(|case| case.0.as_str()).collect();
    match cases.as_slice() {
        [] => "no case".to_owned(),
        cases => cases.join(", "),
    }
}
