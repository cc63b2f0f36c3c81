//! A P6LoWPAN node, capability levels 0 to 5, `no_std` and without allocation.
//!
//! Ayers and Levis, "Design Considerations for Low Power Internet Protocols",
//! section 6, gives 6LoWPAN six levels of capability, each with all that the
//! lower ones have. [`Node`] is one such node, its level a constant:
//!
//! | level | takes, and sends to peers of its level |
//! |---|---|
//! | 0 | uncompressed IPv6 (`41`), fragments, 1280 octets, and sources of any IPHC frame, to complain to |
//! | 1 | IPHC with traffic class, next header and hop limit in line, stateless addresses, 16-bit MAC addresses; forms its addresses itself |
//! | 2 | contexts |
//! | 3 | traffic class, flow label and hop limit |
//! | 4 | NHC UDP, a tunnel (received only), headers past a compressed first fragment |
//! | 5 | the rest of RFC 4944 and 6282; RFC 6775 |
//!
//! What is above its level a node answers with "class unsupported", or with
//! silence where no ICMPv6 error may be sent; see `capability`.
//!
//! The node is sans-I/O: frames, commands and time go in by its methods, frames
//! and packets come out through a [`Sink`]. It owns no clock.
//!
//! Memory is bounded, and all of it is in the node: 16 KiB, of which 10 are
//! [`REASSEMBLY_BUFFERS`] datagrams of [`LARGEST_DATAGRAM`] octets in reassembly
//! and as many that wait for their neighbour's address (`tests/size.rs` holds it
//! to that). What is too large or too much is dropped, the oldest first. Nothing
//! here is shared with the harness that judges it.
#![no_std]
#![forbid(unsafe_code)]

#[macro_use]
mod fault;
mod capability;
mod context;
mod ipv6;
mod lowpan;
mod mac;
mod nd;
mod node;
mod reader;
mod settings;
mod writer;

pub use capability::HIGHEST_LEVEL;
pub use context::CONTEXTS;
pub use fault::Fault;
#[cfg(feature = "faults")]
pub use fault::seed;
pub use ipv6::{ADDRESSES, Address};
pub use lowpan::{LARGEST_DATAGRAM, REASSEMBLY_BUFFERS};
pub use mac::{LARGEST_PSDU, LinkAddress};
pub use nd::{NEIGHBOURS, REGISTRATIONS};
pub use node::{Node, SendError, Sink};
pub use settings::{Nd, Parameter, SettingError};
