//! The figure2.yaml of a port.

use std::path::Path;

use serde::Deserialize;
use sixlo_judge::known::Glob;
use sixlo_judge::matrix::Cell;
use sixlo_judge::name::Topic;

use crate::catalogue::figure2::{FIRST, Figure, Mark, Of};
use crate::catalogue::yaml::{self, At};
use crate::catalogue::{CatalogueError, CatalogueErrors, Place, Port, read_text};

/// What in the draft some devices are set beside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counterpart {
    /// Where it stands.
    pub place: Place,
    /// Which devices.
    pub duts: Glob,
    /// A column of Figure 2, or a level of Figure 4.
    pub of: Of,
    /// Cells that are not as the draft has them, and why.
    pub differs: Vec<Differs>,
}

/// Why a cell is not as the draft has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differs {
    /// Where it stands.
    pub place: Place,
    /// The row.
    pub row: Topic,
    /// The draft's mark.
    pub draft: Mark,
    /// Ours.
    pub here: Cell,
    /// Why.
    pub why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCounterpart {
    duts: At<String>,
    column: Option<At<usize>>,
    level: Option<At<usize>>,
    #[serde(default)]
    differs: Vec<At<RawDiffers>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDiffers {
    row: At<String>,
    draft: At<String>,
    here: At<String>,
    why: At<String>,
}

/// Reads the figure2.yaml of every port that has one; `root` is the folder of the ports.
///
/// # Errors
/// Everything that is wrong in them, each with its place.
pub fn counterparts(
    root: &Path,
    ports: &[Port],
    figure: &Figure,
) -> Result<Vec<Counterpart>, CatalogueErrors> {
    let mut errors = Vec::new();
    let mut all = Vec::new();
    for port in ports {
        let path = root.join(&port.folder).join("figure2.yaml");
        if !path.exists() {
            continue;
        }
        let duts: Vec<&str> = port.duts.iter().map(|dut| dut.name.0.as_str()).collect();
        match read_text(&path) {
            Ok(text) => {
                let file = path.display().to_string();
                all.extend(of_port(&file, &text, &duts, figure, &mut errors));
            }
            Err(error) => errors.push(error),
        }
    }
    CatalogueErrors::unless(errors, all)
}

pub(super) fn of_port(
    file: &str,
    text: &str,
    duts: &[&str],
    figure: &Figure,
    errors: &mut Vec<CatalogueError>,
) -> Vec<Counterpart> {
    let raw: Vec<At<RawCounterpart>> = match yaml::read(file, text) {
        Ok(raw) => raw,
        Err(error) => {
            errors.push(error);
            return Vec::new();
        }
    };
    raw.into_iter()
        .filter_map(|raw| counterpart(file, raw, duts, figure, errors))
        .collect()
}

fn counterpart(
    file: &str,
    raw: At<RawCounterpart>,
    duts: &[&str],
    figure: &Figure,
    errors: &mut Vec<CatalogueError>,
) -> Option<Counterpart> {
    let place = yaml::place(file, raw.referenced);
    let raw = raw.value;
    let of = match (&raw.column, &raw.level) {
        (Some(column), None) => column.value.checked_sub(FIRST).map(Of::Column),
        (None, Some(level)) => Some(Of::Level(level.value)),
        _ => None,
    };
    let is_there = |of: &Of| match *of {
        Of::Column(column) => column < figure.columns.len(),
        Of::Level(level) => level < figure.levels.len(),
    };
    let Some(of) = of.filter(is_there) else {
        let text = format!(
            "names no counterpart (allowed: `column: 1` to {}, or `level: 0` to {})",
            figure.columns.len(),
            figure.levels.len().saturating_sub(1)
        );
        errors.push(CatalogueError::new(place, text));
        return None;
    };
    let glob = Glob::from(raw.duts.value.as_str());
    if !duts.iter().any(|dut| glob.matches(dut)) {
        let text = format!(
            "`duts: {glob}` matches no column of this port (allowed: {})",
            duts.join(", ")
        );
        errors.push(CatalogueError::new(
            yaml::place(file, raw.duts.referenced),
            text,
        ));
    }
    let differs = raw
        .differs
        .into_iter()
        .filter_map(|raw| {
            differs(file, raw, of, figure)
                .map_err(|error| errors.push(error))
                .ok()
        })
        .collect();
    Some(Counterpart {
        place,
        duts: glob,
        of,
        differs,
    })
}

fn differs(
    file: &str,
    raw: At<RawDiffers>,
    of: Of,
    figure: &Figure,
) -> Result<Differs, CatalogueError> {
    let place = yaml::place(file, raw.referenced);
    let raw = raw.value;
    let wrong = |at: &At<String>, text: String| {
        Err(CatalogueError::new(yaml::place(file, at.referenced), text))
    };
    let row = Topic(raw.row.value.clone());
    let Some(printed) = figure.mark(of, &row) else {
        return wrong(
            &raw.row,
            format!("the draft says nothing of `row: {row}` there"),
        );
    };
    let cells = [
        Cell::Yes,
        Cell::Partly,
        Cell::No,
        Cell::Wrong,
        Cell::Crashed,
    ];
    let here = cells.into_iter().find(|cell| cell.mark() == raw.here.value);
    let Some(here) = here else {
        let text = format!(
            "`here: {}` is no mark (allowed: o, ~, x, !, '')",
            raw.here.value
        );
        return wrong(&raw.here, text);
    };
    if Mark::read(&raw.draft.value) != Some(printed) {
        let text = format!(
            "`draft: {}`, and it has `{}`",
            raw.draft.value,
            printed.mark()
        );
        return wrong(&raw.draft, text);
    }
    if raw.why.value.trim().is_empty() || raw.why.value.starts_with("TODO") {
        return wrong(&raw.why, "`why` is not written yet".to_owned());
    }
    Ok(Differs {
        place,
        row,
        draft: printed,
        here,
        why: raw.why.value,
    })
}
