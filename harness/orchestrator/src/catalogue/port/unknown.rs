//! Entries of known.yaml that name nothing there is.

use sixlo_judge::known::Known;

use super::Port;
use crate::catalogue::Catalogue;
use crate::catalogue::error::{CatalogueError, CatalogueErrors, Place};

/// Refuses entries of known.yaml that no case of the catalogue and no column of
/// their port can ever match: a case that was renamed would leave them behind unseen.
pub fn check_known(catalogue: &Catalogue, ports: &[Port]) -> Result<(), CatalogueErrors> {
    let mut errors = Vec::new();
    for port in ports {
        let place = Place::file(format!("{}/known.yaml", port.folder));
        for entry in &port.known {
            if let Some(text) = names_nothing(entry, catalogue, port) {
                errors.push(CatalogueError::new(place.clone(), text));
            }
        }
    }
    CatalogueErrors::unless(errors, ())
}

fn names_nothing(entry: &Known, catalogue: &Catalogue, port: &Port) -> Option<String> {
    let duts: Vec<&str> = port.duts.iter().map(|dut| dut.name.0.as_str()).collect();
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
    if !duts.iter().any(|dut| entry.dut.matches(dut)) {
        return Some(format!(
            "`duts: {}` of `cases: {}` matches no column (allowed: {})",
            entry.dut,
            entry.case,
            duts.join(", ")
        ));
    }
    None
}
