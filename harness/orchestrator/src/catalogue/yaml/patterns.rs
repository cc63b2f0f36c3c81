//! One pattern, or a list of them.

use serde::Deserialize;
use sixlo_judge::known::Glob;

/// One pattern, or a list of them.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a pattern, or a list of patterns")]
pub enum Patterns {
    /// `cases: a-*`
    One(String),
    /// `cases: [a, b]`
    Several(Vec<String>),
}

impl Patterns {
    /// All of them.
    pub fn globs(&self) -> Vec<Glob> {
        let patterns = match self {
            Patterns::One(pattern) => std::slice::from_ref(pattern),
            Patterns::Several(patterns) => patterns,
        };
        patterns
            .iter()
            .map(|text| Glob::from(text.as_str()))
            .collect()
    }
}
