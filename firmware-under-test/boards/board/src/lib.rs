//! What every board's image shares: the agent over RTT, sleep and doorbell, last words.
//!
//! RTT channel 0 carries control, 1 the virtual PHY, 2 the log (defmt). Both agent
//! channels speak agent-protocol; a message's sequence number tells its place among
//! those of the other channel.
#![no_std]

mod boot;
mod channels;
mod doorbell;
mod faulty;
pub mod heap;
mod images;
mod last_words;
mod log;
mod merge;
mod serve;
mod stack;

pub use boot::boot;
pub use channels::{Channels, Up};
pub use doorbell::Doorbell;
pub use faulty::{Faulty, Lossy};
pub use serve::{serve, serve_beside};
