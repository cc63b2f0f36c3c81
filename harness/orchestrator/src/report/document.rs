//! A report as blocks, before it is known whether a terminal or a file shows them.

/// A report from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document(pub Vec<Block>);

/// One block of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A sentence or a line.
    Text(String),
    /// One line an item.
    List(Vec<String>),
    /// Rows and columns.
    Table(Table),
    /// One finding: what it is about, then each field with its words.
    Finding {
        /// The line that names it.
        title: String,
        /// Name and words.
        fields: Vec<(&'static str, String)>,
    },
}

/// Rows under a head. The first column is text, the others hold marks and numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// One word a column.
    pub head: Vec<String>,
    /// From top to bottom.
    pub rows: Vec<Row>,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// As many cells as the head has.
    Cells(Vec<String>),
    /// A title that stands above the rows below it.
    Title(String),
}
