//! What devices and their radios know of IEEE 802.15.4. The tester has its own.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

pub mod fcs;
pub mod filter;
mod header;
pub mod sending;
pub mod transceiver;

pub use filter::Filter;
pub use header::{Destination, Header};
pub use sending::Sending;
pub use transceiver::Transceiver;
