//! A report as a Markdown file.

use std::fmt::Write as _;

use super::document::{Block, Document, Row, Table};

/// The report as GitHub-flavoured Markdown.
pub fn render(document: &Document) -> String {
    let mut out = String::new();
    for (at, block) in document.0.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        render_block(&mut out, block, at == 0).expect("a string takes everything");
    }
    out
}

fn render_block(out: &mut String, block: &Block, first: bool) -> std::fmt::Result {
    match block {
        Block::Heading(text) if first => writeln!(out, "# {}", escaped(text)),
        Block::Heading(text) => writeln!(out, "## {}", escaped(text)),
        Block::Text(text) => writeln!(out, "{}", escaped(text)),
        Block::List(lines) => lines
            .iter()
            .try_for_each(|line| writeln!(out, "- {}", escaped(line))),
        Block::Table(table) => render_table(out, table),
        Block::Finding { title, fields } => {
            writeln!(out, "### {}\n", escaped(title))?;
            fields
                .iter()
                .try_for_each(|(name, words)| writeln!(out, "- **{name}** {}", escaped(words)))
        }
    }
}

fn render_table(out: &mut String, table: &Table) -> std::fmt::Result {
    let rules = table.head.iter().enumerate().map(|(at, _)| match at {
        0 => ":--",
        _ => ":-:",
    });
    line(out, table.head.iter().map(|cell| escaped(cell)))?;
    line(out, rules.map(str::to_owned))?;
    for row in &table.rows {
        match row {
            Row::Cells(cells) => line(out, cells.iter().map(|cell| indented(cell)))?,
            Row::Title(title) => {
                let blanks = table.head.iter().skip(1).map(|_| String::new());
                let title = format!("**{}**", escaped(title));
                line(out, std::iter::once(title).chain(blanks))?;
            }
        }
    }
    Ok(())
}

fn line(out: &mut String, cells: impl Iterator<Item = String>) -> std::fmt::Result {
    let cells: Vec<String> = cells.collect();
    writeln!(out, "| {} |", cells.join(" | "))
}

/// Leading spaces would be lost.
fn indented(cell: &str) -> String {
    let text = cell.trim_start();
    let spaces = "&nbsp;".repeat(cell.len() - text.len());
    spaces + &escaped(text)
}

/// Characters that would be taken for markup. What devices say of themselves is
/// in these texts, too.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '#' => {
                out.push('\\');
                out.push(c);
            }
            '\n' | '\r' => out.push(' '),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
