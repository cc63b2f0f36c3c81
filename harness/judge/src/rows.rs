//! The rows of Figure 2 and the topics that belong to none.

use crate::name::Topic;

/// `testcases/rows.yaml`: which topic is which row, and at which level.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// In Figure 2's order; a sub-row follows its row.
    pub rows: Vec<Row>,
    /// Topics that have no row, listed below the matrix.
    pub rowless: Vec<Topic>,
}

/// One row of Figure 2, or a sub-row of ours.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The topic that this row shows.
    pub topic: Topic,
    /// The draft's wording.
    pub title: String,
    /// The draft's capability level; none for ND and GHC.
    pub level: Option<u8>,
    /// A sub-row is ours, shown indented under the row before it.
    pub sub_row: bool,
}

impl Rows {
    /// The row that shows `topic`, if one does.
    pub fn row(&self, topic: &Topic) -> Option<&Row> {
        self.rows.iter().find(|row| &row.topic == topic)
    }
}
