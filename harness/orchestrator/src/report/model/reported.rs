//! What others have written of stacks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sixlo_judge::matrix::{Cell, Column};

use crate::catalogue::figure2::Mark;
use crate::catalogue::port::reported::{CodeSize, Said, Whole};
use crate::report::Results;

/// What others have written of one stack. Nothing of it was measured: it counts in no cell,
/// level, sum or exit code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reported {
    /// The column's title.
    pub heading: String,
    /// The stack.
    pub stack: String,
    /// Its folder below firmware-under-test/ports/.
    pub port: String,
    /// Whose code it descends from.
    pub lineage: String,
    /// How it could be tested.
    pub reach: String,
    /// Where a whole column of marks comes from; none where only single rows are spoken of.
    pub whole: Option<Whole>,
    /// One a row, receiving; null where nobody says.
    pub marks: Vec<Option<Mark>>,
    /// What is said besides.
    pub says: Vec<Said>,
    /// How much code its 6LoWPAN is.
    pub code_size: Option<CodeSize>,
    /// The devices of this run that are this stack.
    pub measured_as: Vec<MeasuredAs>,
}

/// A device of this run that is a stack of which others have reported, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MeasuredAs {
    /// The device.
    pub dut: String,
    /// Rows in which it shows another mark than is reported, receiving. What is open differs
    /// from nothing.
    pub differs: Vec<Differs>,
}

/// A row that was found otherwise than it is reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Differs {
    /// Its topic.
    pub topic: String,
    /// As reported.
    pub reported: Mark,
    /// As measured.
    pub measured: Cell,
}

impl Reported {
    /// All that there are, set beside a run.
    pub(in crate::report) fn all(results: &Results) -> Vec<Self> {
        let reported = results.reported.iter();
        reported
            .map(|reported| Reported {
                heading: reported.heading.clone(),
                stack: reported.stack.clone(),
                port: reported.folder.clone(),
                lineage: reported.lineage.clone(),
                reach: reported.reach.clone(),
                whole: reported.whole.clone(),
                marks: reported.marks.clone(),
                says: reported.says.clone(),
                code_size: reported.code_size.clone(),
                measured_as: results
                    .matrix
                    .columns
                    .iter()
                    .filter(|column| reported.duts.contains(&column.dut))
                    .map(|column| MeasuredAs {
                        dut: column.dut.to_string(),
                        differs: differs(results, &reported.marks, column),
                    })
                    .collect(),
            })
            .collect()
    }
}

fn differs(results: &Results, marks: &[Option<Mark>], column: &Column) -> Vec<Differs> {
    let rows = results.matrix.rows.iter().zip(marks).zip(&column.receive);
    rows.filter_map(|((row, mark), entry)| {
        let reported = (*mark)?;
        let measured = entry.cell;
        (!measured.is_open() && !reported.is(measured)).then(|| Differs {
            topic: row.topic.to_string(),
            reported,
            measured,
        })
    })
    .collect()
}
