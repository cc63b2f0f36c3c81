//! A radio of a rack: what puts frames on air around a board, and what hears them.

use sixlo_harness::catalogue::written::At;

/// A radio.
#[derive(Debug, Clone)]
pub struct Radio {
    /// What people call it.
    pub name: At<String>,
    /// What it is, and how it is reached: the words that dut.yaml has for it, as JSON.
    pub start: serde_json::Value,
    /// How its power is switched.
    pub power: Option<crate::power::Power>,
}
