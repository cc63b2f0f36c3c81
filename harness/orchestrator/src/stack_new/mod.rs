//! A port's folder from a template: what `sixlo stack new` makes. It is right before anybody has filled anything in: it
//! lints, builds, and claims nothing.

mod description;
mod error;
mod name;
mod template;
mod write;

pub use error::NewError;
pub use name::check as check_name;
pub use template::{File, Home, Kind, files};
pub use write::write;

#[cfg(test)]
mod tests;
