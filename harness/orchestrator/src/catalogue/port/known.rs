//! known.yaml.

use serde::Deserialize;
use sixlo_judge::day::Day;
use sixlo_judge::known::{Glob, Known, VersionRange};
use sixlo_judge::verdict::Outcome;

use crate::catalogue::error::CatalogueError;
use crate::catalogue::yaml::{self, At, patterns::Patterns};

/// One cause of deviations. An entry that lists several patterns is as many
/// entries as there are pairs of a case and a label, all with the same reason.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    cases: Patterns,
    #[serde(default)]
    labels: Option<Patterns>,
    #[serde(default = "any")]
    duts: String,
    outcome: RawOutcome,
    versions: Option<At<String>>,
    reason: String,
    function: Option<String>,
    link: Option<String>,
    embargo: Option<At<String>>,
}

fn any() -> String {
    "*".to_owned()
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

/// Reads a known.yaml.
pub(super) fn known(
    file: &str,
    text: &str,
    errors: &mut Vec<CatalogueError>,
) -> Option<Vec<Known>> {
    let entries: Vec<Entry> = match yaml::read(file, text) {
        Ok(entries) => entries,
        Err(error) => {
            errors.push(error);
            return None;
        }
    };
    let known: Vec<_> = entries
        .into_iter()
        .map(|entry| known_of(file, entry, errors))
        .collect();
    let known: Option<Vec<_>> = known.into_iter().collect();
    known.map(|known| known.concat())
}

fn known_of(file: &str, entry: Entry, errors: &mut Vec<CatalogueError>) -> Option<Vec<Known>> {
    let versions = match entry.versions {
        None => None,
        Some(text) => match text.value.parse::<VersionRange>() {
            Ok(range) => Some(range),
            Err(error) => {
                let place = yaml::place(file, text.referenced);
                errors.push(CatalogueError::new(place, error.to_string()));
                return None;
            }
        },
    };
    let embargo = match entry.embargo {
        None => None,
        Some(text) => Some(embargo(file, &text, errors)?),
    };
    let outcome = match entry.outcome {
        RawOutcome::WrongValue => Outcome::WrongValue,
        RawOutcome::Declined => Outcome::Declined,
        RawOutcome::Dropped => Outcome::Dropped,
        RawOutcome::Crashed => Outcome::Crashed,
        RawOutcome::Undecided => Outcome::Unknown,
    };
    let reason = match entry.link {
        Some(link) => format!("{} ({link})", entry.reason),
        None => entry.reason,
    };
    let labels = match entry.labels {
        None => vec![None],
        Some(labels) => labels.globs().into_iter().map(Some).collect(),
    };
    let known = |(case, label): (Glob, Option<Glob>)| Known {
        case,
        label,
        dut: Glob::from(entry.duts.as_str()),
        versions: versions.clone(),
        outcome,
        reason: reason.clone(),
        function: entry.function.clone(),
        embargo,
    };
    let pairs = entry.cases.globs().into_iter().flat_map(|case| {
        labels
            .iter()
            .map(move |label| (case.clone(), label.clone()))
    });
    Some(pairs.map(known).collect())
}

/// The day until which something is withheld.
pub(super) fn embargo(
    file: &str,
    text: &At<String>,
    errors: &mut Vec<CatalogueError>,
) -> Option<Day> {
    match text.value.parse() {
        Ok(day) => Some(day),
        Err(error) => {
            let text_of = format!("embargo: {error}");
            errors.push(CatalogueError::new(
                yaml::place(file, text.referenced),
                text_of,
            ));
            None
        }
    }
}
