//! `sixlo lint`.

use std::process::ExitCode;

use sixlo_harness::catalogue::{Parameters, check_functions};

use crate::house::House;
use crate::printing::print;

pub fn lint(house: &House) -> anyhow::Result<ExitCode> {
    let catalogue = house.catalogue(&Parameters::default())?;
    let ports = house.checked_ports(&catalogue)?;
    check_functions(&ports)?;
    house.reported(&catalogue, &ports)?;
    if house.has_figure2() {
        house.figure2()?;
    }
    print(&format!(
        "{} cases, {} requirements, {} ports: nothing wrong
",
        catalogue.cases.len(),
        catalogue.requirements.len(),
        ports.len()
    ))?;
    Ok(ExitCode::SUCCESS)
}
