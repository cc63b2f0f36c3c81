//! What others have written of stacks, as the page lays it out: a table of its own below the
//! matrix, whose cells open nothing, since no trial stands behind them.

use crate::catalogue::figure2::Mark;
use crate::report::model::{Report, Reported};
use crate::report::reported::{HEADING, LEGEND, SIZES, origins, said, sign};

/// The whole block.
#[derive(Debug)]
pub struct Block<'a> {
    pub heading: &'static str,
    pub legend: &'static str,
    pub columns: &'a [Reported],
    pub rows: Vec<Row<'a>>,
    /// Title, and a size for each column.
    pub sizes: Vec<(&'static str, Vec<&'a str>)>,
    pub origins: Vec<String>,
    pub said: Vec<String>,
}

/// A row of marks.
#[derive(Debug)]
pub struct Row<'a> {
    pub topic: &'a str,
    pub title: &'a str,
    pub sub_row: bool,
    /// One a column.
    pub cells: Vec<Cell<'a>>,
}

/// One mark.
#[derive(Debug)]
pub struct Cell<'a> {
    pub heading: &'a str,
    pub sign: &'static str,
    pub words: &'static str,
}

/// None where nothing is reported.
pub fn block(report: &Report) -> Option<Block<'_>> {
    let columns = report.reported.as_slice();
    let rows = report.rows.iter().enumerate().map(|(at, row)| Row {
        topic: &row.topic.0,
        title: &row.title,
        sub_row: row.number.ends_with(|c: char| c.is_ascii_alphabetic()),
        cells: columns
            .iter()
            .map(|column| Cell {
                heading: &column.heading,
                sign: sign(column.marks[at]),
                words: words(column.marks[at]),
            })
            .collect(),
    });
    let sizes = SIZES.iter().map(|(title, size)| {
        let cells = columns.iter().map(|column| {
            let size = column.code_size.as_ref().and_then(size);
            size.map_or("-", String::as_str)
        });
        (title.trim_start(), cells.collect())
    });
    (!columns.is_empty()).then(|| Block {
        heading: HEADING,
        legend: LEGEND,
        columns,
        rows: rows.collect(),
        sizes: sizes.collect(),
        origins: origins(columns, &report.rows),
        said: said(columns, &report.rows),
    })
}

fn words(mark: Option<Mark>) -> &'static str {
    match mark {
        Some(Mark::Yes) => "reported: there",
        Some(Mark::Partly) => "reported: a part of it",
        Some(Mark::No) => "reported: not there",
        None => "nobody says",
    }
}
