//! The reader of what people write by hand, for files that are no part of the catalogue: strict,
//! every value with its place, every error in the same words.

pub use serde_saphyr::Location;

pub use super::port::Radio;
pub use super::yaml::addresses::{Addresses, channel};
pub use super::yaml::claims::Claims;
pub use super::yaml::scalar::{Number, Octets, Time};
pub use super::yaml::{At, NO_TITLE, is_title, place, read};
