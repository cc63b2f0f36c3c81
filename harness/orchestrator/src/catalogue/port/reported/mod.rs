//! What others have written of a stack: a port's reported.yaml. Nothing of it was measured, so
//! it is shown beside what was, and counts nowhere.

mod file;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sixlo_judge::name::{DutName, Topic};
use sixlo_judge::rows::Rows;

use super::Port;
use crate::catalogue::error::{CatalogueError, CatalogueErrors, Place};
use crate::catalogue::figure2::{Figure, Mark};
use crate::catalogue::{read_text, shown};

use file::{Column, File};

/// The file's name in a port's folder.
const NAME: &str = "reported.yaml";

/// What others have written of one stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// The port's folder.
    pub folder: String,
    /// The column's title.
    pub heading: String,
    /// The stack.
    pub stack: String,
    /// Whose code it descends from.
    pub lineage: String,
    /// How it could be tested.
    pub reach: String,
    /// Where a whole column of marks comes from.
    pub whole: Option<Whole>,
    /// One a row of rows.yaml; none where nobody says.
    pub marks: Vec<Option<Mark>>,
    /// What is said besides.
    pub says: Vec<Said>,
    /// How much code its 6LoWPAN is.
    pub code_size: Option<CodeSize>,
    /// The devices of this port, which can be measured.
    pub duts: Vec<DutName>,
}

/// A text, and when it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// Authors, title, number.
    pub cite: String,
    /// The year of its publication.
    pub year: u16,
}

/// Where a column's marks come from, all at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Whole {
    /// Who has it so.
    pub source: Source,
    /// The column that it is said to be the same as; none of a column of Figure 2.
    pub same_as: Option<String>,
    /// In which respect it is the same, and what speaks against it.
    pub why: Option<String>,
}

/// One thing that is said of a stack, in our words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Said {
    /// Who says so.
    pub source: Source,
    /// The row it is about, if it is about one.
    pub row: Option<Topic>,
    /// The mark it comes to, if it comes to one.
    pub mark: Option<Mark>,
    /// What is said.
    pub text: String,
}

/// The code that a stack's 6LoWPAN is made of, as printed: kB, `>` for no less than.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeSize {
    /// Who has measured it.
    pub source: Source,
    /// All of 6LoWPAN.
    pub all: String,
    /// Compression alone.
    pub compression: Option<String>,
    /// Fragmentation alone.
    pub fragmentation: Option<String>,
    /// Mesh and broadcast header alone.
    pub mesh_and_broadcast: Option<String>,
    /// What has to be said of these numbers.
    pub notes: Option<String>,
}

/// Reads the reported.yaml of every folder of `root` that has one, whether or not it has a
/// device. `figure` is the draft's, if it is there; columns come in its order, then by folder.
///
/// # Errors
/// Everything that is wrong in them, each with its place.
pub fn load_reported(
    root: &Path,
    figure: Option<&Figure>,
    rows: &Rows,
    ports: &[Port],
) -> Result<Vec<Reported>, CatalogueErrors> {
    let mut errors = Vec::new();
    let mut texts = Vec::new();
    match fs::read_dir(root) {
        Ok(entries) => {
            for folder in entries.flatten().map(|entry| entry.path()) {
                let path = folder.join(NAME);
                if !path.is_file() {
                    continue;
                }
                match read_text(&path) {
                    Ok(text) => {
                        let name = folder.file_name().unwrap_or_default().to_string_lossy();
                        texts.push((name.into_owned(), shown(&path), text));
                    }
                    Err(error) => errors.push(error),
                }
            }
        }
        Err(error) => {
            let text = format!("cannot be read: {error}");
            errors.push(CatalogueError::new(Place::file(shown(root)), text));
        }
    }
    let mut all = of_texts(&texts, figure, rows, &mut errors);
    for reported in &mut all {
        let port = ports.iter().find(|port| port.folder == reported.folder);
        let duts = port.into_iter().flat_map(|port| &port.duts);
        reported.duts = duts.map(|dut| dut.name.clone()).collect();
    }
    CatalogueErrors::unless(errors, all)
}

/// Of files: the folder's name, the file's, its text.
fn of_texts(
    texts: &[(String, String, String)],
    figure: Option<&Figure>,
    rows: &Rows,
    errors: &mut Vec<CatalogueError>,
) -> Vec<Reported> {
    let mut files: Vec<File> = texts
        .iter()
        .filter_map(|(folder, file, text)| File::read(folder, file, text, figure, rows, errors))
        .collect();
    files.sort_by(|a, b| (a.column.order(), &a.folder).cmp(&(b.column.order(), &b.folder)));
    let mut headings: HashMap<&str, &str> = HashMap::new();
    for file in &files {
        if let Some(other) = headings.insert(&file.heading, &file.folder) {
            let text = format!("`{}` is a column of {other}, too", file.heading);
            errors.push(CatalogueError::new(file.place.clone(), text));
        }
    }
    let reported = files.iter().map(|file| match &file.column {
        Column::Same { folder, place, .. } => {
            let model = files.iter().find(|model| model.folder == *folder);
            match model.filter(|model| matches!(model.column, Column::Printed { .. })) {
                Some(model) => file.same_as(model),
                None => {
                    let of_its_own: Vec<&str> = files
                        .iter()
                        .filter(|file| matches!(file.column, Column::Printed { .. }))
                        .map(|file| file.folder.as_str())
                        .collect();
                    let text = format!(
                        "`same-as: {folder}` is no port with a column of Figure 2 (allowed: {})",
                        of_its_own.join(", ")
                    );
                    errors.push(CatalogueError::new(place.clone(), text));
                    file.alone()
                }
            }
        }
        Column::Printed { .. } | Column::Said => file.alone(),
    });
    reported.collect()
}

#[cfg(test)]
mod tests;
