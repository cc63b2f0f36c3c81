//! known.yaml.

use serde::Deserialize;
use sixlo_judge::day::Day;
use sixlo_judge::known::{Glob, Known, KnownCell, VersionRange};
use sixlo_judge::matrix::Cell;
use sixlo_judge::name::Topic;
use sixlo_judge::verdict::Outcome;

use crate::catalogue::error::CatalogueError;
use crate::catalogue::yaml::{self, At, patterns::Patterns};

/// One cause of deviations: of trials, or of a sending cell that no trial fails by. An entry that
/// lists several patterns is as many entries as there are cases, labels and columns together, all
/// with the same reason.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    cases: Option<Patterns>,
    labels: Option<Patterns>,
    outcome: Option<RawOutcome>,
    sending: Option<Topics>,
    shows: Option<At<String>>,
    duts: Option<Patterns>,
    versions: Option<At<String>>,
    reason: String,
    function: Option<String>,
    link: Option<String>,
    embargo: Option<At<String>>,
}

/// An outcome that can be known: not a right one.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawOutcome {
    WrongValue,
    Declined,
    Dropped,
    Crashed,
    Undecided,
}

/// What a known.yaml explains.
#[derive(Debug, Default)]
pub(super) struct Explained {
    pub trials: Vec<Known>,
    pub cells: Vec<KnownCell>,
}

/// `sending: a` or `sending: [a, b]`.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a row, or a list of rows")]
enum Topics {
    One(String),
    Several(Vec<String>),
}

impl Topics {
    fn names(self) -> Vec<String> {
        match self {
            Topics::One(name) => vec![name],
            Topics::Several(names) => names,
        }
    }
}

/// What all entries say in the same way.
struct Common {
    duts: Vec<Glob>,
    versions: Option<VersionRange>,
    reason: String,
    function: Option<String>,
    embargo: Option<Day>,
}

/// Reads a known.yaml.
pub(super) fn known(file: &str, text: &str, errors: &mut Vec<CatalogueError>) -> Option<Explained> {
    let entries: Vec<At<Entry>> = match yaml::read(file, text) {
        Ok(entries) => entries,
        Err(error) => {
            errors.push(error);
            return None;
        }
    };
    let mut explained = Explained::default();
    let before = errors.len();
    for entry in entries {
        if let Err(error) = explained.take(file, entry) {
            errors.push(error);
        }
    }
    (errors.len() == before).then_some(explained)
}

impl Explained {
    /// Both.
    pub(super) fn and(mut self, mut more: Explained) -> Explained {
        self.trials.append(&mut more.trials);
        self.cells.append(&mut more.cells);
        self
    }

    fn take(&mut self, file: &str, entry: At<Entry>) -> Result<(), CatalogueError> {
        let here = yaml::place(file, entry.referenced);
        let entry = entry.value;
        let versions = match entry.versions {
            None => None,
            Some(text) => Some(text.value.parse::<VersionRange>().map_err(|error| {
                CatalogueError::new(yaml::place(file, text.referenced), error.to_string())
            })?),
        };
        let common = Common {
            duts: match entry.duts {
                Some(duts) => duts.globs(),
                None => vec![Glob::from("*")],
            },
            versions,
            reason: match entry.link {
                Some(link) => format!("{} ({link})", entry.reason),
                None => entry.reason,
            },
            function: entry.function,
            embargo: match entry.embargo {
                None => None,
                Some(text) => Some(embargo(file, &text)?),
            },
        };
        match (entry.cases, entry.outcome, entry.sending, entry.shows) {
            (Some(cases), Some(outcome), None, None) => {
                self.trials
                    .extend(of_trials(&cases, entry.labels.as_ref(), outcome, &common));
            }
            (None, None, Some(rows), Some(shows))
                if entry.labels.is_none() && common.embargo.is_none() =>
            {
                let marks = [Cell::Partly, Cell::No, Cell::Wrong];
                let cell = marks.into_iter().find(|cell| cell.mark() == shows.value);
                let Some(cell) = cell else {
                    let text = format!(
                        "`shows: {}` needs no entry (allowed: '~', '', x)",
                        shows.value
                    );
                    return Err(CatalogueError::new(
                        yaml::place(file, shows.referenced),
                        text,
                    ));
                };
                for row in rows.names() {
                    self.cells.extend(common.duts.iter().map(|dut| KnownCell {
                        topic: Topic(row.clone()),
                        cell,
                        dut: dut.clone(),
                        versions: common.versions.clone(),
                        reason: common.reason.clone(),
                        function: common.function.clone(),
                    }));
                }
            }
            _ => {
                let text = "explains neither trials nor a cell (allowed: `cases` and `outcome`, with `labels` or without; \
                            or `sending` and `shows`, with neither `labels` nor `embargo`)";
                return Err(CatalogueError::new(here, text));
            }
        }
        Ok(())
    }
}

fn of_trials(
    cases: &Patterns,
    labels: Option<&Patterns>,
    outcome: RawOutcome,
    common: &Common,
) -> Vec<Known> {
    let outcome = match outcome {
        RawOutcome::WrongValue => Outcome::WrongValue,
        RawOutcome::Declined => Outcome::Declined,
        RawOutcome::Dropped => Outcome::Dropped,
        RawOutcome::Crashed => Outcome::Crashed,
        RawOutcome::Undecided => Outcome::Unknown,
    };
    let labels = match labels {
        None => vec![None],
        Some(labels) => labels.globs().into_iter().map(Some).collect(),
    };
    let mut known = Vec::new();
    for case in cases.globs() {
        for label in &labels {
            known.extend(common.duts.iter().map(|dut| Known {
                case: case.clone(),
                label: label.clone(),
                dut: dut.clone(),
                versions: common.versions.clone(),
                outcome,
                reason: common.reason.clone(),
                function: common.function.clone(),
                embargo: common.embargo,
            }));
        }
    }
    known
}

/// The day until which something is withheld.
pub(super) fn embargo(file: &str, text: &At<String>) -> Result<Day, CatalogueError> {
    text.value.parse().map_err(|error| {
        CatalogueError::new(
            yaml::place(file, text.referenced),
            format!("embargo: {error}"),
        )
    })
}
