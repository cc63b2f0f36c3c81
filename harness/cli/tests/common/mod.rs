//! Starts the program as a user would.

// Each test uses a part of it.
#![allow(dead_code)]

pub mod bare;
pub mod house;
pub mod plug;
pub mod recording;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The checkout's root.
pub fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// `sixlo` with these words, in the checkout's root.
pub fn sixlo(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sixlo"));
    command
        .args(words)
        .current_dir(checkout())
        .env_remove("RUST_BACKTRACE");
    command
}

/// Everything it printed, and its exit code.
pub fn said(output: &Output) -> String {
    let code = output.status.code().expect("it ends by itself");
    let printed = [&output.stdout[..], &output.stderr[..]].concat();
    let text = String::from_utf8(printed).expect("it prints UTF-8");
    format!("{text}exit {code}\n")
}
