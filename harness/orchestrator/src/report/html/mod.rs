//! A report as one HTML file that asks nothing of any network: the matrix and the words
//! as markup, every trial's words and all evidence packed beside them, for the script to
//! show when somebody asks.

mod evidence;
mod frames;
mod grid;
mod index;
mod label;
mod pack;
mod page;
mod reported;
mod strings;

use std::path::Path;

pub(super) use label::label;

use crate::catalogue::{Catalogue, Parameters};
use crate::report::model::Report;
use crate::run::{JournalError, Recorded};

/// The page of a recorded run, its evidence included. `folder` is where it says that the run lies.
pub fn render(
    report: &Report,
    recorded: &Recorded,
    catalogue: &Catalogue,
    parameters: &Parameters,
    folder: &Path,
) -> Result<String, JournalError> {
    let chunks = evidence::chunks(report, recorded, catalogue, parameters)?;
    Ok(page::render(report, folder, &chunks))
}

/// The page of what is in the report alone.
#[cfg(test)]
pub(super) fn without_evidence(report: &Report) -> String {
    page::render(report, Path::new("run"), &[])
}

#[cfg(test)]
mod tests;
