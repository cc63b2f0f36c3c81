//! The loop of a run: plan, play, judge, append, plan again; and its journal.

mod error;
mod header;
mod journal;
mod line;
mod recorded;
mod recorder;
mod selection;
mod utc;

pub use error::JournalError;
pub use header::{Header, Started};
pub use journal::{Attempt, Journal};
pub use line::{EvidenceError, Kind, Line, Mark};
pub use recorded::{Recorded, capture_path, latest};
pub use recorder::{Entry, Recorder, RecorderHandle, Stopped};
pub use selection::Selection;

#[cfg(test)]
mod tests;
