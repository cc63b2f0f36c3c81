//! Why no folder was made.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why no folder was made.
#[derive(Debug, Error)]
pub enum NewError {
    /// It cannot be the title of a column.
    #[error(
        "`{name}` is no name for a stack (allowed: 1 to 64 of A-Z, a-z, 0-9, `-`, `.`; a letter or digit at its beginning and end)"
    )]
    Name {
        /// The name.
        name: String,
    },
    /// It means something else.
    #[error("`{name}` is taken: {by}; choose another name, such as `my-{name}`")]
    Reserved {
        /// The name.
        name: String,
        /// By what.
        by: String,
    },
    /// There is something already.
    #[error(
        "{} is there already, and nothing is ever overwritten: choose another name, or take it away first",
        path.display()
    )]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// This kind is built from the checkout's own crates.
    #[error(
        "kind {kind} is built from the crates of a checkout of sixlo: start in one, or name one with --root"
    )]
    NeedsHouse {
        /// The kind.
        kind: &'static str,
    },
    /// The system says no.
    #[error("cannot write {}: {error}; nothing of it is left", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}
