//! The draft's own figures beside ours: Figure 2 as its authors found the stacks of 2019, and
//! the levels of Figure 4; with every difference explained, or said to be unexplained.
//!
//! Receiving is compared, which is what Figure 2 shows.

mod counterpart;
mod told;

use sixlo_judge::matrix::Cell;
use sixlo_judge::status::ExitStatus;

use crate::catalogue::CatalogueError;
use crate::report::model::{Dut, Report};

pub use crate::catalogue::figure2::{Figure, Level, Mark, Of, Row};
pub use counterpart::{Counterpart, Differs, counterparts};
pub use told::told;

/// A run beside the draft's figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside<'a> {
    /// Every cell of a device that has a counterpart, by column and row.
    pub cells: Vec<Compared<'a>>,
    /// Devices that have none.
    pub alone: Vec<&'a str>,
    /// Explanations of what is no longer so.
    pub wrong: Vec<CatalogueError>,
}

/// One cell beside the draft's.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared<'a> {
    /// The device.
    pub dut: &'a str,
    /// What it is set beside.
    pub of: Of,
    /// The row's number in the report.
    pub row: usize,
    /// The draft's mark.
    pub draft: Mark,
    /// Ours.
    pub here: Cell,
    /// How they compare.
    pub result: Comparison<'a>,
}

/// How two marks compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison<'a> {
    /// The same mark.
    Same,
    /// Another, and why.
    Explained(&'a str),
    /// Another, and nobody says why.
    Unexplained,
    /// Ours is not known.
    Open,
}

impl<'a> Beside<'a> {
    /// Sets a run beside the draft.
    pub fn of(report: &'a Report, figure: &Figure, counterparts: &'a [Counterpart]) -> Self {
        let mut beside = Beside {
            cells: Vec::new(),
            alone: Vec::new(),
            wrong: Vec::new(),
        };
        for dut in &report.duts {
            let mut here = counterparts
                .iter()
                .filter(|counterpart| counterpart.duts.matches(&dut.name))
                .peekable();
            if here.peek().is_none() {
                beside.alone.push(&dut.name);
            }
            for counterpart in here {
                beside.compare(report, dut, figure, counterpart);
            }
        }
        beside
    }

    fn compare(
        &mut self,
        report: &'a Report,
        dut: &'a Dut,
        figure: &Figure,
        counterpart: &'a Counterpart,
    ) {
        let of = counterpart.of;
        for (at, (row, cell)) in report.rows.iter().zip(&dut.receive.cells).enumerate() {
            let Some(draft) = figure.mark(of, &row.topic) else {
                continue;
            };
            let here = cell.cell;
            let explanations = counterpart
                .differs
                .iter()
                .filter(|differs| differs.row == row.topic);
            let fitting = explanations
                .clone()
                .find(|differs| differs.here == here && !draft.is(here));
            let result = match fitting {
                _ if here.is_open() => Comparison::Open,
                _ if draft.is(here) => Comparison::Same,
                Some(differs) => Comparison::Explained(&differs.why),
                None => Comparison::Unexplained,
            };
            if result != Comparison::Open {
                let outdated = explanations.filter(|differs| Some(*differs) != fitting);
                self.wrong.extend(outdated.map(|differs| {
                    let text = format!(
                        "no longer applies: {} shows `{}` for {}, not `{}`; mend it, or take it out",
                        dut.name,
                        here.mark(),
                        row.title,
                        differs.here.mark()
                    );
                    CatalogueError::new(differs.place.clone(), text)
                }));
            }
            self.cells.push(Compared {
                dut: &dut.name,
                of,
                row: at,
                draft,
                here,
                result,
            });
        }
    }

    /// The cells that compare so.
    pub fn that_are(
        &self,
        is: impl Fn(&Comparison) -> bool,
    ) -> impl Iterator<Item = &Compared<'a>> {
        self.cells.iter().filter(move |cell| is(&cell.result))
    }

    /// What the process exits with: 1 for an unexplained difference, 2 for an explanation of what
    /// is not so, 3 where a cell that has a counterpart is undecided, 4 if nothing could be compared.
    pub fn status(&self) -> ExitStatus {
        let when = |is: bool, status| if is { status } else { ExitStatus::Success };
        let compared = self.that_are(|result| *result != Comparison::Open).count();
        let undecided = self.cells.iter().any(|cell| cell.here == Cell::Undecided);
        let unexplained = self
            .that_are(|result| *result == Comparison::Unexplained)
            .count();
        when(!self.wrong.is_empty(), ExitStatus::Usage)
            .and(when(unexplained > 0, ExitStatus::Unexpected))
            .and(when(undecided, ExitStatus::Undecided))
            .and(when(compared == 0, ExitStatus::Nothing))
    }
}

#[cfg(test)]
mod tests;
