//! One zip of a run: what was seen, what came of it, and everything that it was made of, so
//! that it can be read and judged again by people who were not there.
//!
//! `manifest.json` names every other file with its length and hash; the hash of the
//! manifest alone stands for the whole bundle.

pub mod anonymise;
mod error;
mod make;
mod manifest;
mod name;
mod source;
mod unpack;
mod verify;

pub use error::BundleError;
pub use make::make;
pub use manifest::{Manifest, Member, Revision};
pub use source::{Content, Source};
pub use unpack::unpack;
pub use verify::{Verified, verify};

/// The manifest's name in the zip.
pub const MANIFEST: &str = "manifest.json";
/// The most octets that the files of a bundle may hold together: far more than any run, and no
/// more than a disk takes.
pub const MAX_OCTETS: u64 = 16 << 30;

#[cfg(test)]
mod tests;
