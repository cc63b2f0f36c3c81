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
    /// The folder of a port that is the same code: what is known of that one is known of this one.
    pub known_as: Option<String>,
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
    if !folder.join("dut.yaml").exists() {
        return None;
    }
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let mut explained = load_known(folder, errors);
    let (file, text) = read(&folder.join("dut.yaml"), errors)?;
    let port = dut::port(&file, &text, &name, errors)?;
    if let Some(same) = &port.known_as {
        let others = load_known(&folder.with_file_name(same), errors)?;
        explained = explained.map(|own| own.and(others));
    }
    let explained = explained?;
    Some(Port {
        known: explained.trials,
        cells: explained.cells,
        ..port
    })
}

/// What the known.yaml of a folder explains, and the one that must not be published yet.
fn load_known(folder: &Path, errors: &mut Vec<CatalogueError>) -> Option<known::Explained> {
    let files = KNOWN_FILES
        .into_iter()
        .filter(|name| *name == KNOWN_FILES[0] || folder.join(name).exists());
    let mut explained = Some(known::Explained::default());
    for name in files {
        let file = read(&folder.join(name), errors);
        let more = file.and_then(|(file, text)| known::known(&file, &text, errors));
        explained = explained.zip(more).map(|(all, more)| all.and(more));
    }
    explained
}

/// A file's name to be shown, and its text.
fn read(path: &Path, errors: &mut Vec<CatalogueError>) -> Option<(String, String)> {
    match super::read_text(path) {
        Ok(text) => Some((super::shown(path), text)),
        Err(error) => {
            errors.push(error);
            None
        }
    }
}

#[cfg(test)]
mod tests;
