//! Why a device cannot be judged.

use sixlo_agent_protocol::PROTOCOL_VERSION;
use thiserror::Error;

use crate::agent_link::LinkError;
use crate::dut::SpawnError;

/// Why a device cannot be judged.
#[derive(Debug, Error)]
pub enum RigError {
    /// Its process does not start.
    #[error("{dut}: {error}")]
    Spawn {
        /// The device.
        dut: String,
        /// What went wrong.
        error: SpawnError,
    },
    /// It does not answer its agent's first questions.
    #[error("{dut}: {error}; {ended}")]
    Link {
        /// The device.
        dut: String,
        /// What went wrong.
        error: LinkError,
        /// How its process ended.
        ended: String,
    },
    /// It speaks another version of the agent protocol.
    #[error(
        "{dut} speaks agent protocol {version}, this harness speaks {PROTOCOL_VERSION}: build the port anew"
    )]
    Version {
        /// The device.
        dut: String,
        /// Its version.
        version: u32,
    },
    /// It does not answer as the protocol wants it.
    #[error(
        "{dut} answered {asked} with {answered}; it must answer {allowed} (agent-protocol/agent.cddl)"
    )]
    Dishonest {
        /// The device.
        dut: String,
        /// What was asked.
        asked: &'static str,
        /// What it said.
        answered: String,
        /// What the protocol allows.
        allowed: &'static str,
    },
    /// The medium does not do what it is told to.
    #[error("{dut}: the medium's self-check failed: {why}; nothing is judged over it")]
    Medium {
        /// The device at its other end.
        dut: String,
        /// What was seen.
        why: String,
    },
    /// The device broke down before the first trial.
    #[error("{dut}: while it was being probed, {why}")]
    Probe {
        /// The device.
        dut: String,
        /// What happened.
        why: String,
    },
}
