//! Bridges: agents for devices that have none.
//!
//! A bridge is a process of its own, like every device of the host. Towards the harness
//! it speaks the agent protocol on stdin and stdout; towards the device it speaks what
//! the device speaks: frames over a medium, lines over a shell. What a bridge is told
//! comes from the port's dut.yaml, as JSON. A hook that the device lacks is not offered.
//!
//! `done` of a bridge says that a frame was put on the medium, and no more.

mod bridged;
mod child;
mod console;
mod cooja;
mod error;
mod hook;
mod mac;
mod medium;
pub mod packet_socket;
mod rack;
mod radio;
mod serve;
mod settings;
mod udp;
mod wpan;
pub mod zep;

use std::process::ExitCode;

pub use error::BridgeError;
pub use serve::{Bridge, serve};

/// Runs a `zep` bridge, told this JSON, until its input closes.
///
/// # Errors
/// If the settings are wrong, or the device does not start.
pub fn zep(settings: &str) -> Result<ExitCode, BridgeError> {
    let settings = settings::read::<settings::Zep>(settings)?;
    serve(&mut udp::bridge(settings)?)
}

/// Runs a `cooja-mote` bridge, told this JSON, until its input closes.
///
/// # Errors
/// If the settings are wrong, or the image is no mote.
pub fn cooja_mote(settings: &str) -> Result<ExitCode, BridgeError> {
    let settings = settings::read::<cooja::Cooja>(settings)?;
    serve(&mut cooja::CoojaMote::new(settings)?)
}

/// Runs a `wpan` bridge, told this JSON, until its input closes.
///
/// # Errors
/// If the settings are wrong, or there is no such monitor.
pub fn wpan(settings: &str) -> Result<ExitCode, BridgeError> {
    let settings = settings::read::<settings::Wpan>(settings)?;
    serve(&mut wpan::bridge(settings)?)
}

/// Runs a `black-box` bridge, told this JSON, until its input closes.
///
/// # Errors
/// If the settings are wrong, or a radio does not start.
pub fn black_box(settings: &str) -> Result<ExitCode, BridgeError> {
    let settings = settings::read::<settings::BlackBox>(settings)?;
    serve(&mut rack::bridge(settings)?)
}
