//! Init of the guest: brings up two radios and serves one of them.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{FileType, Mode, OFlags, makedev, mknodat, open};
use rustix::io::Errno;
use rustix::mount::{MountFlags, mount};
use rustix::system::{RebootCommand, reboot};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use sixlo_agent::Agent;
use sixlo_agent_process::Output;
use sixlo_bridges::Bridge;
use sixlo_bridges::interface::LinuxNode;
use sixlo_bridges::interface::links::{Links, Names};

use super::{modules, sysctl};

/// A directory that exists everywhere and holds nothing the guest needs.
const SCRATCH: &str = "/run";

/// The neighbour's monitor.
const MONITOR: &str = "mon0";

/// The guest's whole life; powers off at its end.
pub fn main() -> ! {
    if let Err(error) = live() {
        eprintln!("sixlo dut: linux guest: {error}");
    }
    power_off()
}

/// Ends the kernel and thereby this process.
fn power_off() -> ! {
    let _ = reboot(RebootCommand::PowerOff);
    std::process::exit(1);
}

fn live() -> io::Result<()> {
    for (kind, place) in [("proc", "/proc"), ("sysfs", "/sys"), ("tmpfs", SCRATCH)] {
        mount(kind, place, kind, MountFlags::empty(), None)?;
    }
    // A stock kernel has no debugfs; one that has it can set contexts.
    let _ = mount(
        "debugfs",
        "/sys/kernel/debug",
        "debugfs",
        MountFlags::empty(),
        None,
    );
    let line = open_line()?;
    modules::load(&["fakelb", "ieee802154_6lowpan"])?;
    modules::load_family("nhc_")?;
    sysctl::prepare()?;
    serve(&line, device()?)
}

/// Two radios of fakelb that hear each other: phy0 carries wpan0 and lowpan0, the device; phy1
/// a monitor.
fn device() -> io::Result<LinuxNode> {
    let mut links = Links::open(Names::over("wpan0"))?;
    links.make_monitor("wpan1", MONITOR)?;
    LinuxNode::new(
        links,
        MONITOR,
        "ICMPv6 rate limits off",
        Some(forget_fragments),
    )
}

/// Fragments belong to no interface: only the module's end frees them.
fn forget_fragments() -> io::Result<()> {
    modules::unload("ieee802154_6lowpan")?;
    modules::load(&["ieee802154_6lowpan"])
}

/// Opens the first serial line, which is the agent stream, and makes it
/// transparent to all 256 octets.
fn open_line() -> io::Result<OwnedFd> {
    let place = format!("{SCRATCH}/ttyS0");
    let mode = Mode::RUSR | Mode::WUSR;
    mknodat(
        rustix::fs::CWD,
        &place,
        FileType::CharacterDevice,
        mode,
        makedev(4, 64),
    )?;
    let line = open(
        &place,
        OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC,
        Mode::empty(),
    )?;
    let mut settings = tcgetattr(&line)?;
    settings.make_raw();
    tcsetattr(&line, OptionalActions::Now, &settings)?;
    Ok(line)
}

fn serve(line: &OwnedFd, mut node: LinuxNode) -> io::Result<()> {
    let mut output = Output::new(line.as_fd(), power_off);
    // Whatever the console let slip onto the line ends here.
    output.push(&[0]);
    let mut agent = Agent::new(&mut node, 1);
    let start = Instant::now();
    let mut chunk = vec![0; 4096];
    loop {
        output.flush();
        let (line_ready, node_ready) = wait(line.as_fd(), &agent.stack_mut().descriptors())?;
        if node_ready {
            let now_us = start.elapsed().as_micros() as u64;
            agent.tick(now_us, &mut output);
        }
        if line_ready {
            match rustix::io::read(line, &mut chunk) {
                // A line that has hung up reads as an error or as nothing.
                Ok(0) | Err(Errno::IO) => return Ok(()),
                Ok(length) => agent.hear(&chunk[..length], &mut output),
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Waits for something to read: on the line, and from the node.
fn wait(line: BorrowedFd<'_>, node: &[BorrowedFd<'_>]) -> io::Result<(bool, bool)> {
    let mut waiting = vec![PollFd::from_borrowed_fd(line, PollFlags::IN)];
    waiting.extend(
        node.iter()
            .map(|descriptor| PollFd::from_borrowed_fd(*descriptor, PollFlags::IN)),
    );
    loop {
        match poll(&mut waiting, None) {
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
            Ok(_) => break,
        }
    }
    let mut ready = waiting.iter().map(|polled| !polled.revents().is_empty());
    let line_ready = ready.next().unwrap_or(false);
    Ok((line_ready, ready.any(|ready| ready)))
}
