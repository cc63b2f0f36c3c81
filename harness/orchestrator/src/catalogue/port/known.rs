//! known.yaml.

use serde::Deserialize;
use sixlo_judge::known::{Glob, Known, VersionRange};
use sixlo_judge::verdict::Outcome;

use crate::catalogue::error::CatalogueError;
use crate::catalogue::yaml::{self, At};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    cases: String,
    label: Option<String>,
    #[serde(default = "any")]
    duts: String,
    outcome: RawOutcome,
    versions: Option<At<String>>,
    reason: String,
    function: Option<String>,
    link: Option<String>,
}

fn any() -> String {
    "*".to_owned()
}

/// An outcome that can be known: not a right one, and not "unknown".
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawOutcome {
    WrongValue,
    Declined,
    Dropped,
    Crashed,
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
    known.into_iter().collect()
}

fn known_of(file: &str, entry: Entry, errors: &mut Vec<CatalogueError>) -> Option<Known> {
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
    Some(Known {
        case: Glob::from(entry.cases.as_str()),
        label: entry.label.map(|label| Glob::from(label.as_str())),
        dut: Glob::from(entry.duts.as_str()),
        versions,
        outcome: match entry.outcome {
            RawOutcome::WrongValue => Outcome::WrongValue,
            RawOutcome::Declined => Outcome::Declined,
            RawOutcome::Dropped => Outcome::Dropped,
            RawOutcome::Crashed => Outcome::Crashed,
        },
        reason: match entry.link {
            Some(link) => format!("{} ({link})", entry.reason),
            None => entry.reason,
        },
        function: entry.function,
    })
}
