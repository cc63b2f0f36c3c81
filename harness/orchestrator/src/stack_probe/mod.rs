//! A stack that joins, looked at in seconds: what it answers, how fast, what its dut.yaml should say, and where it does
//! not work, what to do next. Rig, run and judge are used as they are; nothing here makes a verdict.

mod cases;
mod diagnosis;
mod error;
mod found;
mod oracles;
mod proposal;
mod rows;
mod told;

pub use diagnosis::{Problem, next_step};
pub use error::ProbeError;
pub use found::{Found, Row, probe};
pub use oracles::{Oracle, Oracles};
pub use told::told;
