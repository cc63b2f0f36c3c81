//! Boards that QEMU emulates, behind a debug probe that probe-rs opens like any other.
//!
//! A [`Board`] is power for one emulated board. While it has some, its probe is listed by
//! probe-rs under [`selector`](Board::selector), and everything after that (attach, flash,
//! halt, reset, RTT) is what a J-Link or a CMSIS-DAP probe gets: the debug port's registers
//! are answered here, and nothing above them is.
//!
//! Layers, from the bottom: `machine/` is QEMU (its memory, its bus, its core), `port/` the
//! debug port and what of the core's debug registers QEMU lacks, `probe/` the driver,
//! `remote/` a probe over TCP.

mod board;
mod error;
mod machine;
mod port;
mod probe;
mod remote;

pub use board::{Board, CHIP, UNIQUE_ID};
pub use error::BoardError;
pub use probe::register;
pub use remote::BlackMagic;
