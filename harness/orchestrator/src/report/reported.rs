//! What others have written of stacks, in a block of its own: the draft's Figure 2 as it is
//! printed, and what else is said. Nothing of it was measured, and nothing counts it.

use sixlo_judge::matrix::RowTitle;

use super::document::{Block, Row, Table};
use super::matrix::row_title;
use super::model::Reported;
use super::results::Results;
use crate::catalogue::figure2::Mark;
use crate::catalogue::port::reported::{CodeSize, Source};

/// What the block is called, in every format.
pub const HEADING: &str = "As reported, not measured";
/// What its marks mean.
pub const LEGEND: &str = "o there, as reported; ~ a part of it; blank not there; - nobody says. Receiving, as others found it in the year \
                          that is named: it counts in no cell, level, sum or exit code.";

/// The sizes of a stack's 6LoWPAN, the whole first: title, and which it is.
pub const SIZES: [(&str, SizeOf); 4] = [
    ("6LoWPAN code, kB", |size| Some(&size.all)),
    ("  of it, compression", |size| size.compression.as_ref()),
    ("  of it, fragmentation", |size| size.fragmentation.as_ref()),
    ("  of it, mesh and broadcast header", |size| {
        size.mesh_and_broadcast.as_ref()
    }),
];

/// One of a stack's sizes.
pub type SizeOf = fn(&CodeSize) -> Option<&String>;

/// What a file shows: every row, every word.
pub(super) fn all(results: &Results) -> Vec<Block> {
    let reported = Reported::all(results);
    let rows = &results.matrix.rows;
    let mut lines = origins(&reported, rows);
    lines.extend(said(&reported, rows));
    blocks(&reported, rows, &SIZES, lines, |_| true)
}

/// What a terminal shows: the rows that this run played, and where their marks come from. A stack
/// of which single rows alone are spoken has no column there, but a line.
pub(super) fn brief(results: &Results) -> Vec<Block> {
    let was_played = |row: usize| {
        let columns = results.matrix.columns.iter();
        let mut cells = columns.flat_map(|column| [&column.receive[row], &column.send[row]]);
        cells.any(|entry| !entry.trials.is_empty())
    };
    let mut reported = Reported::all(results);
    let rows = &results.matrix.rows;
    let lines = origins(&reported, rows);
    reported.retain(|one| one.whole.is_some());
    blocks(&reported, rows, &SIZES[..1], lines, was_played)
}

fn blocks(
    reported: &[Reported],
    rows: &[RowTitle],
    sizes: &[(&str, SizeOf)],
    lines: Vec<String>,
    shown: impl Fn(usize) -> bool,
) -> Vec<Block> {
    let shown: Vec<usize> = (0..rows.len()).filter(|row| shown(*row)).collect();
    if reported.is_empty() || shown.is_empty() {
        return Vec::new();
    }
    let line = |title: String, cell: &dyn Fn(&Reported) -> String| {
        let cells = reported.iter().map(cell);
        Row::Cells(std::iter::once(title).chain(cells).collect())
    };
    let of_rows = shown.into_iter().map(|at| {
        let title = row_title(&rows[at].number, &rows[at].title);
        line(title, &|one| sign(one.marks[at]).to_owned())
    });
    let of_sizes = sizes.iter().map(|(title, size)| {
        line((*title).to_owned(), &|one| {
            let size = one.code_size.as_ref().and_then(size);
            size.map_or("-", String::as_str).to_owned()
        })
    });
    let headings = reported.iter().map(|one| one.heading.clone());
    let table = Table {
        head: std::iter::once("Feature".to_owned())
            .chain(headings)
            .collect(),
        rows: of_rows.chain(of_sizes).collect(),
    };
    vec![
        Block::Heading(HEADING.to_owned()),
        Block::Table(table),
        Block::Text(LEGEND.to_owned()),
        Block::List(lines),
    ]
}

/// A mark as the block shows it.
pub fn sign(mark: Option<Mark>) -> &'static str {
    mark.map_or("-", Mark::mark)
}

/// Where marks come from, the columns of one text together; then what this run found otherwise.
pub fn origins(reported: &[Reported], rows: &[RowTitle]) -> Vec<String> {
    let mut printed: Vec<(&Source, Vec<&str>)> = Vec::new();
    let mut others = Vec::new();
    for one in reported {
        let Some(whole) = &one.whole else {
            others.push(single_rows(one, rows));
            continue;
        };
        if let Some(other) = &whole.same_as {
            let why = whole.why.as_deref().unwrap_or("nothing more is said");
            let source = cited(&whole.source);
            others.push(format!("{} as {other} ({source}): {why}", one.heading));
            continue;
        }
        match printed
            .iter_mut()
            .find(|(source, _)| *source == &whole.source)
        {
            Some((_, headings)) => headings.push(&one.heading),
            None => printed.push((&whole.source, vec![&one.heading])),
        }
    }
    let printed = printed
        .into_iter()
        .map(|(source, of)| format!("{}: Figure 2 of {}", of.join(", "), cited(source)));
    let differences = reported.iter().flat_map(|one| differences(one, rows));
    printed.chain(others).chain(differences).collect()
}

/// A stack of which no whole column is reported.
fn single_rows(reported: &Reported, rows: &[RowTitle]) -> String {
    let marks: Vec<String> = reported
        .says
        .iter()
        .filter_map(|said| {
            let row = title(rows, &said.row.as_ref()?.0);
            Some(format!("{row} {}", word(said.mark?.mark())))
        })
        .collect();
    let marks = match marks.is_empty() {
        true => "nobody says anything of single rows".to_owned(),
        false => format!("{}, and nobody says more", marks.join(", ")),
    };
    let mut sources: Vec<String> = Vec::new();
    for said in &reported.says {
        let source = cited(&said.source);
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    format!("{}: {marks} ({})", reported.heading, sources.join("; "))
}

/// A mark in a sentence.
fn word(mark: &'static str) -> &'static str {
    if mark.is_empty() { "blank" } else { mark }
}

fn cited(source: &Source) -> String {
    format!("{}, {}", source.cite, source.year)
}

fn title<'r>(rows: &'r [RowTitle], topic: &'r str) -> &'r str {
    let row = rows.iter().find(|row| row.topic.0 == topic);
    row.map_or(topic, |row| &row.title)
}

/// A line for each device of this run that is this stack, and shows something else.
fn differences(reported: &Reported, rows: &[RowTitle]) -> Vec<String> {
    let devices = reported.measured_as.iter();
    devices
        .filter(|device| !device.differs.is_empty())
        .map(|device| {
            let of_rows: Vec<String> = device
                .differs
                .iter()
                .map(|differs| {
                    format!(
                        "{}: reported {}, measured {}",
                        title(rows, &differs.topic),
                        word(differs.reported.mark()),
                        word(differs.measured.mark())
                    )
                })
                .collect();
            format!(
                "{}, measured here as {}: {}",
                reported.heading,
                device.dut,
                of_rows.join("; ")
            )
        })
        .collect()
}

/// Each stack, how to reach it, and what is said of it besides its marks.
pub fn said(reported: &[Reported], rows: &[RowTitle]) -> Vec<String> {
    let mut lines = Vec::new();
    for one in reported {
        lines.push(format!(
            "{}: {}. Lineage: {}. How to reach it: {}",
            one.heading, one.stack, one.lineage, one.reach
        ));
        for said in &one.says {
            let about = match &said.row {
                Some(topic) => format!(", {}", title(rows, &topic.0)),
                None => String::new(),
            };
            lines.push(format!(
                "{}{about}: {} ({})",
                one.heading,
                said.text,
                cited(&said.source)
            ));
        }
        if let Some(size) = &one.code_size {
            let notes = size.notes.as_deref().unwrap_or("as printed");
            lines.push(format!(
                "{}, code: {notes} ({})",
                one.heading,
                cited(&size.source)
            ));
        }
    }
    lines
}
