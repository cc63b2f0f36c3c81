//! Boards on air: the one that emulated boards share, radios that are boards of the rack
//! themselves, and a device whose agent is led to while its frames cross the air.
//!
//! `hall` is an emulated air, `aired` puts a board into it in place of a radio of its own;
//! `led` joins a board's agent with the radios around it, `around` says what those are, and
//! `served` leads to one that is a board.

mod aired;
mod around;
mod hall;
mod led;
mod messages;
mod served;

pub(crate) use aired::Aired;
pub(crate) use around::{program, settings_of};
pub(crate) use hall::{Hall, Halls};
pub(crate) use led::{Led, radios};
pub(crate) use served::serve;
