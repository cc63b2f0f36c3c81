//! A report as data: what `report.json` holds, and what every format for machines and
//! the HTML page are made of. Its shape is published (reports/schema/) and versioned.

mod case;
mod dut;
mod reported;
mod run;
mod section;
mod trial;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sixlo_judge::matrix::RowTitle;
use sixlo_judge::testcase::{Direction, Kind};

pub use case::Case;
pub use dut::{Cell, Dut, Gap, Level, Side, Withheld};
pub use reported::{Differs, MeasuredAs, Reported};
pub use run::{LeftOut, NotApplicable, Run};
pub use section::{Section, SectionTable};
pub(crate) use trial::title;
pub use trial::{Packets, Status, Trial};

use super::{Counts, Results};
use crate::catalogue::figure2::Mark;
use crate::run::Header;

/// What a reader has to ask for before it believes the rest.
pub const FORMAT: &str = "sixlo-report";
/// Goes up when a field changes its meaning or goes away; a new field leaves it alone.
pub const VERSION: u32 = 1;

/// A report as data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Always `sixlo-report`.
    pub format: String,
    /// The version of this shape: 1.
    pub version: u32,
    /// What was run.
    pub run: Run,
    /// What the process exits with: 0 as expected, 1 unexpected, 2 usage, 3 undecided, 4 nothing, 5 trouble.
    pub exit_code: u8,
    /// What that code means, in one clause.
    pub exit_meaning: String,
    /// How many of what.
    pub counts: Counts,
    /// The rows of Figure 2 in its order, sub-rows below their rows.
    pub rows: Vec<RowTitle>,
    /// Topics without a row.
    pub rowless: Vec<String>,
    /// One column a device.
    pub duts: Vec<Dut>,
    /// The cases of which a trial was judged, in the catalogue's order.
    pub cases: Vec<Case>,
    /// Every trial: by column, then in the catalogue's order.
    pub trials: Vec<Trial>,
    /// Cases, or rows of their sweeps, that do not apply to a device.
    pub not_applicable: Vec<NotApplicable>,
    /// The devices that were left out.
    pub left_out: Vec<LeftOut>,
    /// What others have written of stacks, those that cannot be run here among them.
    #[serde(default)]
    pub reported: Vec<Reported>,
    /// What stands below the matrix, in words.
    pub sections: Vec<Section>,
}

impl Report {
    /// A run's report as data.
    pub fn of(results: &Results, header: &Header) -> Self {
        let status = results.status();
        Report {
            format: FORMAT.to_owned(),
            version: VERSION,
            run: Run::of(header),
            exit_code: status.code(),
            exit_meaning: status.meaning().to_owned(),
            counts: results.counts(),
            rows: results.matrix.rows.clone(),
            rowless: results
                .matrix
                .rowless
                .iter()
                .map(ToString::to_string)
                .collect(),
            duts: Dut::all(results),
            cases: Case::played(results),
            trials: results
                .findings
                .iter()
                .map(|finding| Trial::of(finding, results))
                .collect(),
            not_applicable: NotApplicable::all(results),
            left_out: results.left_out.iter().map(LeftOut::of).collect(),
            reported: Reported::all(results),
            sections: Section::below(results),
        }
    }

    /// What others report of a trial's row, in the device's stack: they speak of receiving valid frames.
    pub fn reported_of(&self, trial: &Trial) -> Option<Mark> {
        let case = self.case(&trial.case)?;
        let row = self.rows.iter().position(|row| row.topic.0 == case.topic)?;
        let is_stack = |one: &&Reported| one.measured_as.iter().any(|of| of.dut == trial.dut);
        let reported = self.reported.iter().find(is_stack)?;
        match (case.direction, case.kind) {
            (Direction::Receive, Kind::Valid) => *reported.marks.get(row)?,
            _ => None,
        }
    }

    /// A case by its id.
    pub fn case(&self, id: &str) -> Option<&Case> {
        self.cases.iter().find(|case| case.id == id)
    }
}
