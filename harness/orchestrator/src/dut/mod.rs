//! A device under test, as the campaign sees it: commands in, words out.

mod process;

pub use process::{HostProcess, SpawnError, Start};

#[cfg(test)]
mod tests;
