//! A device that is a process of its own: its agent speaks on stdin and stdout,
//! between a pipe and the agent: read what is there, obey it, write once. What such processes
//! share besides: [`fcs`].
#![forbid(unsafe_code)]

pub use sixlo_mac::fcs;

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::{Errno, fcntl_dupfd_cloexec, read, write};
use sixlo_agent::{Agent, Outlet, Stack, VirtualPhy};

/// Octets read at a time: what a Linux pipe holds.
const CHUNK: usize = 65_536;
/// How long an answer may wait for others: who waits for it must not think that the
/// device hangs.
const LONGEST_WAIT: Duration = Duration::from_millis(50);
/// Octets that may wait for being written together.
const HIGH_WATER: usize = 65_536;
/// How long a device may go on with what it has read after its input closed.
const GRACE: Duration = Duration::from_secs(2);

/// What was stdout when the process started.
static OUTPUT: OnceLock<OwnedFd> = OnceLock::new();

/// Takes stdout away from everyone else: from here on it is stderr, so a stack
/// that prints cannot damage the agent stream.
fn take_stdout() -> Result<&'static OwnedFd, Errno> {
    let output = fcntl_dupfd_cloexec(rustix::stdio::stdout(), 3)?;
    rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
    Ok(OUTPUT.get_or_init(|| output))
}

/// What becomes of each frame on its way out: the second argument takes octets.
pub type Voice = fn(&[u8], &mut Vec<u8>);

/// Every frame goes out as it is.
fn plain(frame: &[u8], pending: &mut Vec<u8>) {
    pending.extend_from_slice(frame);
}

/// The agent stream's way out.
pub struct Output<'a> {
    descriptor: BorrowedFd<'a>,
    pending: Vec<u8>,
    /// When something was written last.
    written: Instant,
    voice: Voice,
    /// What to do when there is nobody left to tell.
    lost: fn() -> !,
}

impl<'a> Output<'a> {
    /// Through `descriptor`; `lost` ends the device when it has closed.
    pub fn new(descriptor: BorrowedFd<'a>, lost: fn() -> !) -> Self {
        Output {
            descriptor,
            pending: Vec::with_capacity(2 * HIGH_WATER),
            written: Instant::now(),
            voice: plain,
            lost,
        }
    }

    /// Adds octets that are no frame.
    pub fn push(&mut self, octets: &[u8]) {
        self.pending.extend_from_slice(octets);
    }

    /// Writes everything that waits.
    pub fn flush(&mut self) {
        let mut rest = &self.pending[..];
        while !rest.is_empty() {
            match write(self.descriptor, rest) {
                Ok(written) => rest = &rest[written..],
                Err(Errno::INTR) => {}
                Err(_) => (self.lost)(),
            }
        }
        self.pending.clear();
        self.written = Instant::now();
    }
}

impl Outlet for Output<'_> {
    fn write(&mut self, frame: &[u8]) {
        (self.voice)(frame, &mut self.pending);
        // Many commands may have been read at once, and each may take its time.
        let is_late = self.written.elapsed() > LONGEST_WAIT;
        if is_late || self.pending.len() >= HIGH_WATER {
            self.flush();
        }
    }
}

impl Drop for Output<'_> {
    /// A stack that panics has answered what came before.
    fn drop(&mut self) {
        self.flush();
    }
}

/// Runs `stack` until the input closes.
///
/// `boot` is 1 at first; a device that starts again says so unasked.
pub fn serve(stack: &mut dyn Stack, boot: u32) -> ExitCode {
    serve_with(stack, boot, plain)
}

/// As [`serve`], with `voice` between the agent and the stream.
pub fn serve_with(stack: &mut dyn Stack, boot: u32, voice: Voice) -> ExitCode {
    match run(stack, boot, voice) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sixlo dut: agent stream: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(stack: &mut dyn Stack, boot: u32, voice: Voice) -> Result<(), Errno> {
    let mut output = Output::new(take_stdout()?.as_fd(), || std::process::exit(0));
    output.voice = voice;
    end_with_input();
    let mut agent = Agent::with_radio(stack, VirtualPhy, boot);
    if boot > 1 {
        agent.announce(&mut output);
    }
    let mut chunk = vec![0; CHUNK];
    loop {
        output.flush();
        match read(rustix::stdio::stdin(), &mut chunk) {
            Ok(0) => return Ok(()),
            Ok(length) => agent.hear(&chunk[..length], &mut output),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error),
        }
    }
}

/// Ends the process soon after its input has closed, whatever it is doing: a
/// stack that loops for ever never comes to read the end of its input.
pub fn end_with_input() {
    after_hang_up(|| std::process::exit(0));
}

/// Does this, in a thread of its own, when the other end of stdin has closed and the
/// program has had its time to end by itself.
pub fn after_hang_up(act: impl FnOnce() + Send + 'static) {
    thread::spawn(|| {
        wait_for_hang_up();
        thread::sleep(GRACE);
        act();
    });
}

/// Waits until the other end of stdin has closed, reading nothing.
fn wait_for_hang_up() {
    let stdin = rustix::stdio::stdin();
    // No event is asked for: only a hang-up wakes this.
    let mut waiting = [PollFd::new(&stdin, PollFlags::empty())];
    while matches!(poll(&mut waiting, None), Err(Errno::INTR)) {}
}

/// Starts the whole program again as a device that has just rebooted for the
/// `boot`-th time: what was read and not obeyed, and what waited to be
/// written, is lost.
pub fn start_again(boot: u32) -> ! {
    if let Some(output) = OUTPUT.get()
        && rustix::stdio::dup2_stdout(output).is_ok()
    {
        let error = Command::new("/proc/self/exe")
            .args(std::env::args_os().skip(1))
            .args(["--param", &format!("boot={boot}")])
            .exec();
        eprintln!("sixlo dut: cannot start again: {error}");
    }
    std::process::exit(1);
}
