//! ETSI's plugtest descriptions, as etsi.yaml lists them.

use std::cell::RefCell;
use std::path::Path;

use sha2::Sha256;
use sixlo_judge::name::Origin;

use super::error::{CatalogueError, Place};
use super::yaml::{self, lists};

/// One test description of ETSI's 6Lo plugtests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Its name, such as `TD_6Lo_HC_01`.
    pub id: Origin,
    /// What it is about, in our words.
    pub about: String,
    /// Who takes part: `two nodes`, or `a host and a router`.
    pub between: String,
    /// The clauses it names.
    pub clauses: Vec<String>,
    /// Where our cases do otherwise, and why.
    pub differs: Option<String>,
}

/// Reads etsi.yaml; each description with its place. A catalogue of somebody's own has
/// none, and then no case can name one.
pub(super) fn load(
    root: &Path,
    hash: &mut Sha256,
    errors: &RefCell<Vec<CatalogueError>>,
) -> Option<Vec<(Description, Place)>> {
    const FILE: &str = "etsi.yaml";
    if !root.join(FILE).exists() {
        return Some(Vec::new());
    }
    let raw: Vec<lists::Description> = super::listed(root, FILE, hash, errors)?;
    let file = super::shown(&root.join(FILE));
    let described = |raw: lists::Description| {
        let place = yaml::place(&file, raw.id.referenced);
        (description(raw), place)
    };
    Some(raw.into_iter().map(described).collect())
}

fn description(raw: lists::Description) -> Description {
    Description {
        id: Origin(raw.id.value),
        about: raw.about,
        between: raw.between,
        clauses: raw.clauses,
        differs: raw.differs,
    }
}
