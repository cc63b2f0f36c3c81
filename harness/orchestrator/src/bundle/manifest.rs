//! What a bundle says of itself.

use serde::{Deserialize, Serialize};

use crate::run::{Header, Selection};

/// What a reader has to ask for before it believes the rest.
pub(super) const FORMAT: &str = "sixlo-bundle";
/// The version of this shape.
pub(super) const VERSION: u32 = 1;

/// What a bundle says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always `sixlo-bundle`.
    pub format: String,
    /// The version of this shape: 1.
    pub version: u32,
    /// The version of sixlo that played the run.
    pub sixlo: String,
    /// The run: the moment it began, in UTC.
    pub run: String,
    /// The hash of the catalogue that was played.
    pub catalogue: String,
    /// The commit that the catalogue stood at; none where it stood in no checkout.
    pub commit: Option<Revision>,
    /// What was asked for, the seed included.
    pub selection: Selection,
    /// The devices.
    pub duts: Vec<Dut>,
    /// Operating system and architecture that it ran on; none in an anonymised bundle.
    pub host: Option<String>,
    /// Whether names and addresses are other ones than in the run.
    pub anonymised: bool,
    /// Every other file.
    pub files: Vec<Member>,
}

/// A device of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dut {
    /// The column's title.
    pub name: String,
    /// The stack's name and version.
    pub stack: String,
    /// Build options that change verdicts.
    pub build: String,
}

/// A state of a git checkout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// The commit's hash.
    pub commit: String,
    /// Whether testcases/ or the ports differed from it.
    pub dirty: bool,
}

/// One file of the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its name in the zip.
    pub name: String,
    /// Its length in octets.
    pub octets: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// Of this run, no file named yet.
    pub fn of(header: &Header, commit: Option<Revision>) -> Self {
        Manifest {
            format: FORMAT.to_owned(),
            version: VERSION,
            sixlo: header.sixlo.clone(),
            run: header.started.name(),
            catalogue: header.catalogue.clone(),
            commit,
            selection: header.selection.clone(),
            duts: header
                .profiles
                .iter()
                .map(|profile| Dut {
                    name: profile.name.to_string(),
                    stack: profile.stack.clone(),
                    build: profile.build.clone(),
                })
                .collect(),
            host: Some(format!(
                "{} {}",
                std::env::consts::OS,
                std::env::consts::ARCH
            )),
            anonymised: false,
            files: Vec::new(),
        }
    }
}
