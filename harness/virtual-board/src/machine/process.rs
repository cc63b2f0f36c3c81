//! The emulator's process.

use std::fs::{File, OpenOptions};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use tempfile::TempDir;

use super::memory;
use crate::error::BoardError;

/// A running emulator. It ends with this value.
pub struct Process {
    id: u32,
    /// Names the process as long as it is there, and nothing afterwards.
    handle: OwnedFd,
    child: Option<Child>,
    watch: Option<JoinHandle<()>>,
    /// Holds its sockets and its memory; goes with it.
    folder: TempDir,
}

impl Process {
    /// Starts the machine with its core halted and its memories blank.
    ///
    /// # Errors
    /// If there is no emulator, or no room for the memory's file.
    pub fn start() -> Result<(Self, File), BoardError> {
        let folder = folder().map_err(BoardError::Memory)?;
        let ram = folder.path().join("psram");
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&ram)
            .map_err(BoardError::Memory)?;
        file.set_len(memory::SIZE.into())
            .map_err(BoardError::Memory)?;
        let socket = |name: &str| {
            let path = folder.path().join(name);
            format!("unix:{},server=on,wait=off", path.display())
        };
        let mut command = Command::new("qemu-system-arm");
        command
            .args(["-M", "mps2-an386,memory-backend=psram", "-object"])
            .arg(format!(
                "memory-backend-file,id=psram,size={}M,mem-path={},share=on",
                memory::SIZE >> 20,
                ram.display()
            ))
            // Halted, without a display, a serial line, a network card.
            .args(["-S", "-display", "none", "-serial", "none", "-nic", "none"])
            .args(["-monitor", "none", "-accel", "tcg"])
            .args(["-qtest", &socket("bus"), "-qtest-log", "none"])
            .args(["-qmp", &socket("monitor")])
            .args(["-gdb", &socket("core")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        let child = command.spawn().map_err(BoardError::NoEmulator)?;
        let handle = pidfd_open(Pid::from_child(&child), PidfdFlags::empty())
            .map_err(|error| BoardError::NoEmulator(error.into()))?;
        let process = Process {
            id: child.id(),
            handle,
            child: Some(child),
            watch: None,
            folder,
        };
        Ok((process, file))
    }

    /// Does this as soon as it has ended, by itself or not.
    pub fn when_ended(&mut self, act: impl FnOnce() + Send + 'static) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        self.watch = Some(thread::spawn(move || {
            let _ = child.wait();
            act();
        }));
    }

    /// Where one of its sockets is.
    pub fn socket(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.id
    }
}

/// In memory where there is such a place: the file is written as often as the core writes.
fn folder() -> std::io::Result<TempDir> {
    let name = "sixlo-board-";
    match tempfile::Builder::new().prefix(name).tempdir_in("/dev/shm") {
        Ok(folder) => Ok(folder),
        Err(_) => tempfile::Builder::new().prefix(name).tempdir(),
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // That it has ended already is no trouble.
        let _ = pidfd_send_signal(&self.handle, Signal::KILL);
        if let Some(child) = &mut self.child {
            let _ = child.wait();
        }
        if let Some(watch) = self.watch.take() {
            let _ = watch.join();
        }
    }
}
