//! Opens devices once and keeps them: a lane is one device, its air, its clock,
//! and the tester it talks to.

mod base;
mod error;
mod greeting;
mod lane;
mod probe;
mod profile;
mod spec;

pub use error::RigError;
pub use lane::{Lane, LaneSettings, Starter};
pub use spec::{DutSpec, Program, Requires};
