//! Ports: what a stack's folder says of it.

mod bridge;
mod dut;
mod known;
mod link;
mod radios;
pub mod reported;
mod unknown;

pub use radios::Radio;
pub use reported::{Reported, load_reported};
pub use unknown::{check_functions, check_known};

use std::fs;
use std::path::Path;

use sixlo_judge::day::Day;
use sixlo_judge::known::{Known, KnownCell};

use crate::rig::DutSpec;

use super::error::{CatalogueError, CatalogueErrors, Place};

/// Where a port says how its stack deviates: the second file need not be there, and is for what
/// must not be published yet. Git ignores it.
pub const KNOWN_FILES: [&str; 2] = ["known.yaml", "known.embargoed.yaml"];

/// One folder under `firmware-under-test/ports/`.
#[derive(Debug, Clone, PartialEq)]
pub struct Port {
    /// The folder's name.
    pub folder: String,
    /// The stack.
    pub stack: String,
    /// Its version.
    pub version: String,
    /// Whose code it descends from.
    pub lineage: String,
    /// Its columns: the stack, built in one way or another.
    pub duts: Vec<DutSpec>,
    /// Crashes that known.yaml does not explain yet are not published before this day.
    pub embargo: Option<Day>,
    /// Where it is known to deviate.
    pub known: Vec<Known>,
    /// Sending cells that are known to be no `o`.
    pub cells: Vec<KnownCell>,
}

/// Reads every folder of `root`.
pub fn load_ports(root: &Path) -> Result<Vec<Port>, CatalogueErrors> {
    let mut errors = Vec::new();
    let mut ports = Vec::new();
    match fs::read_dir(root) {
        Ok(entries) => {
            let mut folders: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
            folders.sort();
            for folder in folders.iter().filter(|folder| folder.is_dir()) {
                ports.extend(load_port(folder, &mut errors));
            }
        }
        Err(error) => {
            let text = format!("cannot be read: {error}");
            errors.push(CatalogueError::new(Place::file(super::shown(root)), text));
        }
    }
    let mut names = std::collections::HashMap::new();
    for port in &ports {
        for dut in &port.duts {
            if let Some(other) = names.insert(&dut.name, &port.folder) {
                let text = format!("`{}` is a column of {other}, too", dut.name);
                let file = super::shown(&root.join(&port.folder).join("dut.yaml"));
                errors.push(CatalogueError::new(Place::file(file), text));
            }
        }
    }
    drop(names);
    CatalogueErrors::unless(errors, ports)
}

/// A folder without dut.yaml has no device.
fn load_port(folder: &Path, errors: &mut Vec<CatalogueError>) -> Option<Port> {
    let path = folder.join("dut.yaml");
    if !path.exists() {
        return None;
    }
    let mut read = |name: &str| {
        let path = folder.join(name);
        match super::read_text(&path) {
            Ok(text) => Some((super::shown(&path), text)),
            Err(error) => {
                errors.push(error);
                None
            }
        }
    };
    let dut_file = read("dut.yaml");
    let known_files: Vec<_> = KNOWN_FILES
        .into_iter()
        .filter(|name| *name == KNOWN_FILES[0] || folder.join(name).exists())
        .map(&mut read)
        .collect();
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let port = dut_file.and_then(|(file, text)| dut::port(&file, &text, &name, errors));
    let known: Option<Vec<_>> = known_files
        .into_iter()
        .map(|file| file.and_then(|(file, text)| known::known(&file, &text, errors)))
        .collect();
    let (trials, cells): (Vec<_>, Vec<_>) = known?
        .into_iter()
        .map(|known| (known.trials, known.cells))
        .unzip();
    Some(Port {
        known: trials.concat(),
        cells: cells.concat(),
        ..port?
    })
}

#[cfg(test)]
mod tests;
