//! What goes to standard output.

use std::io::{self, Write as _};

use anyhow::Context;

/// Prints. A reader that has seen enough, such as `head`, is no error.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut output = io::stdout().lock();
    match output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush())
    {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done.context("cannot write to the standard output"),
    }
}

/// Prints a line on the way. That nobody sees it must not end a run.
pub fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}
