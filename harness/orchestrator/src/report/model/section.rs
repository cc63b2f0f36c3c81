//! What stands below the matrix, in words.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::document::{Block, Row};
use crate::report::{Results, below};

/// A heading and what stands below it: lines, or a table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// One line an item.
    pub lines: Vec<String>,
    /// A table in place of lines.
    pub table: Option<SectionTable>,
}

/// Rows under a head; the first column is text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SectionTable {
    /// One word a column.
    pub head: Vec<String>,
    /// As many cells a row as the head has.
    pub rows: Vec<Vec<String>>,
}

impl Section {
    /// All that a file shows below the matrix.
    pub(super) fn below(results: &Results) -> Vec<Self> {
        let mut sections: Vec<Section> = Vec::new();
        for block in below::all(results) {
            if let Block::Heading(title) = block {
                sections.push(Section {
                    title,
                    ..Section::default()
                });
            } else if let Some(section) = sections.last_mut() {
                section.take(block);
            }
        }
        sections
    }

    fn take(&mut self, block: Block) {
        match block {
            Block::Text(line) => self.lines.push(line),
            Block::List(lines) => self.lines.extend(lines),
            Block::Table(table) => {
                let cells = |row| match row {
                    Row::Cells(cells) => cells,
                    Row::Title(title) => vec![title],
                };
                self.table = Some(SectionTable {
                    head: table.head,
                    rows: table.rows.into_iter().map(cells).collect(),
                });
            }
            // Neither stands below the matrix.
            Block::Heading(_) | Block::Finding { .. } => {}
        }
    }
}
