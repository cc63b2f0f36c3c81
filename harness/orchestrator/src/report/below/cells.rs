//! Cells that are no `o`, and what explains them.

use sixlo_judge::known::KnownCell;
use sixlo_judge::matrix::{Cell, Entry, RowTitle};
use sixlo_judge::profile::Profile;
use sixlo_judge::status::Expected;
use sixlo_judge::testcase::Need;
use sixlo_judge::verdict::Verdict;

use crate::report::{Finding, Results};

/// Sending cells that no trial fails by: a device's own frames decide them.
pub(super) fn known(results: &Results) -> Vec<String> {
    let mut lines = Vec::new();
    for (profile, column) in results.profiles.iter().zip(&results.matrix.columns) {
        for (row, entry) in results.matrix.rows.iter().zip(&column.send) {
            if let Some(known) = known_cell(results, profile, row, entry.cell) {
                let function = known.function.as_deref().unwrap_or("no function is named");
                lines.push(format!(
                    "{}: {} ({function})",
                    name(profile, "sending", row, entry.cell),
                    known.reason
                ));
            }
        }
    }
    lines
}

/// What a stack does not do, or does wrong, without an entry that says where in its source that
/// is. A node of the draft's levels does as much as its level says; nothing more is to be said.
pub(super) fn unexplained(results: &Results) -> Vec<String> {
    let mut lines = Vec::new();
    for (profile, column) in results.profiles.iter().zip(&results.matrix.columns) {
        if profile.offers.contains(&Need::P6lowpan) {
            continue;
        }
        let rows = || results.matrix.rows.iter();
        for (row, entry) in rows().zip(&column.receive) {
            if is_short(entry.cell) && fails(results, entry) != Fails::Known {
                lines.push(name(profile, "receiving", row, entry.cell));
            }
        }
        for ((row, entry), sums) in rows().zip(&column.send).zip(&column.economy) {
            let is_known = known_cell(results, profile, row, entry.cell).is_some();
            let explained = match fails(results, entry) {
                Fails::Unknown => false,
                // Frames that could have used it and did not fail nothing.
                Fails::Known => is_known || sums.missed == 0,
                Fails::None => is_known,
            };
            if is_short(entry.cell) && !explained {
                lines.push(name(profile, "sending", row, entry.cell));
            }
        }
    }
    lines
}

/// Whether there is something to explain.
fn is_short(cell: Cell) -> bool {
    matches!(cell, Cell::Partly | Cell::No | Cell::Wrong | Cell::Crashed)
}

/// What is known of the trials of a cell that fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fails {
    /// There is none.
    None,
    /// Every one, or it decides nothing.
    Known,
    /// Not every one.
    Unknown,
}

fn fails(results: &Results, entry: &Entry) -> Fails {
    let findings = entry.trials.iter().map(|&at| &results.findings[at]);
    let mut fails = findings
        .filter(|finding| finding.judgement.verdict == Verdict::Fail)
        .peekable();
    let is_settled =
        |finding: &Finding| matches!(finding.expected, Expected::Known(_) | Expected::NotJudged);
    match (fails.peek().is_some(), fails.all(is_settled)) {
        (false, _) => Fails::None,
        (true, true) => Fails::Known,
        (true, false) => Fails::Unknown,
    }
}

fn known_cell<'r>(
    results: &'r Results,
    profile: &Profile,
    row: &RowTitle,
    cell: Cell,
) -> Option<&'r KnownCell> {
    let known = results.known_cells.get(&profile.name)?;
    known
        .iter()
        .find(|known| known.explains(&row.topic, cell, profile))
}

fn name(profile: &Profile, way: &str, row: &RowTitle, cell: Cell) -> String {
    let mark = match cell.mark() {
        "" => "blank",
        mark => mark,
    };
    format!(
        "{}, {way} row {} {} ({mark})",
        profile.name, row.number, row.title
    )
}
