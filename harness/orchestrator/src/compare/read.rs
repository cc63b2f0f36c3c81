//! A report.json that somebody hands in: read as foreign input.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

use crate::report::model::{FORMAT, Report, VERSION};

/// The longest report that is read, in octets: twenty times that of a run of everything.
const MOST_OCTETS: u64 = 256 * 1024 * 1024;

/// Why a file is no report that can be compared.
#[derive(Debug, Error)]
pub enum ReadError {
    /// It cannot be read at all.
    #[error("{}: cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is a pipe, a device, or longer than any report.
    #[error(
        "{}: {what} (allowed: a run's folder, or a file that `sixlo report --format json` wrote)",
        path.display()
    )]
    NoFile {
        /// The file.
        path: PathBuf,
        /// What it is.
        what: String,
    },
    /// It is no JSON, or a field is missing or of another kind.
    #[error(
        "{}: {error} (allowed: what `sixlo report --format json` wrote)",
        path.display()
    )]
    Json {
        /// The file.
        path: PathBuf,
        /// What and where.
        error: serde_json::Error,
    },
    /// JSON of another kind, or of another version of the shape.
    #[error(
        "{}: is `{format}` version {version} (allowed: `{FORMAT}` version {VERSION}); write it again with this \
         sixlo: `sixlo report --format json RUN`",
        path.display()
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// What it says that it is.
        format: String,
        /// And of which version.
        version: u64,
    },
    /// What it says does not fit together.
    #[error("{}: {what}", path.display())]
    Contradiction {
        /// The file.
        path: PathBuf,
        /// What.
        what: String,
    },
}

/// The first thing to ask of a report.
#[derive(Deserialize)]
#[serde(expecting = "an object with `format` and `version`")]
struct Kind {
    format: String,
    version: u64,
}

/// Reads a report.json.
///
/// # Errors
/// If it cannot be read, is no report, is one of another version, or contradicts itself.
pub fn read_report(path: &Path) -> Result<Report, ReadError> {
    let octets = octets(path)?;
    let json = |error| ReadError::Json {
        path: path.to_owned(),
        error,
    };
    let Kind { format, version } = serde_json::from_slice(&octets).map_err(json)?;
    if (format.as_str(), version) != (FORMAT, u64::from(VERSION)) {
        return Err(ReadError::Version {
            path: path.to_owned(),
            format,
            version,
        });
    }
    let report: Report = serde_json::from_slice(&octets).map_err(json)?;
    match contradiction(&report) {
        Some(what) => Err(ReadError::Contradiction {
            path: path.to_owned(),
            what,
        }),
        None => Ok(report),
    }
}

fn octets(path: &Path) -> Result<Vec<u8>, ReadError> {
    let unreadable = |source| ReadError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let no_file = |what: String| ReadError::NoFile {
        path: path.to_owned(),
        what,
    };
    // A pipe would be waited for, and a device never ends.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(no_file("is no regular file".to_owned()));
    }
    let mut octets = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MOST_OCTETS + 1).read_to_end(&mut octets))
        .map_err(unreadable)?;
    match octets.len() as u64 > MOST_OCTETS {
        true => Err(no_file(format!("is longer than {} MiB", MOST_OCTETS >> 20))),
        false => Ok(octets),
    }
}

/// What cannot be true at once; a report that sixlo wrote never has any of it.
fn contradiction(report: &Report) -> Option<String> {
    let (mut duts, mut cases, mut trials) = (HashSet::new(), HashSet::new(), HashSet::new());
    for dut in &report.duts {
        let rows = [&dut.receive.cells, &dut.send.cells].map(Vec::len);
        if rows != [report.rows.len(); 2] || dut.rowless.len() != report.rowless.len() {
            return Some(format!(
                "`{}` has not one cell for each row, receiving and sending",
                dut.name
            ));
        }
        if !duts.insert(dut.name.as_str()) {
            return Some(format!("device `{}` stands in it twice", dut.name));
        }
    }
    for case in &report.cases {
        if !cases.insert(case.id.as_str()) {
            return Some(format!("case `{}` stands in it twice", case.id));
        }
    }
    for trial in &report.trials {
        let name = || format!("{} {}", trial.dut, trial.title());
        if !duts.contains(trial.dut.as_str()) || !cases.contains(trial.case.as_str()) {
            return Some(format!(
                "trial `{}` is of a device or a case that it does not list",
                name()
            ));
        }
        if !trials.insert((&trial.dut, &trial.case, &trial.label)) {
            return Some(format!("trial `{}` stands in it twice", name()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{fixture, json};

    fn read(text: impl AsRef<[u8]>) -> Result<Report, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        fs::write(&path, text).unwrap();
        let told = |error: ReadError| {
            let folder = format!("{}/", folder.path().display());
            error.to_string().replace(&folder, "")
        };
        read_report(&path).map_err(told)
    }

    /// Columns change with every field that a report gets.
    fn without_column(told: &str) -> String {
        match told.split_once(" column ") {
            None => told.to_owned(),
            Some((before, after)) => {
                let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
                format!("{before} column …{after}")
            }
        }
    }

    #[test]
    fn what_sixlo_wrote_reads_back() {
        fixture::with_report(|report| {
            assert_eq!(read(json::render(report)).as_ref(), Ok(report));
        });
    }

    #[test]
    fn a_report_of_an_older_sixlo_reads_without_the_hashes_of_cases() {
        fixture::with_report(|report| {
            let older = json::render(report).replace(",\"text_hash\":\"\"", "");
            assert!(!older.contains("text_hash"));
            assert_eq!(read(older).as_ref(), Ok(report));
        });
    }

    #[test]
    fn every_refusal_names_place_value_and_what_is_allowed() {
        fixture::with_report(|report| {
            let text = json::render(report);
            let changed = |change: &dyn Fn(&mut Report)| {
                let mut report = report.clone();
                change(&mut report);
                json::render(&report)
            };
            let told: Vec<String> = [
                String::new(),
                "[]".to_owned(),
                "{\"format\": \"sarif\", \"version\": 2}".to_owned(),
                "{\"format\": \"sixlo-report\", \"version\": 99}".to_owned(),
                text.replace("\"verdict\":\"fail\"", "\"verdict\":\"perhaps\""),
                text[..text.len() / 2].to_owned(),
                changed(&|report| report.trials.push(report.trials[0].clone())),
                changed(&|report| report.trials[3].dut = "four".to_owned()),
                changed(&|report| report.cases.swap_remove(0).id.clear()),
                changed(&|report| report.duts[0].send.cells.truncate(1)),
                changed(&|report| report.duts[1].name = "one".to_owned()),
            ]
            .into_iter()
            .map(|text| without_column(&read(text).unwrap_err()))
            .collect();
            insta::assert_snapshot!(told.join("\n"));
        });
        let folder = tempfile::tempdir().unwrap();
        assert!(read_report(folder.path()).is_err());
        assert!(read_report(&folder.path().join("none")).is_err());
        assert!(read(b"\xff\xfe").is_err());
    }
}
