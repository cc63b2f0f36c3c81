//! Starts the kernel, and sees to it that nothing of it is left behind.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use rustix::process::{Pid, Signal, kill_process_group};

use super::{ROLE, ROLE_VARIABLE};
use crate::arguments::{ArgumentError, Arguments};
use sixlo_agent_process::after_hang_up;

/// The kernel as Debian packages it.
pub const KERNEL: &str = "/usr/bin/linux.uml";

/// The kernel's command line but for init.
const COMMAND_LINE: [&str; 14] = [
    // The stack and this program need about half of it.
    "mem=64M",
    "root=/dev/root",
    "rootfstype=hostfs",
    "rootflags=/",
    "ro",
    // The serial line is the agent stream; the console is this program's stderr.
    "con=null",
    "con0=null,fd:2",
    "ssl0=fd:0,fd:1",
    "quiet",
    // Nothing but an oops or a panic, which raise the level themselves.
    "loglevel=0",
    "panic=-1",
    "noreboot",
    // Half a second of measuring: how fast a delay loop is, and parities for disks
    // that are not there.
    "lpj=10000000",
    "initcall_blacklist=raid6_select_algo",
];

/// Runs the guest until the input closes or the kernel ends.
pub fn run(arguments: &mut Arguments) -> Result<ExitCode, ArgumentError> {
    arguments.finish()?;
    Ok(supervise().unwrap_or_else(|error| {
        eprintln!("sixlo dut: linux: {error}");
        ExitCode::FAILURE
    }))
}

fn supervise() -> io::Result<ExitCode> {
    let papers = Papers::new();
    let program = std::env::current_exe()?;
    let mut kernel = Command::new(KERNEL)
        .args(COMMAND_LINE)
        .args(papers.arguments()?)
        // This very program is the guest's init.
        .arg(kernel_argument("init", &program)?)
        .arg(format!("{ROLE_VARIABLE}={ROLE}"))
        // A group of its own: UML's helper processes can only be found by it.
        .process_group(0)
        .spawn()?;
    let group = Pid::from_child(&kernel);
    after_hang_up(move || end(group));
    let status = kernel.wait()?;
    // A kernel that is gone may leave helpers, which hold the harness's pipe open.
    end(group);
    if status.success() {
        return Ok(ExitCode::SUCCESS);
    }
    Err(io::Error::other(format!("the kernel ended: {status}")))
}

/// Kills whatever is left of the group; usually nothing is.
fn end(group: Pid) {
    let _ = kill_process_group(group, Signal::KILL);
}

/// The directory in which UML keeps its pid; gone when this is dropped.
struct Papers {
    directory: PathBuf,
    name: String,
}

impl Papers {
    fn new() -> Self {
        let name = format!("sixlo-{}", std::process::id());
        let directory = std::env::temp_dir();
        Papers { directory, name }
    }

    fn arguments(&self) -> io::Result<[OsString; 2]> {
        let mut directory = kernel_argument("uml_dir", &self.directory)?;
        directory.push("/");
        Ok([directory, format!("umid={}", self.name).into()])
    }
}

impl Drop for Papers {
    fn drop(&mut self) {
        // The kernel does this itself, unless it was killed.
        let _ = std::fs::remove_dir_all(self.directory.join(&self.name));
    }
}

/// `key=path`, if a kernel's command line can hold it.
fn kernel_argument(key: &str, path: &Path) -> io::Result<OsString> {
    let shown = path.to_string_lossy();
    if shown.contains(char::is_whitespace) || shown.contains(',') {
        return Err(io::Error::other(format!(
            "{shown}: a kernel's command line cannot hold blanks and commas; use another path"
        )));
    }
    let mut argument = OsString::from(format!("{key}="));
    argument.push(path);
    Ok(argument)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_would_fall_apart_are_refused() {
        let init = kernel_argument("init", Path::new("/usr/bin/sixlo")).unwrap();
        assert_eq!(init, "init=/usr/bin/sixlo");
        let error = kernel_argument("init", Path::new("/my programs/sixlo")).unwrap_err();
        assert!(error.to_string().starts_with("/my programs/sixlo: "));
    }
}
