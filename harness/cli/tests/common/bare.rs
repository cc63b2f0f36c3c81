//! A house in which a new port is made.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::{checkout, said, sixlo};

/// A checkout with the whole catalogue and both agents, and no port yet.
pub struct Bare(tempfile::TempDir);

impl Bare {
    pub fn new() -> Self {
        let house = Bare(tempfile::tempdir().unwrap());
        fs::create_dir_all(house.path().join("firmware-under-test/ports")).unwrap();
        house.link("testcases");
        house.link("firmware-under-test/agent-c");
        house
    }

    /// A part of this checkout.
    pub fn link(&self, part: &str) {
        let there = fs::canonicalize(checkout().join(part)).unwrap();
        symlink(there, self.path().join(part)).unwrap();
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// A file of a port.
    pub fn port(&self, file: &str) -> PathBuf {
        self.path().join("firmware-under-test/ports").join(file)
    }

    /// What `sixlo` says to these words here.
    pub fn says(&self, words: &[&str]) -> String {
        said(&sixlo(words).current_dir(self.path()).output().unwrap())
    }
}
