//! The kernel's own 6LoWPAN, in User Mode Linux.
//!
//! Two processes of one binary: [`supervisor`] starts the kernel and ends it;
//! [`guest`] is that kernel's init, reached over hostfs, and speaks the agent
//! protocol on a serial line whose other end is the harness's pipe.

mod guest;
mod modules;
mod supervisor;
mod sysctl;

pub use guest::main as guest_main;
pub use supervisor::{KERNEL, run};

/// Tells the binary that it is the guest's init; set on the kernel's command line.
pub const ROLE_VARIABLE: &str = "SIXLO_DUT";
/// The value of [`ROLE_VARIABLE`].
pub const ROLE: &str = "linux";
