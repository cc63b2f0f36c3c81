//! What is wrong in hand-written files, each error with its place.

use std::fmt;

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file, as it was given.
    pub file: String,
    /// Line, from 1; 0 stands for the whole file.
    pub line: u64,
    /// Column, from 1.
    pub column: u64,
}

impl Place {
    /// A file as a whole.
    pub fn file(file: impl Into<String>) -> Self {
        Place {
            file: file.into(),
            line: 0,
            column: 0,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.file),
            line => write!(f, "{}:{line}:{}", self.file, self.column),
        }
    }
}

/// One thing wrong: where, which value, what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{place}: {text}")]
pub struct CatalogueError {
    /// Where.
    pub place: Place,
    /// What.
    pub text: String,
}

impl CatalogueError {
    /// `text` at `place`.
    pub fn new(place: Place, text: impl Into<String>) -> Self {
        CatalogueError {
            place,
            text: text.into(),
        }
    }
}

/// Everything that is wrong, in the order of files and lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueErrors(pub Vec<CatalogueError>);

impl CatalogueErrors {
    /// The value, unless something is wrong.
    pub(crate) fn unless<T>(mut errors: Vec<CatalogueError>, value: T) -> Result<T, Self> {
        if errors.is_empty() {
            return Ok(value);
        }
        errors.sort();
        errors.dedup();
        Err(CatalogueErrors(errors))
    }
}

impl fmt::Display for CatalogueErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for error in &self.0 {
            writeln!(f, "{error}")?;
        }
        let plural = if self.0.len() == 1 { "" } else { "s" };
        write!(f, "{} error{plural}", self.0.len())
    }
}

impl std::error::Error for CatalogueErrors {}
