//! The hardware beneath OpenThread, as far as it calls it: the C functions
//! `otPlat…`, one file for each kind.
//!
//! They find their state in a static, for C gives them no other place. Each
//! borrows it for as long as it runs and calls nothing of OpenThread meanwhile,
//! so no borrow ever meets another.

mod alarm;
mod entropy;
mod flash;
mod radio;
mod system;

use alloc::vec::Vec;
use core::cell::{LazyCell, RefCell};

use critical_section::Mutex;

pub use alarm::Alarm;
pub use entropy::Entropy;
pub use flash::Flash;
pub use radio::{LARGEST_PSDU, Radio, received, transmitted};

/// The hardware of one node.
#[derive(Default)]
pub struct Hardware {
    /// Clock and alarm.
    pub alarm: Alarm,
    /// The radio.
    pub radio: Radio,
    /// Chance.
    pub entropy: Entropy,
    /// What survives a reboot.
    pub flash: Flash,
    /// Packets restored since last looked at.
    pub delivered: Vec<Vec<u8>>,
}

static HARDWARE: Mutex<RefCell<LazyCell<Hardware>>> =
    Mutex::new(RefCell::new(LazyCell::new(Hardware::default)));

/// Does something with the hardware; it must not call OpenThread.
pub fn with<T>(act: impl FnOnce(&mut Hardware) -> T) -> T {
    critical_section::with(|held| act(&mut HARDWARE.borrow_ref_mut(held)))
}
