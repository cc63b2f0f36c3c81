//! The hardware beneath OpenThread, as far as it calls it: the C functions
//! `otPlat…`, one file for each kind.
//!
//! They find their state in this thread, for C gives them no other place. Each
//! borrows it for as long as it runs and calls nothing of OpenThread meanwhile,
//! so no borrow ever meets another.

mod alarm;
mod entropy;
mod flash;
mod radio;
mod system;

use std::cell::RefCell;

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

thread_local! {
    static HARDWARE: RefCell<Hardware> = RefCell::default();
}

/// Does something with this thread's hardware; it must not call OpenThread.
pub fn with<T>(act: impl FnOnce(&mut Hardware) -> T) -> T {
    HARDWARE.with_borrow_mut(act)
}
