//! Interoperability and conformance harness for 6LoWPAN.

mod arguments;
mod bench;
mod bundle;
mod catalogue;
mod cell;
mod compared;
mod crashes;
mod diff;
mod embargo;
mod expect;
mod explain;
mod gate;
mod house;
mod interrupt;
mod judge;
mod judge_case;
mod lint;
mod near;
mod printing;
mod progress;
#[cfg(feature = "boards")]
mod rack;
#[cfg(not(feature = "boards"))]
#[path = "no_rack.rs"]
mod rack;
mod recorded;
mod rejudge;
mod report;
mod run;
mod selftest;
mod shrink;
mod stack;
mod stack_new;
mod stack_probe;
mod today;

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap::Parser;
use sixlo_harness::bench::BenchError;
use sixlo_harness::bundle::BundleError;
use sixlo_harness::run::{JournalError, SelectionError, ShrinkError};
use sixlo_harness::stack_new::NewError;
use sixlo_harness::stack_probe::ProbeError;
use sixlo_judge::status::ExitStatus;

use crate::arguments::{Arguments, Command};
use crate::house::House;

fn main() -> ExitCode {
    // Inside the guest kernel this program is init, and nothing below is meant for it.
    sixlo_host_duts::run_if_guest();
    let mut words = std::env::args_os().skip(1).peekable();
    // A device's own command line: taken before clap, for its options are not ours.
    if words.next_if(|word| word == "dut").is_some() {
        return sixlo_host_duts::main(words.collect::<Vec<OsString>>());
    }
    match obey(&Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("sixlo: {error:#}");
            ExitCode::from(status(&error).code())
        }
    }
}

fn obey(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let house = || House::find(arguments.root.as_deref());
    match &arguments.command {
        Command::Run(arguments) => run::run(&house()?, arguments),
        Command::Report(arguments) => report::report(&house()?, arguments),
        Command::Rejudge(arguments) => rejudge::rejudge(&house()?, arguments),
        Command::Judge(arguments) => match &arguments.case {
            Some(case) => judge_case::judge_case(&house()?, arguments, case),
            None => judge::judge(arguments),
        },
        Command::Diff(arguments) => diff::diff(&house()?, arguments),
        Command::Bundle(arguments) => bundle::bundle(house, arguments),
        Command::Gate(arguments) => gate::gate(&house()?, arguments),
        Command::Explain(arguments) => explain::explain(&house()?, arguments),
        Command::Shrink(arguments) => shrink::shrink(&house()?, arguments),
        Command::Crashes(arguments) => crashes::crashes(&house()?, arguments),
        Command::Lint => lint::lint(&house()?),
        Command::Catalogue(arguments) => catalogue::catalogue(&house()?, arguments),
        Command::Stack(arguments) => stack::stack(house, arguments),
        Command::Rack(arguments::Rack::Agent(arguments)) => rack::agent(arguments),
        Command::Rack(arguments) => rack::rack(&house()?, arguments),
        Command::Bench(arguments) => bench::bench(&house()?, arguments),
        Command::Selftest => selftest::selftest(&house()?),
    }
}

/// Files and streams are a part of the bench; a filter that names nothing selects
/// nothing; everything else that goes wrong here was asked for wrongly.
fn status(error: &anyhow::Error) -> ExitStatus {
    if error.is::<SelectionError>() {
        return ExitStatus::Nothing;
    }
    if error.is::<ShrinkError>() {
        return ExitStatus::Trouble;
    }
    match error.downcast_ref::<BenchError>() {
        Some(BenchError::Selection(_) | BenchError::NoTrials(_)) => return ExitStatus::Nothing,
        Some(_) => return ExitStatus::Trouble,
        None => {}
    }
    match error.downcast_ref::<BundleError>() {
        Some(
            BundleError::Read { .. } | BundleError::Write { .. } | BundleError::Damaged { .. },
        ) => {
            return ExitStatus::Trouble;
        }
        Some(_) => return ExitStatus::Usage,
        None => {}
    }
    if let Some(NewError::Write { .. }) = error.downcast_ref() {
        return ExitStatus::Trouble;
    }
    match error.downcast_ref::<ProbeError>() {
        Some(ProbeError::Selection(_)) => return ExitStatus::Nothing,
        Some(_) => return ExitStatus::Trouble,
        None => {}
    }
    match error.downcast_ref::<JournalError>() {
        Some(JournalError::NoRun { .. } | JournalError::Empty { .. }) => ExitStatus::Usage,
        Some(_) => ExitStatus::Trouble,
        None if error.chain().any(|cause| cause.is::<io::Error>()) => ExitStatus::Trouble,
        None => ExitStatus::Usage,
    }
}
