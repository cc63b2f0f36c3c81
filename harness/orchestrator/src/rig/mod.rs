//! Opens devices once and keeps them: a lane is one device, its air, its clock,
//! and the tester it talks to.

mod base;
mod lane;
mod offers;
mod spec;
mod watchdog;

pub use lane::{Lane, LaneSettings, RigError};
pub use spec::{DutSpec, Program, Requires};
pub use watchdog::WATCHDOG;
