//! OpenThread, driven from outside: a Thread node whose radio, clock, chance and flash are
//! this crate. One copy of it for a host process and for firmware.
//!
//! OpenThread has one instance in its own memory, so a program has one [`OpenThread`] at most.
#![cfg_attr(not(test), no_std)]

extern crate alloc;

mod contexts;
mod echo;
mod error;
mod filter;
mod identity;
#[cfg(target_os = "none")]
mod libc;
mod network;
mod node;
mod platform;
mod port;
mod registration;
mod settings;

pub use network::{Network, Role};
pub use port::OpenThread;
