//! The device's program, if the device is one.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{self, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, WaitOptions};

use crate::error::BridgeError;

/// A program that can be started again and again. It stays in the bridge's process group,
/// so that whoever ends the bridge ends it, too. What it starts itself ends with it: such
/// orphans come to the bridge, which is told so by nobody else.
pub struct Child {
    words: Vec<String>,
    running: Option<process::Child>,
    /// Other children of the bridge, there before this one.
    neighbours: Vec<Pid>,
}

impl Child {
    /// The program and its arguments; not started yet.
    pub fn new(words: Vec<String>) -> Child {
        Child {
            words,
            running: None,
            neighbours: Vec::new(),
        }
    }

    /// The number of its process, while it runs.
    pub fn process(&self) -> Option<u32> {
        self.running.as_ref().map(process::Child::id)
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
        // Without it, orphans are out of sight: a device that starts none loses nothing.
        let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
        self.neighbours = children();
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
        let ended = self.running.take().map(|mut child| {
            // One that has closed its output and goes on is of no more use.
            let _ = child.kill();
            let status = child.wait();
            self.end_orphans();
            status
        });
        match ended {
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
            self.end_orphans();
        }
    }

    /// Ends what it had started and left behind, and what that had.
    fn end_orphans(&self) {
        loop {
            let mut orphans = children();
            orphans.retain(|orphan| !self.neighbours.contains(orphan));
            if orphans.is_empty() {
                return;
            }
            for orphan in orphans {
                let _ = rustix::process::kill_process(orphan, Signal::KILL);
                if rustix::process::waitpid(Some(orphan), WaitOptions::empty()).is_err() {
                    return;
                }
            }
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.end();
    }
}

/// The processes of which this one is the parent.
fn children() -> Vec<Pid> {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten();
    let lists =
        tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("children")).ok());
    let numbers = lists.flat_map(|list| {
        let numbers = list
            .split_whitespace()
            .filter_map(|number| number.parse().ok());
        numbers.filter_map(Pid::from_raw).collect::<Vec<_>>()
    });
    numbers.collect()
}

fn in_words(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exited with code {code}"),
        (None, Some(signal)) => format!("killed by signal {signal}"),
        (None, None) => "ended".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn what_a_device_started_ends_with_it() {
        let line = "sleep 1000 & echo $!; read line".to_owned();
        let mut device = Child::new(vec!["sh".to_owned(), "-c".to_owned(), line]);
        for _ in 0..2 {
            let (_input, output) = device.start().unwrap();
            let mut orphan = String::new();
            BufReader::new(output).read_line(&mut orphan).unwrap();
            let orphan = PathBuf::from("/proc").join(orphan.trim());
            assert!(orphan.exists(), "{orphan:?}");
            device.end();
            assert!(!orphan.exists(), "{orphan:?}");
        }
    }
}
