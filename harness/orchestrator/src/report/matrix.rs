//! Figure 2, measured: the same rows in the same order, then what each device sends.

use sixlo_judge::matrix::{Cell, Column, Entry};

use super::Results;
use super::document::{Block, Row, Table};

pub(super) fn blocks(results: &Results) -> Vec<Block> {
    if results.profiles.is_empty() {
        return vec![Block::Text("no device was judged".to_owned())];
    }
    vec![Block::Table(table(results)), Block::Text(legend(results))]
}

fn table(results: &Results) -> Table {
    let columns = &results.matrix.columns;
    let line = |title: String, cell: &dyn Fn(&Column) -> String| {
        let cells = columns.iter().map(cell);
        Row::Cells(std::iter::once(title).chain(cells).collect())
    };
    let mut rows = vec![Row::Title("Receiving".to_owned())];
    for (at, row) in results.matrix.rows.iter().enumerate() {
        let title = row_title(&row.number, &row.title);
        rows.push(line(title, &|column| cell_text(&column.receive[at])));
    }
    rows.push(line("Level reached".to_owned(), &|column| {
        column.receive_level.mark()
    }));
    rows.push(Row::Title("Sending".to_owned()));
    for (at, row) in results.matrix.rows.iter().enumerate() {
        let title = row_title(&row.number, &row.title);
        rows.push(line(title, &|column| cell_text(&column.send[at])));
    }
    rows.push(line("Level reached".to_owned(), &|column| {
        column.send_level.mark()
    }));
    rows.push(line("Octets wasted".to_owned(), &|column| {
        column.octets_wasted().to_string()
    }));
    let names = columns.iter().map(|column| column.dut.0.clone());
    Table {
        head: std::iter::once("Feature".to_owned()).chain(names).collect(),
        rows,
    }
}

/// A sub-row, whose number ends in a letter, stands under its row.
pub fn row_title(number: &str, title: &str) -> String {
    match number.ends_with(|c: char| c.is_ascii_alphabetic()) {
        true => format!("  {title}"),
        false => title.to_owned(),
    }
}

/// A cell's mark, and the mark of its guards.
pub fn cell_text(entry: &Entry) -> String {
    match (entry.cell.mark(), entry.guards.mark()) {
        ("", "") => String::new(),
        // Beside a blank, so that it is not taken for the cell's own.
        ("", guard) => format!("({guard})"),
        (mark, guard) => format!("{mark}{guard}"),
    }
}

/// Only the marks that are there, and always the first ones.
fn legend(results: &Results) -> String {
    let entries: Vec<&Entry> = results
        .matrix
        .columns
        .iter()
        .flat_map(|column| column.receive.iter().chain(&column.send))
        .collect();
    let mut parts = Vec::new();
    for cell in [
        Cell::Yes,
        Cell::Partly,
        Cell::No,
        Cell::Wrong,
        Cell::Crashed,
        Cell::Undecided,
        Cell::NotRun,
        Cell::Withheld,
    ] {
        if entries.iter().any(|entry| entry.cell == cell) {
            let mark = match cell.mark() {
                "" => "blank",
                mark => mark,
            };
            parts.push(format!("{mark} {}", cell.meaning()));
        }
    }
    let has_guard = |mark| entries.iter().any(|entry| entry.guards.mark() == mark);
    if has_guard("*") {
        parts.push("* behind a mark: a guard failed (invalid frames, limits, timers)".to_owned());
    }
    if has_guard("!") {
        parts.push("! behind a mark: a guard crashed it".to_owned());
    }
    parts.join("; ")
}
