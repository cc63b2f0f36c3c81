//! Boards behind probes and lines: opened, checked to be the right ones, written once, started.

use sixlo_harness::dut::{Dut, SpawnError};
use sixlo_harness::rig::Starter;

use crate::board::Board;

/// What starts this board.
pub(crate) fn starter(board: &Board) -> Starter {
    let words = format!("{}: this build has no driver for it", board.reach.words());
    Box::new(move || -> Result<Box<dyn Dut>, SpawnError> { Err(SpawnError::Bench(words.clone())) })
}

impl Board {
    /// Writes its image, once the chip is known to be the right one.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn flash(&self) -> Result<(), SpawnError> {
        starter(self).start().map(drop)
    }

    /// Resets it.
    ///
    /// # Errors
    /// If it cannot be reached.
    pub fn reset(&self) -> Result<(), SpawnError> {
        starter(self).start().map(drop)
    }
}
