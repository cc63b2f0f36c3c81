//! Cells, levels and wasted octets that two reports show differently.

use serde::Serialize;

use crate::report::model::{Dut, Report};

/// One mark, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellChange {
    /// The device.
    pub dut: String,
    /// What is shown of it, such as `receiving: Mesh Header`.
    pub what: String,
    /// Its mark before; empty for a blank cell.
    pub was: String,
    /// Its mark after.
    pub is: String,
}

/// Every mark of a device that is in both, and differs.
pub(super) fn changed(before: &Report, after: &Report) -> Vec<CellChange> {
    let mut changes = Vec::new();
    for dut in &after.duts {
        let Some(earlier) = before.duts.iter().find(|other| other.name == dut.name) else {
            continue;
        };
        let was = marks(before, earlier);
        for (what, is) in marks(after, dut) {
            let earlier = was.iter().find(|(other, _)| *other == what);
            if let Some((_, was)) = earlier.filter(|(_, was)| *was != is) {
                changes.push(CellChange {
                    dut: dut.name.clone(),
                    what,
                    was: was.clone(),
                    is,
                });
            }
        }
    }
    changes
}

/// All that a column shows, each mark with its name.
fn marks(report: &Report, dut: &Dut) -> Vec<(String, String)> {
    let mut marks = Vec::new();
    for (way, side) in [("receiving", &dut.receive), ("sending", &dut.send)] {
        let rows = report.rows.iter().zip(&side.cells);
        marks.extend(rows.map(|(row, cell)| (format!("{way}: {}", row.title), cell.mark.clone())));
        marks.push((format!("{way}: level reached"), side.level.mark.clone()));
    }
    let rowless = report.rowless.iter().zip(&dut.rowless);
    marks.extend(rowless.map(|(topic, cell)| (topic.clone(), cell.mark.clone())));
    marks.push((
        "sending: octets wasted".to_owned(),
        dut.octets_wasted.to_string(),
    ));
    marks
}
