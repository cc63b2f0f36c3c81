//! `sixlo stack`: what can be tested here.

use std::process::ExitCode;

use crate::arguments::Stack;

pub fn stack(arguments: &Stack) -> ExitCode {
    match arguments {
        Stack::List => list(),
    }
}

fn list() -> ExitCode {
    for name in sixlo_host_duts::names() {
        let about = sixlo_host_duts::about(name).unwrap_or_default();
        match sixlo_host_duts::availability(name) {
            Ok(()) => println!("{name:<17} {about}"),
            Err(missing) => println!("{name:<17} {about}; {missing}"),
        }
    }
    ExitCode::SUCCESS
}
