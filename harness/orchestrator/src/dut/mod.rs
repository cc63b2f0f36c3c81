//! A device under test, as the campaign sees it: commands in, words out.

mod held_up;
mod process;
mod remote;

pub use process::{HostProcess, SpawnError, Start};
pub use remote::Remote;

use crate::agent_link::AgentLink;

/// A device that runs, wherever it does.
pub trait Dut: Send {
    /// The link to its agent.
    fn link(&mut self) -> &mut AgentLink;

    /// Ends it and everything it started; says in words how it had ended by itself,
    /// or that it was still running.
    fn bury(self: Box<Self>) -> String;
}

#[cfg(test)]
mod tests;
