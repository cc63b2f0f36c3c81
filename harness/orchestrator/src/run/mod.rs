//! The loop of a run: plan, play, judge, append, plan again; and its journal.

mod attempts;
mod before;
mod crash;
mod device;
mod error;
mod event;
mod handover;
mod header;
mod journal;
mod lanes;
mod line;
mod lines;
mod memory;
mod plan;
mod queue;
mod recorded;
mod recorder;
mod seat;
mod selected;
mod selection;
mod shrink;
mod silent;
mod utc;

pub use before::Before;
pub use crash::{Breakdown, Found, Hunter, Minimal, breakdowns};
pub use device::Device;
pub use error::JournalError;
pub use event::{Event, Judged, LeftOut};
pub use header::{Header, Racked, Standing, Started};
pub use journal::{Attempt, Journal};
pub use lanes::run;
pub use line::{EvidenceError, Kind, Line, Mark, Place};
pub use recorded::{Damage, Recorded, capture_path, latest};
pub use recorder::{Entry, Recorder, RecorderHandle, Stopped};
pub use seat::Seat;
pub use selected::{Selected, SelectionError};
pub use selection::Selection;
pub use shrink::{Changed, Group, ShrinkError, Shrinker, Shrunk, Smallest, alike};

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;
