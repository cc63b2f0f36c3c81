//! QEMU's machine `mps2-an386`, and the four ways into it.

mod bus;
mod core;
mod memory;
mod monitor;
mod process;
mod socket;

pub use self::core::{Core, Register, Stop};
pub use bus::Bus;
pub use memory::Memory;
pub use monitor::Monitor;
pub use process::Process;
