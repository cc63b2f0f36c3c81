//! Files as people write them: what the keys are called and what shape the values
//! have. What they mean is `resolve`'s business.

pub mod case;
pub mod expectation;
pub mod iphc;
pub mod lists;
pub mod nd_option;
pub mod packet;
pub mod scalar;
pub mod send;
pub mod setting;
pub mod step;

mod layer;
mod words;

pub use layer::Layer;

use serde::de::DeserializeOwned;
use serde_saphyr::{Error, Location};

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
        CatalogueError::new(place, explained(error))
    })
}

/// The reader's error in our words.
fn explained(error: &Error) -> String {
    match error {
        Error::SerdeUnknownField {
            field, expected, ..
        } => {
            let noun = words::noun(expected).map_or(String::new(), |noun| format!(" in {noun}"));
            format!(
                "unknown field `{field}`{noun} (known: {})",
                expected.join(", ")
            )
        }
        Error::SerdeUnknownVariant {
            variant, expected, ..
        } => format!("unknown value `{variant}` (known: {})", expected.join(", ")),
        Error::SerdeMissingField { field, .. } => format!("field `{field}` is missing"),
        Error::DuplicateMappingKey { key, .. } => match key {
            Some(key) => format!("field `{key}` is there twice"),
            None => "a field is there twice".to_owned(),
        },
        Error::SerdeInvalidType {
            unexpected,
            expected,
            ..
        }
        | Error::SerdeInvalidValue {
            unexpected,
            expected,
            ..
        } => format!("{unexpected} is not {expected}"),
        Error::Message { msg, .. } => msg.clone(),
        other => {
            let text = other.to_string();
            match other.location() {
                Some(at) => text.replace(
                    &format!("error: line {} column {}: ", at.line(), at.column()),
                    "",
                ),
                None => text,
            }
        }
    }
}
