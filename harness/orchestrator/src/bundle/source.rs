//! What goes into a bundle: names, and where their octets come from.

use std::fs::{self, File};
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use super::error::BundleError;

/// One file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name in the bundle.
    pub name: String,
    /// Its octets.
    pub content: Content,
}

/// Where octets come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A file, read as it is copied.
    File(PathBuf),
    /// Made for the bundle.
    Made(Vec<u8>),
}

impl Source {
    /// A file that was made for the bundle.
    pub fn made(name: &str, text: impl Into<Vec<u8>>) -> Self {
        Source {
            name: name.to_owned(),
            content: Content::Made(text.into()),
        }
    }

    /// Every file below `folder` whose name ends in one of `endings`, in the order of their
    /// names; in the bundle they stand below `below`.
    pub fn all(folder: &Path, endings: &[&str], below: &str) -> Result<Vec<Self>, BundleError> {
        let mut sources = Vec::new();
        let mut folders = vec![(folder.to_owned(), below.to_owned())];
        while let Some((folder, below)) = folders.pop() {
            let failed = |error| BundleError::Read {
                path: folder.clone(),
                error,
            };
            for entry in fs::read_dir(&folder).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                let kind = entry.file_type().map_err(failed)?;
                let name = entry.file_name();
                let Some(name) = name.to_str() else { continue };
                let inside = format!("{below}/{name}");
                if kind.is_dir() {
                    folders.push((entry.path(), inside));
                } else if kind.is_file() && endings.iter().any(|end| name.ends_with(end)) {
                    sources.push(Source {
                        name: inside,
                        content: Content::File(entry.path()),
                    });
                }
            }
        }
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(sources)
    }

    pub(super) fn open(&self) -> Result<Box<dyn Read + '_>, BundleError> {
        Ok(match &self.content {
            Content::File(path) => {
                Box::new(File::open(path).map_err(|error| BundleError::Read {
                    path: path.clone(),
                    error,
                })?)
            }
            Content::Made(octets) => Box::new(Cursor::new(octets)),
        })
    }
}
