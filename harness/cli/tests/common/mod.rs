//! Starts the program as a user would.

use std::path::Path;
use std::process::Command;

/// `sixlo` with these words, in the checkout's root.
pub fn sixlo(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sixlo"));
    command
        .args(words)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .env_remove("RUST_BACKTRACE");
    command
}
