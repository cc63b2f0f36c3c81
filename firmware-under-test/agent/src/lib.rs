//! The agent inside a device under test: it obeys the harness's messages and
//! hands frames to a [`Stack`], or serves as a radio for others ([`Radio`]).
//!
//! It owns no clock and does no I/O: octets go in by [`Agent::hear`], octets
//! come out through an [`Outlet`], so one agent serves a host process, a board
//! and a guest kernel alike.
#![no_std]
#![forbid(unsafe_code)]

mod agent;
mod radio;
mod stack;

pub use agent::{Agent, Outlet, sequence_number};
pub use radio::{DeviceOnly, Radio, Sent, Signal, Statistics, VirtualPhy};
pub use sixlo_agent_protocol as protocol;
pub use stack::{Identity, Outbox, Outcome, Stack};
