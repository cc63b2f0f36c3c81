//! testcases/figure2.yaml: the draft's own figures, the one place where its marks stand.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sixlo_judge::matrix::Cell;
use sixlo_judge::name::Topic;
use sixlo_judge::rows::Rows;

use super::error::{CatalogueError, CatalogueErrors, Place};
use super::text::read_text;
use super::yaml::{self, At};

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

/// A mark of the draft's, and of whoever else reports what a stack does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
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

/// A column of Figure 2, or a level of Figure 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Counted from 0.
    Column(usize),
    /// From 0 to 5.
    Level(usize),
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

/// The first column is 1.
pub(crate) const FIRST: usize = 1;

impl Mark {
    /// As the figure shows it.
    pub fn mark(self) -> &'static str {
        match self {
            Mark::Yes => "o",
            Mark::Partly => "~",
            Mark::No => "",
        }
    }

    /// Whether a cell that was measured shows the same.
    pub fn is(self, cell: Cell) -> bool {
        matches!(
            (self, cell),
            (Mark::Yes, Cell::Yes) | (Mark::Partly, Cell::Partly) | (Mark::No, Cell::No)
        )
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
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

    pub(crate) fn of_text(file: &str, text: &str, rows: &Rows) -> Result<Self, CatalogueErrors> {
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
