//! Stacks that are right in an unusual way: a harness that fails one of them is
//! itself wrong.
//!
//! `--param around=NAME` picks the stack.

mod reordering;
mod slow;

use crate::arguments::{ArgumentError, Arguments};
use crate::around::Boxed;
use crate::registry::around;

/// Sends everything late.
pub fn slow(arguments: &mut Arguments) -> Result<Boxed, ArgumentError> {
    let delay_ms: u32 = arguments.take("delay-ms", 20, "a number of milliseconds")?;
    around(arguments, slow::Slow::new(delay_ms))
}

/// Sends the second answer before the first.
pub fn reordering(arguments: &mut Arguments) -> Result<Boxed, ArgumentError> {
    around(arguments, reordering::Reordering::default())
}
