//! What starts a lane's device, each time it is wanted again.

use crate::agent_link::LinkError;
use crate::dut::{Dut, SpawnError};

/// Starts the device, each time it is wanted again.
pub trait Start: Send {
    /// Starts it.
    ///
    /// # Errors
    /// If the bench cannot: that is no word on the device.
    fn start(&mut self) -> Result<Box<dyn Dut>, SpawnError>;

    /// What was started last was greeted: it answered, or it did not, and why. Then whether
    /// something has been done about that, and it is worth starting at once again.
    fn greeted(&mut self, silence: Option<&LinkError>) -> bool {
        let _ = silence;
        false
    }

    /// The bench failed under the device: whether another like it stands in its place from now
    /// on. What was being played is then played again.
    fn replace(&mut self) -> bool {
        false
    }

    /// Whether what the bench failed under may come back by itself, as a board that somebody
    /// plugs in again does. What was being played is then played again, once.
    fn returns(&self) -> bool {
        false
    }
}

/// Whatever starts a device.
pub type Starter = Box<dyn Start>;

impl<F: FnMut() -> Result<Box<dyn Dut>, SpawnError> + Send> Start for F {
    fn start(&mut self) -> Result<Box<dyn Dut>, SpawnError> {
        self()
    }
}
