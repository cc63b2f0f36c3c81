//! Testable requirements, as requirements.yaml lists them.

use std::cell::RefCell;
use std::path::Path;

use sha2::Sha256;
use sixlo_judge::name::{RequirementId, Topic};

use super::error::CatalogueError;
use super::yaml::lists;

/// One requirement of an RFC or of the draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// Its name.
    pub id: RequirementId,
    /// The document, such as `RFC6282`.
    pub document: String,
    /// The section in it.
    pub section: String,
    /// Whom it binds: sender, receiver, both, router.
    pub role: String,
    /// MUST, SHOULD, MAY, or `format` for a bit-exact rule without a keyword.
    pub strength: String,
    /// The topic, which may be a row of Figure 2.
    pub topic: Topic,
    /// The rule, in our words.
    pub text: String,
    /// How one would test it.
    pub test: String,
    /// Anything else.
    pub notes: Option<String>,
    /// Where the rule was read, where the document itself was not.
    pub source: Option<String>,
}

/// Reads requirements.yaml.
pub(super) fn load(
    root: &Path,
    hash: &mut Sha256,
    errors: &RefCell<Vec<CatalogueError>>,
) -> Option<Vec<Requirement>> {
    let raw: Vec<lists::Requirement> = super::listed(root, "requirements.yaml", hash, errors)?;
    Some(raw.into_iter().map(requirement).collect())
}

fn requirement(raw: lists::Requirement) -> Requirement {
    Requirement {
        id: RequirementId(raw.id.value),
        document: raw.doc,
        section: raw.section,
        role: raw.role,
        strength: raw.strength,
        topic: Topic(raw.feature.value),
        text: raw.text,
        test: raw.test,
        notes: raw.notes,
        source: raw.source,
    }
}
