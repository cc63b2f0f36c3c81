//! The emulator's process.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use rustix::process::{
    Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal, set_parent_process_death_signal,
};
use tempfile::TempDir;

use super::memory;
use crate::board::lock;
use crate::error::BoardError;

/// What is to be done when an emulator has ended.
type Act = Box<dyn FnOnce() + Send>;

/// A running emulator. It ends with this value, and with this program, however that ends.
pub struct Process {
    id: u32,
    /// Names the process as long as it is there, and nothing afterwards.
    handle: OwnedFd,
    /// Waits for its end.
    watch: Option<JoinHandle<()>>,
    when_ended: Arc<Mutex<Ending>>,
    /// Holds its sockets and its memory, until they are open.
    folder: Option<TempDir>,
}

/// Whether it has ended, or else what is to be done then.
enum Ending {
    Awaited(Option<Act>),
    Ended,
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
        let when_ended = Arc::new(Mutex::new(Ending::Awaited(None)));
        let (started, start) = channel();
        let ending = Arc::clone(&when_ended);
        // The kernel ends it with the thread that has started it: this one waits as long.
        let watch = thread::spawn(move || match spawn(&mut command) {
            Ok((mut child, handle)) => {
                let _ = started.send(Ok((child.id(), handle)));
                let _ = child.wait();
                let ended = std::mem::replace(&mut *lock(&ending), Ending::Ended);
                if let Ending::Awaited(Some(act)) = ended {
                    act();
                }
            }
            Err(error) => {
                let _ = started.send(Err(error));
            }
        });
        let no_thread = || io::Error::other("its thread has ended");
        let (id, handle) = start
            .recv()
            .unwrap_or_else(|_| Err(no_thread()))
            .map_err(BoardError::NoEmulator)?;
        let process = Process {
            id,
            handle,
            watch: Some(watch),
            when_ended,
            folder: Some(folder),
        };
        Ok((process, file))
    }

    /// Does this as soon as it has ended, by itself or not.
    pub fn when_ended(&mut self, act: impl FnOnce() + Send + 'static) {
        let mut ending = lock(&self.when_ended);
        match &mut *ending {
            Ending::Awaited(awaited) => *awaited = Some(Box::new(act)),
            Ending::Ended => act(),
        }
    }

    /// Where one of its sockets is, before [`all_open`](Self::all_open).
    pub fn socket(&self, name: &str) -> PathBuf {
        let folder = self.folder.as_ref().map(TempDir::path);
        folder.unwrap_or(Path::new("")).join(name)
    }

    /// Sockets and memory are open: their names can go, and are left behind by nobody.
    pub fn all_open(&mut self) {
        self.folder = None;
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.id
    }
}

fn spawn(command: &mut Command) -> io::Result<(Child, OwnedFd)> {
    // SAFETY: between fork and exec this makes one system call and touches no memory.
    #[allow(unsafe_code)]
    unsafe {
        command.pre_exec(|| Ok(set_parent_process_death_signal(Some(Signal::KILL))?));
    }
    let child = command.spawn()?;
    let handle = pidfd_open(Pid::from_child(&child), PidfdFlags::empty())?;
    Ok((child, handle))
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
        if let Some(watch) = self.watch.take() {
            let _ = watch.join();
        }
    }
}
