//! Devices under test that run in a child process of the sixlo binary.
//!
//! `sixlo dut NAME` runs one of them: it speaks the agent protocol
//! (`agent-protocol/agent.cddl`) over stdin and stdout until its input closes.
//! A stack that crashes takes only this process with it.
//!
//! Nothing here knows the harness: these crates and the tester's share the
//! agent protocol and no other line of code.

mod arguments;
mod around;
mod broken;
mod foreign;
mod linux;
mod odd;
mod reference;
mod registry;
mod secured;

use std::ffi::OsString;
use std::process::ExitCode;

use arguments::Arguments;
pub use registry::{Missing, about, availability, names};

/// Exit code of a wrong command line.
pub const EXIT_USAGE: u8 = 2;
/// Exit code when a package that the device needs is not installed (`EX_UNAVAILABLE`).
pub const EXIT_MISSING: u8 = 69;

/// Runs the guest kernel's init and never comes back, if this process is one;
/// the first thing a program must ask.
pub fn run_if_guest() {
    let is_init = rustix::process::getpid().is_init();
    let role = std::env::var_os(linux::ROLE_VARIABLE);
    if is_init && role.is_some_and(|role| role == linux::ROLE) {
        linux::guest_main();
    }
}

/// Runs the device that `arguments` ask for: `NAME [--fault ID] [--param KEY=VALUE]...`,
/// without the program's name and without `dut`.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::parse(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return refuse(EXIT_USAGE, &error),
    };
    if let Err(missing) = availability(&arguments.name) {
        return refuse(EXIT_MISSING, &missing);
    }
    match registry::start(&arguments) {
        Ok(code) => code,
        Err(error) => refuse(EXIT_USAGE, &error),
    }
}

fn refuse(code: u8, why: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("sixlo dut: {why}");
    ExitCode::from(code)
}
