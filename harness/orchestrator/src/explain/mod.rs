//! A case in prose, with its frames taken apart; and what a run says of a device and a
//! feature.

mod case;
mod cell;
mod paragraph;

pub use case::{case, description};
pub use cell::{case_on, cell};
