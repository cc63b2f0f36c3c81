//! Stacks that are right in an unusual way: a harness that fails one of them is
//! itself wrong.
//!
//! `--param around=NAME` picks the stack.

mod reordering;
mod slow;
mod tardy;

use crate::arguments::{ArgumentError, Arguments};
use crate::around::Boxed;
use crate::registry::around;

/// Sends everything late.
pub fn slow(arguments: &mut Arguments) -> Result<Boxed, ArgumentError> {
    let delay_ms: u32 = arguments.take("delay-ms", 20, "a number of milliseconds")?;
    around(arguments, slow::Slow::new(delay_ms))
}

/// Sends each n-th answer some frames later.
pub fn tardy(arguments: &mut Arguments) -> Result<Boxed, ArgumentError> {
    let every: u32 = arguments.take("every", 3, "a number of answers")?;
    let frames: u32 = arguments.take("frames", 5, "a number of frames")?;
    around(arguments, tardy::Tardy::new(every, frames))
}

/// Sends the second answer before the first.
pub fn reordering(arguments: &mut Arguments) -> Result<Boxed, ArgumentError> {
    around(arguments, reordering::Reordering::default())
}
