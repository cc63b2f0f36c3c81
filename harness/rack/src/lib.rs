//! Boards on a desk or in a rack: `rack.yaml` read and checked, devices of a run put into their
//! seats, spares in the place of what the bench fails under, and what is wrong told in words.
//!
//! Way through: [`Rack::read`] takes the file; [`Rack::check`] holds it against itself and the
//! ports; [`seat`] gives the devices of a run; [`Doctor`] tries every part.

mod air;
mod bench;
mod board;
mod check;
mod doctor;
mod ears;
mod file;
mod hands;
mod power;
mod radio;
mod seat;

pub use board::{Antenna, Board, Chip, ChipId, Column, Occupant, Reach};
pub use doctor::{Doctor, Finding, State};
pub use file::Rack;
pub use power::{Power, PowerError, Switch};
pub use radio::Radio;
pub use seat::{seat, standings};
