//! `sixlo dut` by itself, for tests of this crate alone.

use std::process::ExitCode;

fn main() -> ExitCode {
    sixlo_host_duts::run_if_guest();
    sixlo_host_duts::main(std::env::args_os().skip(1))
}
