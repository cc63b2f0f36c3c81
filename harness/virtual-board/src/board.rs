//! Power for one emulated board.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::BoardError;
use crate::machine::{Bus, Core, Memory, Monitor, Process};
use crate::port::{DebugPort, MemoryPort};
use crate::probe::{PRODUCT, VENDOR, register};

/// The chip's name, as probe-rs is asked to attach to it.
pub const CHIP: &str = "mps2-an386";

/// The address of a word that no two boards share. The AN386 has none: here it lies in the
/// space that the architecture leaves to vendors (ARMv7-M B3.1).
pub const UNIQUE_ID: u64 = 0xe010_0000;

/// A debug port that a probe can be opened on.
pub(crate) type Shared = Arc<Mutex<DebugPort>>;

/// The boards that have power, by their serial numbers.
static POWERED: Mutex<BTreeMap<String, Shared>> = Mutex::new(BTreeMap::new());

/// A lock whatever became of its last holder: what it guards is as good as the emulator is.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An emulated board, for as long as this value lives: dropped, it has no power, and whoever
/// has its probe open gets errors.
pub struct Board {
    serial: String,
    process: Process,
    port: Shared,
}

impl Board {
    /// Gives a board power; its memories are blank and its core is halted. `serial` is its
    /// probe's serial number; a board that had it before has lost its probe.
    ///
    /// # Errors
    /// If the emulator does not start.
    pub fn power(serial: &str) -> Result<Self, BoardError> {
        register();
        let (mut process, file) = Process::start()?;
        let port = MemoryPort::new(
            unique_id(serial),
            Memory::map(&file)?,
            Bus::connect(&process.socket("bus"))?,
            Core::connect(&process.socket("core"))?,
            Monitor::connect(&process.socket("monitor"))?,
        );
        process.all_open();
        let port = Arc::new(Mutex::new(DebugPort::new(port)));
        let watched = Arc::clone(&port);
        process.when_ended(move || lock(&watched).lose_power());
        lock(&POWERED).insert(serial.to_owned(), Arc::clone(&port));
        Ok(Board {
            serial: serial.to_owned(),
            process,
            port,
        })
    }

    /// What probe-rs finds its probe by.
    pub fn selector(&self) -> String {
        format!("{VENDOR:04x}:{PRODUCT:04x}:{}", self.serial)
    }

    pub(crate) fn port(&self) -> Shared {
        Arc::clone(&self.port)
    }

    /// What the word at [`UNIQUE_ID`] is on this board.
    pub fn unique_id(&self) -> u32 {
        unique_id(&self.serial)
    }

    /// The emulator's process id.
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        let mut powered = lock(&POWERED);
        // Another board may have its serial number now.
        if powered
            .get(&self.serial)
            .is_some_and(|port| Arc::ptr_eq(port, &self.port))
        {
            powered.remove(&self.serial);
        }
        drop(powered);
        lock(&self.port).lose_power();
    }
}

/// Differs between serial numbers (FNV-1a).
fn unique_id(serial: &str) -> u32 {
    serial.bytes().fold(0x811c_9dc5, |hash, octet| {
        (hash ^ u32::from(octet)).wrapping_mul(0x0100_0193)
    })
}

/// The debug port of the board with this serial number.
pub(crate) fn powered(serial: &str) -> Option<Shared> {
    lock(&POWERED).get(serial).cloned()
}

/// The serial numbers of all that have power.
pub(crate) fn all() -> Vec<String> {
    lock(&POWERED).keys().cloned().collect()
}
