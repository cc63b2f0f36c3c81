//! rows.yaml, requirements.yaml and etsi.yaml.

use serde::Deserialize;

use super::At;

/// rows.yaml.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    /// In Figure 2's order.
    pub rows: Vec<Row>,
    /// Topics without a row.
    pub rowless: Vec<At<String>>,
}

/// One row.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Row {
    /// What cases name.
    pub topic: At<String>,
    /// The capability level.
    pub level: Option<u8>,
    /// The draft's words.
    pub title: String,
    /// Ours, shown under the row before it.
    #[serde(default)]
    pub sub_row: bool,
}

/// One of requirements.yaml.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Its name.
    pub id: At<String>,
    /// The document.
    pub doc: String,
    /// The section.
    pub section: String,
    /// Whom it binds.
    pub role: String,
    /// How strongly.
    pub strength: String,
    /// The topic.
    pub feature: At<String>,
    /// The rule, in our words.
    pub text: String,
    /// How one would test it.
    pub test: String,
    /// Anything else.
    pub notes: Option<String>,
    /// Where the text was read, if not in the document.
    pub source: Option<String>,
}

/// One of etsi.yaml.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Its name.
    pub id: At<String>,
    /// What it is about.
    pub about: String,
    /// Who takes part.
    pub between: String,
    /// The clauses it names.
    pub clauses: Vec<String>,
    /// Where our cases do otherwise.
    pub differs: Option<String>,
}
