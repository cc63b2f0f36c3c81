//! A device under test, as the campaign sees it: commands in, words out.

mod last_words;
mod process;

pub use process::{HostProcess, SpawnError, Start};
