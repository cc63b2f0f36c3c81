//! What the self-test found of one fault or device.

use std::fmt;

/// A part of the self-test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A seeded fault must be caught.
    Fault,
    /// A broken device must get no `o`.
    Broken,
    /// A correct but unusual device must get no fail.
    Unusual,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Part::Fault => "fault",
            Part::Broken => "broken",
            Part::Unusual => "unusual",
        })
    }
}

/// One line of the self-test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its part.
    pub part: Part,
    /// The fault or the device.
    pub name: String,
    /// Whether it is as it must be.
    pub holds: bool,
    /// What was found.
    pub words: String,
}
