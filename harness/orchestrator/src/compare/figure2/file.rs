//! testcases/figure2.yaml, and the figure2.yaml of a port.

use std::path::Path;

use serde::Deserialize;
use sixlo_judge::known::Glob;
use sixlo_judge::matrix::Cell;
use sixlo_judge::name::Topic;
use sixlo_judge::rows::Rows;

use crate::catalogue::yaml::{self, At};
use crate::catalogue::{CatalogueError, CatalogueErrors, Place, Port, read_text};

/// The draft's two figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// The headings of Figure 2's columns, from left to right.
    pub columns: Vec<String>,
    /// Its rows, from top to bottom.
    pub rows: Vec<Row>,
    /// What each level of Figure 4 adds.
    pub levels: Vec<Level>,
}

/// A row of Figure 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is about.
    pub topic: Topic,
    /// One a column.
    pub marks: Vec<Mark>,
    /// Where our row asks something else.
    pub notes: Option<String>,
}

/// A mark of the draft's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// `o`
    Yes,
    /// `~`
    Partly,
    /// Blank.
    No,
}

/// What a level of Figure 4 adds to those below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Whole rows.
    pub adds: Vec<Topic>,
    /// Parts of rows.
    pub partly: Vec<Topic>,
}

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

/// A column of Figure 2, or a level of Figure 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Counted from 0.
    Column(usize),
    /// From 0 to 5.
    Level(usize),
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
struct RawFigure {
    columns: Vec<RawColumn>,
    rows: Vec<RawRow>,
    levels: Vec<RawLevel>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawColumn {
    column: At<usize>,
    origin: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRow {
    topic: At<String>,
    marks: At<String>,
    notes: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLevel {
    adds: Vec<At<String>>,
    #[serde(default)]
    partly: Vec<At<String>>,
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

/// The first column is 1.
const FIRST: usize = 1;

impl Mark {
    /// As the figure shows it.
    pub fn mark(self) -> &'static str {
        match self {
            Mark::Yes => "o",
            Mark::Partly => "~",
            Mark::No => "",
        }
    }

    fn read(text: &str) -> Option<Self> {
        match text {
            "o" => Some(Mark::Yes),
            "~" => Some(Mark::Partly),
            "" | " " => Some(Mark::No),
            _ => None,
        }
    }
}

impl Figure {
    /// Reads figure2.yaml, and holds it against the rows of ours: the same in the same order.
    ///
    /// # Errors
    /// Everything that is wrong in it, each with its place.
    pub fn read(path: &Path, rows: &Rows) -> Result<Self, CatalogueErrors> {
        let text = read_text(path).map_err(|error| CatalogueErrors(vec![error]))?;
        Figure::of_text(&path.display().to_string(), &text, rows)
    }

    pub(super) fn of_text(file: &str, text: &str, rows: &Rows) -> Result<Self, CatalogueErrors> {
        let raw: RawFigure =
            yaml::read(file, text).map_err(|error| CatalogueErrors(vec![error]))?;
        let mut errors = Vec::new();
        for (at, column) in raw.columns.iter().enumerate() {
            if column.column.value != at + FIRST {
                let text = format!(
                    "`column: {}` stands where {} is next",
                    column.column.value,
                    at + FIRST
                );
                let place = yaml::place(file, column.column.referenced);
                errors.push(CatalogueError::new(place, text));
            }
        }
        let ours: Vec<&Topic> = rows
            .rows
            .iter()
            .filter(|row| !row.sub_row)
            .map(|row| &row.topic)
            .collect();
        for (at, row) in raw.rows.iter().enumerate() {
            if ours.get(at).is_none_or(|topic| topic.0 != row.topic.value) {
                let next = ours.get(at).map_or("none", |topic| topic.0.as_str());
                let text = format!(
                    "`topic: {}` stands where rows.yaml has {next}",
                    row.topic.value
                );
                errors.push(CatalogueError::new(
                    yaml::place(file, row.topic.referenced),
                    text,
                ));
            }
        }
        if raw.rows.len() < ours.len() {
            let text = format!("{} rows, and rows.yaml has {}", raw.rows.len(), ours.len());
            errors.push(CatalogueError::new(Place::file(file), text));
        }
        for (level, raw) in raw.levels.iter().enumerate() {
            for topic in &raw.adds {
                let row = rows.row(&Topic(topic.value.clone()));
                if row.and_then(|row| row.level).map(usize::from) != Some(level) {
                    let text =
                        format!("rows.yaml does not have `{}` at level {level}", topic.value);
                    errors.push(CatalogueError::new(
                        yaml::place(file, topic.referenced),
                        text,
                    ));
                }
            }
        }
        let columns = raw.columns.len();
        let rows = raw.rows.into_iter().filter_map(|row| {
            let marks: Option<Vec<Mark>> = row
                .marks
                .value
                .chars()
                .map(|mark| Mark::read(mark.encode_utf8(&mut [0; 4])))
                .collect();
            let marks = marks.filter(|marks| marks.len() == columns);
            if marks.is_none() {
                let text = format!(
                    "`{}` is not one mark for each of {columns} columns (allowed: o, ~, a space)",
                    row.marks.value
                );
                errors.push(CatalogueError::new(
                    yaml::place(file, row.marks.referenced),
                    text,
                ));
            }
            Some(Row {
                topic: Topic(row.topic.value),
                marks: marks?,
                notes: row.notes,
            })
        });
        let topics =
            |names: Vec<At<String>>| names.into_iter().map(|name| Topic(name.value)).collect();
        let figure = Figure {
            rows: rows.collect(),
            columns: raw
                .columns
                .into_iter()
                .map(|column| column.origin)
                .collect(),
            levels: raw
                .levels
                .into_iter()
                .map(|level| Level {
                    adds: topics(level.adds),
                    partly: topics(level.partly),
                })
                .collect(),
        };
        CatalogueErrors::unless(errors, figure)
    }

    /// The draft's mark for a row; none where it says nothing.
    pub fn mark(&self, of: Of, topic: &Topic) -> Option<Mark> {
        match of {
            Of::Column(column) => {
                let row = self.rows.iter().find(|row| row.topic == *topic)?;
                row.marks.get(column).copied()
            }
            Of::Level(level) => {
                let reached = self.levels.get(..=level)?;
                if reached.iter().any(|level| level.adds.contains(topic)) {
                    return Some(Mark::Yes);
                }
                if reached.iter().any(|level| level.partly.contains(topic)) {
                    return Some(Mark::Partly);
                }
                let above = self.levels.iter().any(|level| level.adds.contains(topic));
                above.then_some(Mark::No)
            }
        }
    }

    /// What a counterpart is called.
    pub fn name(&self, of: Of) -> String {
        match of {
            Of::Column(column) => self.columns.get(column).cloned().unwrap_or_default(),
            Of::Level(level) => format!("level {level}"),
        }
    }
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
