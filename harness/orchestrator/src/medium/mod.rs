//! What lies between tester and device.

mod dice;
mod error;
mod in_flight;
mod settings;
mod virtual_air;

pub use error::MediumError;
pub use in_flight::{Frame, Way};
pub use settings::AirSettings;
pub use virtual_air::VirtualAir;

#[cfg(test)]
mod tests;
