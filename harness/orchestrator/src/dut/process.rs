//! A device under test in a child process of its own, so that its panic, abort or
//! hang costs one trial and not the run.

use std::os::fd::OwnedFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process_group};
use rustix::thread::CpuSet;
use thiserror::Error;

use super::last_words::LastWords;
use crate::agent_link::{AgentLink, LinkError};

/// How a device's process is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The CPU it shares with its lane, if it is pinned.
    pub cpu: Option<usize>,
}

impl Start {
    /// A device that lives in this very program: `sixlo dut NAME`.
    pub fn own(name: &str, arguments: &[String]) -> Self {
        let mut all = vec!["dut".to_owned(), name.to_owned()];
        all.extend_from_slice(arguments);
        Start {
            program: PathBuf::from("/proc/self/exe"),
            arguments: all,
            cpu: None,
        }
    }
}

/// Why a process could not be started.
#[derive(Debug, Error)]
pub enum SpawnError {
    /// The program does not start.
    #[error("cannot start {program}: {error} (build the port first, see its README)")]
    Program {
        /// The program.
        program: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// A pipe, a file or the CPU could not be had.
    #[error("cannot set the device's process up: {0}")]
    System(#[from] Errno),
    /// The link could not be set up.
    #[error(transparent)]
    Link(#[from] LinkError),
}

/// A running device.
pub struct HostProcess {
    child: Child,
    words: LastWords,
    /// The link to its agent.
    pub link: AgentLink,
}

impl HostProcess {
    /// Starts it, in a process group of its own.
    ///
    /// # Errors
    /// If the program cannot be started, or its pipes not be set up.
    pub fn spawn(start: &Start) -> Result<Self, SpawnError> {
        let words = LastWords::new()?;
        let mut child = Command::new(&start.program)
            .args(&start.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::from(words.pen()?))
            .process_group(0)
            .spawn()
            .map_err(|error| SpawnError::Program {
                program: start.program.display().to_string(),
                error,
            })?;
        if let (Some(cpu), Ok(pid)) = (start.cpu, i32::try_from(child.id())) {
            let mut cpus = CpuSet::new();
            cpus.set(cpu);
            rustix::thread::sched_setaffinity(Pid::from_raw(pid), &cpus)?;
        }
        let (Some(stdout), Some(stdin)) = (child.stdout.take(), child.stdin.take()) else {
            return Err(SpawnError::System(Errno::BADF));
        };
        let link = AgentLink::new(OwnedFd::from(stdout), OwnedFd::from(stdin))?;
        Ok(HostProcess { child, words, link })
    }

    /// Ends it and everything it started; says in words how it had ended by
    /// itself, or that it was still running.
    pub fn bury(mut self) -> String {
        let by_itself = self.child.try_wait().ok().flatten();
        self.kill();
        let ended = match (by_itself, self.child.wait()) {
            (Some(status), _) => in_words(status),
            (None, _) => "was running and has been killed".to_owned(),
        };
        match self.words.read() {
            words if words.is_empty() => ended,
            words => format!("{ended}; its last words: {words}"),
        }
    }

    fn kill(&mut self) {
        let group = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(group) = group {
            // It may have ended already; then there is no group to kill.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for HostProcess {
    fn drop(&mut self) {
        self.kill();
        // Reaps it; a killed process always ends.
        let _ = self.child.wait();
    }
}

fn in_words(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exited with code {code}"),
        (None, Some(signal)) => format!("killed by signal {signal}"),
        (None, None) => "ended".to_owned(),
    }
}
