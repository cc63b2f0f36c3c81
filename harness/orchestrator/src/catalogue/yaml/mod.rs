//! Files as people write them: what the keys are called and what shape the values
//! have. What they mean is `resolve`'s business.

pub mod addresses;
pub mod case;
pub mod claims;
pub mod expectation;
pub mod iphc;
pub mod lists;
pub mod nd_option;
pub mod packet;
pub mod patterns;
pub mod scalar;
pub mod send;
pub mod setting;
pub mod step;

mod explained;
mod layer;
mod words;

pub use layer::Layer;

use serde::de::DeserializeOwned;
use serde_saphyr::Location;

use super::error::{CatalogueError, Place};

/// A value and where it stands.
pub type At<T> = serde_saphyr::Spanned<T>;

/// Where a value of this file stands.
pub fn place(file: &str, location: Location) -> Place {
    Place {
        file: file.to_owned(),
        line: location.line(),
        column: location.column(),
    }
}

/// Whether a text can be a column's title. It becomes the name of a file.
pub fn is_title(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    matches!(text.len(), 1..=64) && !text.starts_with('.') && text.chars().all(plain)
}

/// What to say of one that cannot.
pub const NO_TITLE: &str =
    "no column's name (1 to 64 of A-Z, a-z, 0-9, `-`, `.`; no `.` at its beginning)";

/// Reads one file. Unknown and duplicate keys are errors.
pub fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, CatalogueError> {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let error = error.without_snippet();
        let place = match error.location() {
            Some(location) => place(file, location),
            None => Place::file(file),
        };
        CatalogueError::new(place, explained::explained(error, text))
    })
}
