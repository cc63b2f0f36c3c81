//! OpenThread as a device under test: a Thread node whose radio, clock, chance
//! and flash are this program.
//!
//! `dut [--role child|leader] [--mesh-local-prefix PREFIX] [--network-key HEX]`
//! speaks the agent protocol on stdin and stdout until its input closes.

mod arguments;
mod contexts;
mod echo;
mod error;
mod filter;
mod identity;
mod node;
mod platform;
mod port;
mod settings;

use std::process::ExitCode;

use arguments::Arguments;
use port::OpenThread;

/// Exit code of a wrong command line.
const EXIT_USAGE: u8 = 2;

fn main() -> ExitCode {
    match Arguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => sixlo_agent_process::serve(&mut OpenThread::new(arguments), 1),
        Err(error) => {
            eprintln!("openthread dut: {error}");
            ExitCode::from(EXIT_USAGE)
        }
    }
}
