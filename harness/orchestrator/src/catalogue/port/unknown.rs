//! Entries of known.yaml that name nothing there is.

use sixlo_judge::known::{Glob, Known};

use super::Port;
use crate::catalogue::Catalogue;
use crate::catalogue::error::{CatalogueError, CatalogueErrors, Place};

/// Refuses entries of known.yaml that no case of the catalogue and no column of
/// their port can ever match: a case that was renamed would leave them behind unseen.
pub fn check_known(catalogue: &Catalogue, ports: &[Port]) -> Result<(), CatalogueErrors> {
    let mut errors = Vec::new();
    for port in ports {
        let place = place(port);
        for entry in &port.known {
            if let Some(text) = names_nothing(entry, catalogue, port) {
                errors.push(CatalogueError::new(place.clone(), text));
            }
        }
        for entry in &port.cells {
            if catalogue.rows.row(&entry.topic).is_none() {
                let text = format!(
                    "`sending: {}` is no row (allowed: a topic of testcases/rows.yaml that has one)",
                    entry.topic
                );
                errors.push(CatalogueError::new(place.clone(), text));
            }
            let what = format!("sending: {}", entry.topic);
            if let Some(text) = no_column(&entry.dut, &what, port) {
                errors.push(CatalogueError::new(place.clone(), text));
            }
        }
    }
    CatalogueErrors::unless(errors, ())
}

/// Refuses entries of known.yaml that name no function: a deviation whose cause nobody has found
/// in the stack's source is a guess.
///
/// # Errors
/// One for each of them.
pub fn check_functions(ports: &[Port]) -> Result<(), CatalogueErrors> {
    let mut errors = Vec::new();
    for port in ports {
        let trials = port.known.iter();
        let trials = trials.filter(|entry| entry.function.is_none());
        let cells = port.cells.iter();
        let cells = cells.filter(|entry| entry.function.is_none());
        let named = trials
            .map(|entry| format!("cases: {}", entry.case))
            .chain(cells.map(|entry| format!("sending: {}", entry.topic)));
        errors.extend(named.map(|entry| {
            let text = format!(
                "`{entry}` names no `function` (allowed: where in the stack's source it is; \
                 `closed source` where nobody can look)"
            );
            CatalogueError::new(place(port), text)
        }));
    }
    CatalogueErrors::unless(errors, ())
}

fn place(port: &Port) -> Place {
    Place::file(format!("{}/known.yaml", port.folder))
}

fn names_nothing(entry: &Known, catalogue: &Catalogue, port: &Port) -> Option<String> {
    if !catalogue
        .cases
        .iter()
        .any(|case| entry.case.matches(&case.id.0))
    {
        return Some(format!(
            "`cases: {}` matches no case (allowed: an id of `sixlo catalogue list`, `*` for any text)",
            entry.case
        ));
    }
    no_column(&entry.dut, &format!("cases: {}", entry.case), port)
}

fn no_column(dut: &Glob, entry: &str, port: &Port) -> Option<String> {
    let duts: Vec<&str> = port.duts.iter().map(|dut| dut.name.0.as_str()).collect();
    if duts.iter().any(|name| dut.matches(name)) {
        return None;
    }
    Some(format!(
        "`duts: {dut}` of `{entry}` matches no column (allowed: {})",
        duts.join(", ")
    ))
}
