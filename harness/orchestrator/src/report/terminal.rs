//! A report on a terminal, or on paper of a fixed width.

use std::fmt::Write as _;

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table as Grid, presets};

use super::document::{Block, Document, Row, Table};

/// The report as text. `width` is the terminal's, in characters; none where
/// nobody cuts lines.
pub fn render(document: &Document, width: Option<u16>) -> String {
    let mut out = String::new();
    for block in &document.0 {
        if !out.is_empty() && !matches!(block, Block::List(_)) {
            out.push('\n');
        }
        render_block(&mut out, block, width);
    }
    out
}

fn render_block(out: &mut String, block: &Block, width: Option<u16>) {
    let written = match block {
        Block::Heading(text) | Block::Text(text) => writeln!(out, "{text}"),
        Block::List(lines) => lines.iter().try_for_each(|line| writeln!(out, "  {line}")),
        Block::Table(table) => out.write_str(&grid(table, width)),
        Block::Finding { title, fields } => writeln!(out, "{title}").and_then(|()| {
            fields
                .iter()
                .try_for_each(|(name, words)| writeln!(out, "    {name:<9} {words}"))
        }),
    };
    written.expect("a string takes everything");
}

fn grid(table: &Table, width: Option<u16>) -> String {
    let mut grid = Grid::new();
    grid.load_style(presets::NOTHING);
    if let Some(width) = width {
        grid.set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width);
    }
    grid.set_header(table.head.iter().enumerate().map(aligned));
    for row in &table.rows {
        match row {
            Row::Cells(cells) => grid.add_row(cells.iter().enumerate().map(aligned)),
            Row::Title(title) => grid.add_row([Cell::new(title)]),
        };
    }
    if let Some(first) = grid.column_mut(0) {
        first.set_padding((0, 1));
    }
    let rule = "-".repeat(width_of(&grid));
    let text = grid.to_string();
    let mut lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.insert(1.min(lines.len()), &rule);
    lines.push(&rule);
    lines.join("\n") + "\n"
}

fn width_of(grid: &Grid) -> usize {
    let text = grid.to_string();
    let widths = text.lines().map(|line| line.trim_end().chars().count());
    widths.max().unwrap_or(0)
}

fn aligned((at, text): (usize, &String)) -> Cell {
    let cell = Cell::new(text);
    match at {
        0 => cell,
        _ => cell.set_alignment(CellAlignment::Center),
    }
}
