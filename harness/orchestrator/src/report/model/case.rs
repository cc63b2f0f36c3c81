//! A case as a report names it.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sixlo_judge::testcase::{Direction, Kind, Strength, TestCase};

use crate::report::Results;

/// A case as a report names it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Case {
    /// Its id.
    pub id: String,
    /// `<document>/<clause>/<id>`, relative to the catalogue.
    pub path: String,
    /// One sentence.
    pub title: String,
    /// The clause that decides, such as `RFC 6282 3.1.1`.
    pub clause: String,
    /// How strong the clause is.
    pub strength: Strength,
    /// Valid behaviour, which colours cells, or something beside it.
    pub kind: Kind,
    /// Which side of the device is judged.
    pub direction: Direction,
    /// The row of Figure 2, or the topic without a row.
    pub topic: String,
    /// The capability level it needs; none outside the levels.
    pub level: Option<u8>,
    /// The requirements it covers.
    pub covers: Vec<String>,
    /// The case that must pass before this one decides anything.
    pub builds_on: Option<String>,
    /// For a guard: the valid case that must have passed on the same device.
    pub twin: Option<String>,
    /// Where the idea comes from: test descriptions such as `TD_6Lo_HC_01`, numbers of bugs.
    pub origin: Vec<String>,
    /// Prose for people who ask why.
    pub why: Option<String>,
    /// Why people disagree about it; its verdict decides no cell.
    pub disputed: Option<String>,
    /// A hash of its file's text, the same in every run. Empty in reports made before it
    /// was kept.
    #[serde(default)]
    pub text_hash: String,
}

impl Case {
    /// Those of which a trial was played, in the catalogue's order.
    pub(super) fn played(results: &Results) -> Vec<Self> {
        let played: BTreeSet<_> = results
            .findings
            .iter()
            .map(|finding| &finding.case.id)
            .collect();
        let cases = results.catalogue.cases.iter();
        cases
            .filter(|case| played.contains(&case.id))
            .map(Case::of)
            .collect()
    }

    /// A case as reports name it.
    pub fn of(case: &TestCase) -> Self {
        let relative =
            |id: &Option<sixlo_judge::name::CaseId>| id.as_ref().map(ToString::to_string);
        Case {
            id: case.id.to_string(),
            path: case.path.clone(),
            title: case.title.clone(),
            clause: case.clause.clone(),
            strength: case.strength,
            kind: case.kind,
            direction: case.direction,
            topic: case.topic.to_string(),
            level: case.level,
            covers: case.covers.iter().map(ToString::to_string).collect(),
            builds_on: relative(&case.builds_on),
            twin: relative(&case.twin),
            origin: case.origin.iter().map(ToString::to_string).collect(),
            why: case.why.clone(),
            disputed: case.disputed.clone(),
            text_hash: case.text_hash.clone(),
        }
    }
}
