//! Between a pipe and an agent, and the device behind it: sleep until one of them wakes.

use std::os::fd::{AsFd, BorrowedFd};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, fcntl_dupfd_cloexec, read};
use sixlo_agent::{Agent, Stack};
use sixlo_agent_process::{Output, end_with_input};

use crate::error::BridgeError;

/// Octets read at a time: what a Linux pipe holds.
const CHUNK: usize = 65_536;

/// A device as its bridge sees it.
pub trait Bridge: Stack {
    /// Readable when the device has something to say; none for one whose time is virtual.
    fn descriptors(&self) -> Vec<BorrowedFd<'_>>;

    /// When the bridge has something to do of its own.
    fn next_wake(&self) -> Option<Instant>;

    /// Why the bridge cannot go on, once that is so.
    fn trouble(&mut self) -> Option<BridgeError>;
}

/// Serves a bridge on stdin and stdout until the input closes.
///
/// # Errors
/// What stopped the bridge: its device has ended, or does not obey.
pub fn serve(bridge: &mut dyn Bridge) -> Result<ExitCode, BridgeError> {
    let stream = BridgeError::system::<Errno>;
    // From here on stdout is stderr, so that nothing that prints damages the agent stream.
    let output = fcntl_dupfd_cloexec(rustix::stdio::stdout(), 3).map_err(stream(STREAM))?;
    rustix::stdio::dup2_stdout(rustix::stdio::stderr()).map_err(stream(STREAM))?;
    end_with_input();
    let mut output = Output::new(output.as_fd(), || std::process::exit(0));
    let start = Instant::now();
    let mut agent = Agent::new(bridge, 1);
    let mut chunk = vec![0; CHUNK];
    loop {
        output.flush();
        if let Some(trouble) = agent.stack_mut().trouble() {
            return Err(trouble);
        }
        let stdin = rustix::stdio::stdin();
        let (asked, device) = {
            let bridge = agent.stack_mut();
            let mut all = vec![stdin];
            all.extend(bridge.descriptors());
            let left = bridge
                .next_wake()
                .map(|wake| wake.saturating_duration_since(Instant::now()));
            let ready = ready(&all, left)?;
            (
                ready[0],
                left.is_some_and(|left| left.is_zero()) || ready[1..].contains(&true),
            )
        };
        if device || !asked {
            agent.tick(start.elapsed().as_micros() as u64, &mut output);
        }
        if asked {
            match read(stdin, &mut chunk) {
                Ok(0) => return Ok(ExitCode::SUCCESS),
                Ok(length) => agent.hear(&chunk[..length], &mut output),
                Err(Errno::INTR) => {}
                Err(error) => return Err(stream(STREAM)(error)),
            }
        }
    }
}

const STREAM: &str = "the agent stream";

/// Which of these are readable, or have closed; waits for that, at most so long.
fn ready(all: &[BorrowedFd<'_>], limit: Option<Duration>) -> Result<Vec<bool>, BridgeError> {
    let mut waiting: Vec<PollFd> = all
        .iter()
        .map(|one| PollFd::from_borrowed_fd(*one, PollFlags::IN))
        .collect();
    let limit = limit.map(|limit| Timespec {
        tv_sec: limit.as_secs().cast_signed(),
        tv_nsec: limit.subsec_nanos().into(),
    });
    match poll(&mut waiting, limit.as_ref()) {
        Ok(_) | Err(Errno::INTR) => {}
        Err(error) => return Err(BridgeError::system("cannot wait")(error)),
    }
    Ok(waiting
        .iter()
        .map(|polled| !polled.revents().is_empty())
        .collect())
}

/// Waits until one of these is readable or has closed, at most so long.
pub fn wait_readable(all: &[BorrowedFd<'_>], limit: Duration) -> Result<bool, BridgeError> {
    Ok(ready(all, Some(limit))?.contains(&true))
}
