//! A network interface of this kernel as a device: its radio's air over a monitor, and by the
//! kernel's own interfaces what it is told, what it restores, and what it is to send.

mod contexts;
pub mod links;
mod netlink;
mod node;
mod settings;
pub mod sysctl;

pub use node::LinuxNode;
