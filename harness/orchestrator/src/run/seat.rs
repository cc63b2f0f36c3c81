//! Where a device of a run stands that is no process of its own.

use std::fmt::Debug;

use crate::rig::Starter;

/// A place of a rack, and whatever stands in it.
pub trait Seat: Debug + Send + Sync {
    /// What starts the device there.
    fn starter(&self) -> Starter;

    /// What it takes for itself while it is judged, by name: its channel, the radios around it.
    /// Two devices that take the same are judged one after the other.
    fn takes(&self) -> &[String];

    /// Its time is the wall's: most of it is waited for, and no CPU is needed meanwhile.
    fn waits(&self) -> bool;

    /// How often another device stood in, and why, in words.
    fn replaced(&self) -> Vec<String>;
}
