//! Files as people write them: what the keys are called and what shape the values
//! have. What they mean is `resolve`'s business.

pub mod case;
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
