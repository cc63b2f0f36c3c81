//! What can be wrong with a bundle.

use std::io;
use std::path::PathBuf;

use thiserror::Error;
use zip::result::ZipError;

/// What can be wrong with a bundle.
#[derive(Debug, Error)]
pub enum BundleError {
    /// A file that goes into it, or it itself, cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It cannot be written.
    #[error("cannot write {}: {error}; make room, or name another place", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Something is there already.
    #[error("{} is there already: name another place, or move it away", path.display())]
    Exists {
        /// The file or folder.
        path: PathBuf,
    },
    /// No zip, or a broken one.
    #[error("{} is no bundle: {error} (allowed: a zip that `sixlo bundle make` made)", path.display())]
    NoZip {
        /// The file.
        path: PathBuf,
        /// Why.
        error: ZipError,
    },
    /// A zip, but none of ours.
    #[error("{} is no bundle: {what} (allowed: a zip that `sixlo bundle make` made)", path.display())]
    NoBundle {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// It is not what its manifest says.
    #[error("{} is not as it was made, nothing is unpacked: {what}; get another copy", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The first difference.
        what: String,
    },
}
