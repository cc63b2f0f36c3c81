//! Which requirements and test descriptions are covered, by which cases, and what is left.

use std::collections::BTreeMap;

use sixlo_judge::name::{CaseId, Origin, RequirementId, Topic};

use super::Catalogue;

/// The cases of each requirement and of each test description, in the order of their files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// One line a requirement.
    pub lines: Vec<Line>,
    /// One line a test description.
    pub descriptions: Vec<Described>,
}

/// One test description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// Its name.
    pub id: Origin,
    /// What it is about.
    pub about: String,
    /// The cases that embody it.
    pub cases: Vec<CaseId>,
}

/// One requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The requirement.
    pub requirement: RequirementId,
    /// Its topic.
    pub topic: Topic,
    /// The row of Figure 2 that shows the topic; none for topics without a row.
    pub row: Option<String>,
    /// The cases that cover it.
    pub cases: Vec<CaseId>,
}

impl Coverage {
    /// Of this catalogue.
    pub fn of(catalogue: &Catalogue) -> Self {
        let mut cases: BTreeMap<&RequirementId, Vec<CaseId>> = BTreeMap::new();
        for case in &catalogue.cases {
            for id in &case.covers {
                cases.entry(id).or_default().push(case.id.clone());
            }
        }
        let lines = catalogue
            .requirements
            .iter()
            .map(|requirement| Line {
                requirement: requirement.id.clone(),
                topic: requirement.topic.clone(),
                row: catalogue
                    .rows
                    .row(&requirement.topic)
                    .map(|row| row.title.clone()),
                cases: cases.remove(&requirement.id).unwrap_or_default(),
            })
            .collect();
        let descriptions = catalogue
            .descriptions
            .iter()
            .map(|description| Described {
                id: description.id.clone(),
                about: description.about.clone(),
                cases: catalogue
                    .cases_from(&description.id)
                    .map(|case| case.id.clone())
                    .collect(),
            })
            .collect();
        Coverage {
            lines,
            descriptions,
        }
    }

    /// Requirements that at least one case covers.
    pub fn covered(&self) -> usize {
        self.lines
            .iter()
            .filter(|line| !line.cases.is_empty())
            .count()
    }

    /// Requirements without a case.
    pub fn uncovered(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.cases.is_empty())
    }

    /// Requirements without a row of Figure 2, listed below the matrix.
    pub fn rowless(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.row.is_none())
    }
}
