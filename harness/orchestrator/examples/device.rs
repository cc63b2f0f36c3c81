//! Devices as programs of their own, as `sixlo dut NAME` is, for this crate's tests:
//! the library itself names none.

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    sixlo_host_duts::run_if_guest();
    let mut words = std::env::args_os().skip(1).peekable();
    words.next_if(|word| word == "dut");
    sixlo_host_duts::main(words.collect::<Vec<OsString>>())
}
