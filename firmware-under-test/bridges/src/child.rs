//! The device's program, if the device is one.

use std::os::unix::process::ExitStatusExt;
use std::process::{self, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use crate::error::BridgeError;

/// A program that can be started again and again. It stays in the bridge's process group,
/// so that whoever ends the bridge ends it, too.
pub struct Child {
    words: Vec<String>,
    running: Option<process::Child>,
}

impl Child {
    /// The program and its arguments; not started yet.
    pub fn new(words: Vec<String>) -> Child {
        Child {
            words,
            running: None,
        }
    }

    /// Ends what runs, and starts it: its shell's two ends. What it says on stderr goes
    /// to the bridge's.
    pub fn start(&mut self) -> Result<(ChildStdin, ChildStdout), BridgeError> {
        self.end();
        let failed = |program: &str, error| BridgeError::Start {
            program: program.to_owned(),
            error,
        };
        let Some((program, arguments)) = self.words.split_first() else {
            let error = std::io::Error::other("no program is named");
            return Err(failed("", error));
        };
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| failed(program, error))?;
        let ends = child.stdin.take().zip(child.stdout.take());
        self.running = Some(child);
        ends.ok_or_else(|| failed(program, std::io::Error::other("no pipes")))
    }

    /// Waits for its end, which is near: its output has closed.
    pub fn wait(&mut self) -> String {
        match self.running.take().map(|mut child| {
            // One that has closed its output and goes on is of no more use.
            let _ = child.kill();
            child.wait()
        }) {
            Some(Ok(status)) => in_words(status),
            _ => "was not running".to_owned(),
        }
    }

    /// Ends it.
    pub fn end(&mut self) {
        if let Some(mut child) = self.running.take() {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.end();
    }
}

fn in_words(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exited with code {code}"),
        (None, Some(signal)) => format!("killed by signal {signal}"),
        (None, None) => "ended".to_owned(),
    }
}
