//! What lies between tester and device.

mod virtual_air;

pub use virtual_air::{AirSettings, MediumError, VirtualAir};
