//! Boards at the ends of lines: a device of this program, on a serial line or behind a server,
//! that can be unplugged.

use std::fs;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// A device at this end of a line.
fn device(name: &str, end: OwnedFd) -> Child {
    Command::new(env!("CARGO_BIN_EXE_sixlo"))
        .args(["dut", name])
        .stdin(Stdio::from(end.try_clone().unwrap()))
        .stdout(Stdio::from(end))
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// A board that is plugged into a serial port; dropped, it is unplugged.
pub struct Plugged {
    device: Child,
    path: PathBuf,
}

impl Plugged {
    /// This device, at this path.
    pub fn into(path: &Path, name: &str) -> Plugged {
        let end = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&end).unwrap();
        unlockpt(&end).unwrap();
        let port = ptsname(&end, Vec::new()).unwrap().into_string().unwrap();
        let device = device(name, end);
        symlink(port, path).unwrap();
        Plugged {
            device,
            path: path.to_owned(),
        }
    }
}

impl Drop for Plugged {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
        let _ = self.device.kill();
        let _ = self.device.wait();
    }
}

/// A serial server with one board, which starts anew for whoever connects.
pub struct Server {
    pub address: String,
    /// Who runs behind it.
    runs: Arc<Mutex<Option<Pid>>>,
}

impl Server {
    /// This device behind a server, for as long as this program runs.
    pub fn of(name: &'static str) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let runs: Arc<Mutex<Option<Pid>>> = Arc::default();
        let running = runs.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut device = device(name, OwnedFd::from(stream.unwrap()));
                *running.lock().unwrap() = Some(Pid::from_child(&device));
                device.wait().unwrap();
                *running.lock().unwrap() = None;
            }
        });
        Server { address, runs }
    }

    /// Cuts the connection, and the board has no power for a moment.
    pub fn cut(&self) {
        let device = self.runs.lock().unwrap().expect("somebody is connected");
        kill_process(device, Signal::KILL).unwrap();
    }
}
