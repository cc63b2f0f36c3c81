//! A device under test in a child process of its own, so that its panic, abort or
//! hang costs one trial and not the run.

use std::os::fd::OwnedFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{
    Pid, PidfdFlags, Resource, Rlimit, Signal, kill_process_group, pidfd_open, prlimit,
};
use rustix::thread::CpuSet;
use thiserror::Error;

use super::Dut;
use super::held_up::held_up;
use crate::agent_link::{AgentLink, Pipes, TransportError};

/// A process closes its descriptors before it has ended: so long its end may take.
const LAST_BREATH: Duration = Duration::from_secs(2);

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
    /// The bench does not give the device: a probe is gone, a chip is the wrong one.
    #[error("{0}")]
    Bench(String),
    /// A pipe or the CPU could not be had.
    #[error("cannot set the device's process up: {0}")]
    System(#[from] Errno),
    /// What carries its link does not come up: a probe, a serial line, a socket.
    #[error("{0}")]
    Transport(#[from] TransportError),
}

/// A running device.
pub struct HostProcess {
    child: Child,
    /// Readable once the process has ended.
    pidfd: OwnedFd,
    is_buried: bool,
    link: AgentLink,
}

impl HostProcess {
    /// Starts it, in a process group of its own.
    ///
    /// # Errors
    /// If the program cannot be started, or its pipes not be set up.
    pub fn spawn(start: &Start) -> Result<Self, SpawnError> {
        let mut child = Command::new(&start.program)
            .args(&start.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(|error| SpawnError::Program {
                program: start.program.display().to_string(),
                error,
            })?;
        let pid = Pid::from_child(&child);
        if let Some(cpu) = start.cpu {
            let mut cpus = CpuSet::new();
            cpus.set(cpu);
            rustix::thread::sched_setaffinity(Some(pid), &cpus)?;
        }
        // A device that aborts on purpose is no reason to fill the disk.
        let no_core = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        prlimit(Some(pid), Resource::Core, no_core)?;
        let pipes = (child.stdout.take(), child.stdin.take(), child.stderr.take());
        let (Some(stdout), Some(stdin), Some(stderr)) = pipes else {
            return Err(SpawnError::System(Errno::BADF));
        };
        let pipes = Pipes::new(OwnedFd::from(stdout), OwnedFd::from(stdin))?
            .with_console(OwnedFd::from(stderr))?;
        let process = child.id();
        Ok(HostProcess {
            pidfd: pidfd_open(pid, PidfdFlags::empty())?,
            child,
            is_buried: false,
            link: AgentLink::new(pipes).held_up_by(move || held_up(process)),
        })
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn end(&mut self) -> String {
        let by_itself = self.has_ended();
        // Before it is reaped: as long as it is not, its group's number is nobody else's.
        // That there is nobody left to kill is no trouble.
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        self.is_buried = true;
        match (self.child.wait(), by_itself) {
            (Ok(status), true) => in_words(status),
            (_, true) => "ended".to_owned(),
            (_, false) if self.link.is_closed() => {
                "closed its agent link, went on and has been killed".to_owned()
            }
            (_, false) => "was running and has been killed".to_owned(),
        }
    }

    /// Whether it has ended by itself; one that has closed its link is given time to.
    fn has_ended(&self) -> bool {
        let patience = match self.link.is_closed() {
            true => LAST_BREATH,
            false => Duration::ZERO,
        };
        let limit = Timespec {
            tv_sec: patience.as_secs().cast_signed(),
            tv_nsec: patience.subsec_nanos().into(),
        };
        let mut end = [PollFd::new(&self.pidfd, PollFlags::IN)];
        loop {
            match poll(&mut end, Some(&limit)) {
                Err(Errno::INTR) => {}
                result => return result.is_ok_and(|ended| ended > 0),
            }
        }
    }
}

impl Dut for HostProcess {
    fn link(&mut self) -> &mut AgentLink {
        &mut self.link
    }

    fn bury(mut self: Box<Self>) -> String {
        let ended = self.end();
        match self.link.last_words() {
            words if words.is_empty() => ended,
            words => format!("{ended}; its last words: {words}"),
        }
    }
}

impl Drop for HostProcess {
    fn drop(&mut self) {
        if !self.is_buried {
            self.end();
        }
    }
}

fn in_words(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exited with code {code}"),
        (None, Some(signal)) => format!("killed by signal {signal}"),
        (None, None) => "ended".to_owned(),
    }
}
