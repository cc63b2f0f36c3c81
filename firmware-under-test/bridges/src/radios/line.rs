//! Where a radio's line leads.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use sixlo_transport::{Line, Serial, tcp_line};

use crate::settings::LineStart;

/// The line, not opened yet.
pub fn line(start: &LineStart) -> Line {
    match start {
        LineStart::Serial(serial) => Serial {
            path: serial.path.clone(),
            baud: serial.baud,
            flow_control: serial.flow_control,
        }
        .line(),
        LineStart::Tcp(address) => tcp_line(address),
        LineStart::Program(words) => program(words.clone()),
    }
}

/// A program's stdin and stdout. Opened again, it is started again.
fn program(words: Vec<String>) -> Line {
    let name = format!("program {}", words.first().map_or("", String::as_str));
    let running = Running(Mutex::new(None));
    Line::new(name, move || running.start(&words))
}

/// What was started, and ends with its line.
struct Running(Mutex<Option<Child>>);

impl Running {
    fn start(&self, words: &[String]) -> io::Result<OwnedFd> {
        let mut running = match self.0.lock() {
            Ok(running) => running,
            Err(poisoned) => poisoned.into_inner(),
        };
        end(running.take());
        let nameless = || io::Error::other("no program is named");
        let (program, arguments) = words.split_first().ok_or_else(nameless)?;
        // One socket for both directions, as the other lines have one descriptor.
        let (ours, theirs) = UnixStream::pair()?;
        let child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::from(OwnedFd::from(theirs.try_clone()?)))
            .stdout(Stdio::from(OwnedFd::from(theirs)))
            .spawn()?;
        *running = Some(child);
        Ok(OwnedFd::from(ours))
    }
}

fn end(child: Option<Child>) {
    if let Some(mut child) = child {
        // It may have ended by itself.
        let _ = child.kill();
        let _ = child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Ok(running) = self.0.get_mut() {
            end(running.take());
        }
    }
}
