//! The catalogue: test cases, the rows they decide, and the requirements they cover,
//! read from the files under `testcases/`.

mod able;
pub mod compile;
pub mod coverage;
pub mod description;
pub mod error;
pub mod figure2;
mod knobs;
mod lint;
mod needs;
mod origins;
pub mod parameters;
pub mod port;
pub mod requirement;
mod resolve;
mod sweep;
mod text;
pub mod written;
pub(crate) mod yaml;

use std::borrow::Cow;
use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use sixlo_judge::name::{CaseId, Origin, Topic};
use sixlo_judge::profile::Addresses;
use sixlo_judge::rows::{Row, Rows};
use sixlo_judge::testcase::TestCase;

pub use able::able_to_everything;
pub use compile::{Compiled, NotApplicable, compile, plainer, settled, shared_contexts};
pub use description::Description;
pub use error::{CatalogueError, CatalogueErrors, Place};
pub use parameters::Parameters;
pub use port::{
    KNOWN_FILES, Port, Reported, check_functions, check_known, load_ports, load_reported,
};
pub use requirement::Requirement;
pub use sweep::covering_array;
pub use text::read_text;

/// Everything under `testcases/`.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// The cases, in the order of their paths.
    pub cases: Vec<TestCase>,
    /// The rows of Figure 2.
    pub rows: Rows,
    /// The requirements, in their file's order.
    pub requirements: Vec<Requirement>,
    /// ETSI's test descriptions, in their file's order.
    pub descriptions: Vec<Description>,
    /// SHA-256 over all files, in hexadecimal.
    pub hash: String,
    /// The cases as they are written, for devices with addresses of their own.
    pub(crate) texts: Vec<CaseText>,
    /// What the cases were made concrete with.
    pub(crate) parameters: Parameters,
}

/// A case's file.
#[derive(Debug, Clone)]
pub(crate) struct CaseText {
    file: String,
    /// Below the catalogue's root, without an ending.
    path: String,
    text: String,
}

impl Catalogue {
    /// The catalogue with its cases made concrete for these addresses.
    pub fn addressed(&self, addresses: &Addresses) -> Cow<'_, Catalogue> {
        if self.parameters.addresses == *addresses {
            return Cow::Borrowed(self);
        }
        let parameters = self.parameters.addressed(addresses);
        // What could be read with other addresses can be read with these.
        let errors = RefCell::new(Vec::new());
        let read = |case: &CaseText| {
            let CaseText { file, path, text } = case;
            let mut case = resolved_case(file, path, text, &parameters, &errors)?.case;
            level_products(&mut case, &self.rows);
            self.case(&case.id).is_some().then_some(case)
        };
        Cow::Owned(Catalogue {
            cases: self.texts.iter().filter_map(read).collect(),
            parameters: parameters.clone(),
            ..self.clone()
        })
    }

    /// The case with this id.
    pub fn case(&self, id: &CaseId) -> Option<&TestCase> {
        self.cases.iter().find(|case| &case.id == id)
    }

    /// The test description with this id.
    pub fn description(&self, id: &str) -> Option<&Description> {
        self.descriptions
            .iter()
            .find(|description| description.id.0 == id)
    }

    /// The cases whose idea comes from there.
    pub fn cases_from(&self, origin: &Origin) -> impl Iterator<Item = &TestCase> {
        self.cases
            .iter()
            .filter(move |case| case.origin.contains(origin))
    }
}

/// Reads and lints the catalogue at `root`. Either everything is right, or every
/// error is told, each with its place: first those of each file by itself, then,
/// when these are mended, those between files.
pub fn load(root: &Path, parameters: &Parameters) -> Result<Catalogue, CatalogueErrors> {
    let errors = RefCell::new(Vec::new());
    let mut hash = Sha256::new();
    let rows = listed(root, "rows.yaml", &mut hash, &errors).map(rows_of);
    let requirements = requirement::load(root, &mut hash, &errors);
    let described = description::load(root, &mut hash, &errors);
    let mut resolved: Vec<resolve::Resolved> = Vec::new();
    let mut texts = Vec::new();
    for path in case_files(root, &errors) {
        let Some(text) = read_file(&path, &mut hash, &errors) else {
            continue;
        };
        let inside = path.strip_prefix(root).unwrap_or(&path).with_extension("");
        let (file, path) = (shown(&path), shown(&inside));
        resolved.extend(resolved_case(&file, &path, &text, parameters, &errors));
        texts.push(CaseText { file, path, text });
    }
    let rows = rows.unwrap_or_default();
    let requirements = requirements.unwrap_or_default();
    let described = described.unwrap_or_default();
    // What one case says of another, or of a list, is wrong only where both could be read.
    if errors.borrow().is_empty() {
        lint::lint(&resolved, &rows, &requirements, &errors);
        origins::lint(&resolved, &described, &errors);
    }
    for resolved in &mut resolved {
        level_products(&mut resolved.case, &rows);
    }
    let catalogue = Catalogue {
        cases: resolved.into_iter().map(|resolved| resolved.case).collect(),
        rows,
        requirements,
        descriptions: described.into_iter().map(|described| described.0).collect(),
        hash: hash
            .finalize()
            .iter()
            .map(|octet| format!("{octet:02x}"))
            .collect(),
        texts,
        parameters: parameters.clone(),
    };
    CatalogueErrors::unless(errors.into_inner(), catalogue)
}

/// Reads one case by itself; what it says of others is not checked. `path` is that
/// below the catalogue's root, without an ending.
///
/// # Errors
/// Everything that is wrong in it.
pub fn read_case(
    path: &str,
    text: &str,
    parameters: &Parameters,
) -> Result<Option<TestCase>, CatalogueErrors> {
    let errors = RefCell::new(Vec::new());
    let resolved = resolved_case(path, path, text, parameters, &errors);
    CatalogueErrors::unless(errors.into_inner(), resolved.map(|resolved| resolved.case))
}

fn resolved_case(
    file: &str,
    path: &str,
    text: &str,
    parameters: &Parameters,
    errors: &RefCell<Vec<CatalogueError>>,
) -> Option<resolve::Resolved> {
    match yaml::read::<yaml::case::Case>(file, text) {
        Ok(raw) => resolve::case(file, path, text, &raw, parameters, errors),
        Err(error) => {
            errors.borrow_mut().push(error);
            None
        }
    }
}

/// A product's rows turn several knobs each: their level is that of the highest.
fn level_products(case: &mut TestCase, rows: &Rows) {
    for row in case.sweep.iter_mut().flat_map(|sweep| &mut sweep.rows) {
        if !row.knobs.is_empty() && row.level.is_none() {
            row.level = Some(knobs::level_of(&row.given, &row.when, rows));
        }
    }
}

/// Case files: YAML in folders; the lists lie at the root itself.
fn case_files(root: &Path, errors: &RefCell<Vec<CatalogueError>>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                let text = format!("cannot be read: {error}");
                let place = Place::file(shown(&folder));
                errors.borrow_mut().push(CatalogueError::new(place, text));
                continue;
            }
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                // A link may lead back to where it stands.
                if path.is_symlink() {
                    let text = "is a link to a folder; cases are read where they lie";
                    let place = Place::file(shown(&path));
                    errors.borrow_mut().push(CatalogueError::new(place, text));
                    continue;
                }
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "yaml") && folder != root {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn read_file(
    path: &Path,
    hash: &mut Sha256,
    errors: &RefCell<Vec<CatalogueError>>,
) -> Option<String> {
    match read_text(path) {
        Ok(text) => {
            hash.update(shown(path.file_name().unwrap_or_default().as_ref()));
            hash.update([0]);
            hash.update(&text);
            hash.update([0]);
            Some(text)
        }
        Err(error) => {
            errors.borrow_mut().push(error);
            None
        }
    }
}

/// One of the lists at the root.
fn listed<T: serde::de::DeserializeOwned>(
    root: &Path,
    name: &str,
    hash: &mut Sha256,
    errors: &RefCell<Vec<CatalogueError>>,
) -> Option<T> {
    let path = root.join(name);
    let text = read_file(&path, hash, errors)?;
    match yaml::read(&shown(&path), &text) {
        Ok(list) => Some(list),
        Err(error) => {
            errors.borrow_mut().push(error);
            None
        }
    }
}

fn rows_of(raw: yaml::lists::Rows) -> Rows {
    let row = |row: yaml::lists::Row| Row {
        topic: Topic(row.topic.value),
        title: row.title,
        level: row.level,
        sub_row: row.sub_row,
    };
    Rows {
        rows: raw.rows.into_iter().map(row).collect(),
        rowless: raw
            .rowless
            .into_iter()
            .map(|topic| Topic(topic.value))
            .collect(),
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests;
