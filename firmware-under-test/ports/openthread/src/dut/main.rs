//! OpenThread as a device under test that is a process of its own.
//!
//! `dut [--role child|leader] [--mesh-local-prefix PREFIX] [--network-key HEX]`
//! speaks the agent protocol on stdin and stdout until its input closes.

mod arguments;

use std::process::ExitCode;

use sixlo_port_openthread::OpenThread;

/// Exit code of a wrong command line.
const EXIT_USAGE: u8 = 2;

fn main() -> ExitCode {
    match arguments::parse(std::env::args().skip(1)) {
        Ok(network) => sixlo_agent_process::serve(&mut OpenThread::new(network), 1),
        Err(error) => {
            eprintln!("openthread dut: {error}");
            ExitCode::from(EXIT_USAGE)
        }
    }
}
