//! What the matrix and the reports know of a trial: all but its octets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::name::{CaseId, DutName, TrialId};

/// A trial's names and where it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialMeta {
    /// The trial.
    pub id: TrialId,
    /// The case.
    pub case: CaseId,
    /// The sweep row's label; empty without a sweep.
    #[serde(default)]
    pub label: String,
    /// The DUT.
    pub dut: DutName,
    /// The level of its values.
    #[serde(default)]
    pub level: Option<u8>,
    /// Whether it may colour a cell: of a sweep, only a row in which one knob
    /// differs from the base.
    pub colours: bool,
    /// The values a product sweep gave it, one a knob.
    #[serde(default)]
    pub knobs: Vec<Knob>,
    /// Which time it is in a run that plays everything several times, from 1.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub time: u16,
}

fn first() -> u16 {
    1
}

fn is_first(time: &u16) -> bool {
    *time == 1
}

/// One knob of a sweep and its value in one trial.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Knob {
    /// The knob, such as `iphc.tf`.
    pub name: String,
    /// Its value, such as `elided`.
    pub value: String,
}

impl TrialMeta {
    /// Label and time, such as `tf=11, time 2`: no two trials of a case and a DUT share it.
    pub fn row(&self) -> String {
        match (self.label.as_str(), self.time) {
            (label, 1) => label.to_owned(),
            ("", time) => format!("time {time}"),
            (label, time) => format!("{label}, time {time}"),
        }
    }

    /// Case, label and time, as reports name a trial beside its DUT.
    pub fn title(&self) -> String {
        match self.row().as_str() {
            "" => self.case.to_string(),
            row => format!("{} [{row}]", self.case),
        }
    }
}
