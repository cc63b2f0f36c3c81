//! Interoperability and conformance harness for 6LoWPAN.

mod arguments;
mod stack;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command};

fn main() -> ExitCode {
    // Inside the guest kernel this program is init, and nothing below is meant for it.
    sixlo_host_duts::run_if_guest();
    let mut words = std::env::args_os().skip(1).peekable();
    // A device's own command line: taken before clap, for its options are not ours.
    if words.next_if(|word| word == "dut").is_some() {
        return sixlo_host_duts::main(words.collect::<Vec<OsString>>());
    }
    match Arguments::parse().command {
        Command::Stack(arguments) => stack::stack(&arguments),
    }
}
