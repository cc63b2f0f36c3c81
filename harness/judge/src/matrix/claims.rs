//! Claims against what was seen: both ways of being wrong are shown.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cell, Entry, RowTitle};
use crate::name::Topic;
use crate::profile::Claims;

/// One row in which claim and observation differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimGap {
    /// The row's topic.
    pub topic: Topic,
    /// Its number.
    pub number: String,
    /// What was seen.
    pub cell: Cell,
    /// Which way they differ.
    pub gap: Gap,
}

/// Which way claim and observation differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Gap {
    /// Claimed, and it does not hold.
    ClaimFails,
    /// Claimed, and nothing was decided.
    ClaimOpen,
    /// It holds, and nobody claimed it.
    NobodyClaimed,
}

impl Claims {
    /// Whether a row of this topic and level is claimed.
    pub fn covers(&self, topic: &Topic, level: Option<u8>) -> bool {
        let by_level = matches!((level, self.level), (Some(row), Some(own)) if row <= own);
        (by_level || self.rows.contains(topic)) && !self.except.contains(topic)
    }
}

pub(super) fn gaps(titles: &[RowTitle], entries: &[Entry], claims: &Claims) -> Vec<ClaimGap> {
    titles
        .iter()
        .zip(entries)
        .filter_map(|(title, entry)| {
            let gap = match (claims.covers(&title.topic, title.level), entry.cell) {
                (true, cell) if cell.lacks() => Gap::ClaimFails,
                (true, cell) if cell.is_open() && !entry.by_port => Gap::ClaimOpen,
                (false, Cell::Yes) => Gap::NobodyClaimed,
                _ => return None,
            };
            Some(ClaimGap {
                topic: title.topic.clone(),
                number: title.number.clone(),
                cell: entry.cell,
                gap,
            })
        })
        .collect()
}
