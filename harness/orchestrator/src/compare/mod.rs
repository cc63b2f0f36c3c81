//! One run's report beside something else: another run's, what a project accepts for now,
//! or the draft's own figures. Reports in, findings out; nothing here is judged again.

pub mod diff;
pub mod figure2;
pub mod gate;
mod grouped;
mod read;

pub use read::{ReadError, read_report};
