//! Cells of the matrix that two sets of words on one run show differently.

use sixlo_judge::matrix::{Column, Matrix};

use crate::report::{Results, cell_text};

/// One cell, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellChange {
    /// The device, and what is shown of it.
    pub cell: String,
    /// Its mark before; empty where nothing was known.
    pub was: String,
    /// Its mark after.
    pub is: String,
}

/// Every cell whose marks differ, by column. Both are words on the same run.
pub fn changed_cells(before: &Results, after: &Results) -> Vec<CellChange> {
    let columns = before.matrix.columns.iter().zip(&after.matrix.columns);
    columns
        .flat_map(|(was, is)| {
            let was = marks(&before.matrix, was);
            was.into_iter().zip(marks(&after.matrix, is))
        })
        .filter(|(was, is)| was != is)
        .map(|((cell, was), (_, is))| CellChange { cell, was, is })
        .collect()
}

/// All that a column shows, each mark with its name.
fn marks(matrix: &Matrix, column: &Column) -> Vec<(String, String)> {
    let mut marks = Vec::new();
    for (way, entries, level) in [
        ("receiving", &column.receive, &column.receive_level),
        ("sending", &column.send, &column.send_level),
    ] {
        let name = |what: &str| format!("{}, {way}: {what}", column.dut);
        let rows = matrix.rows.iter().zip(entries);
        marks.extend(rows.map(|(row, entry)| (name(&row.title), cell_text(entry))));
        marks.push((name("level reached"), level.mark()));
    }
    marks.push((
        format!("{}, sending: octets wasted", column.dut),
        column.octets_wasted().to_string(),
    ));
    marks
}
