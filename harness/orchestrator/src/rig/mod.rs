//! Opens devices once and keeps them: a lane is one device, its air, its clock,
//! and the tester it talks to.

mod addresses;
mod base;
mod error;
mod greeting;
mod interview;
mod lane;
mod probe;
mod profile;
mod spec;
mod starter;
mod tried;

pub use addresses::{Override, OverrideNode};
pub use error::RigError;
pub use interview::{Answer, Interview, TriedSetting, interview, interview_with};
pub use lane::{Lane, LaneSettings, process};
pub use spec::{DutSpec, Program, Requires};
pub use starter::{Start, Starter};
pub use tried::{Tried, try_out};
