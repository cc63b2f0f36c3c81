//! pcapng files: evidence on disk, opened alike by us and by every packet analyser.
//!
//! A section has two interfaces: 0 is the air (IEEE 802.15.4, FCS included), 1 holds
//! the IPv6 packets that the device's agent handed back. Times are in nanoseconds.
//! Each packet bears a comment that says which case and which part of it.

mod error;
pub mod foreign;
mod packet;
mod reader;
mod section;
mod writer;

pub use error::CaptureError;
pub use packet::{Direction, Interface, Packet};
pub use reader::{MAX_RANGE_OCTETS, read_range};
pub use writer::Writer;

#[cfg(test)]
mod tests;
