//! Messages between the harness and the agent inside a device under test.
//!
//! `agent.cddl` beside this crate is the description; the vectors in
//! `vectors.txt` tie every implementation of it together. This crate is the
//! only code that both sides of the harness share, and it knows no 6LoWPAN.
#![no_std]
#![forbid(unsafe_code)]

mod framing;
mod from_agent;
mod from_host;

pub use framing::{Accumulator, FramingError, LARGEST_FRAME, LARGEST_MESSAGE, decode, encode};
pub use from_agent::{Abilities, AgentMessage, FromAgent, Hello, Tap};
pub use from_host::{FromHost, HostMessage, NdMode, RadioRole, Setting};

/// The version of `agent.cddl` that this crate speaks.
pub const PROTOCOL_VERSION: u32 = 1;
