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
pub mod interface;
mod look;
mod mac;
pub mod medium;
pub mod packet_socket;
mod pulse;
mod rack;
mod radio;
pub mod radios;
mod serve;
pub mod settings;
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
    let settings = settings::read::<settings::Settings<settings::Zep>>(settings)?;
    serve(&mut udp::bridge(settings)?)
}

/// Runs a `cooja-mote` bridge, told this JSON, until its input closes.
///
/// # Errors
/// If the settings are wrong, or the image is no mote.
pub fn cooja_mote(settings: &str) -> Result<ExitCode, BridgeError> {
    let settings = settings::read::<settings::Settings<cooja::Cooja>>(settings)?;
    serve(&mut cooja::CoojaMote::new(settings)?)
}

/// Runs a `wpan` bridge, told this JSON, until its input closes.
///
/// # Errors
/// If the settings are wrong, or there is no such monitor.
pub fn wpan(settings: &str) -> Result<ExitCode, BridgeError> {
    let settings = settings::read::<settings::Settings<settings::Wpan>>(settings)?;
    match &settings.start.interface {
        Some(interface) => serve(&mut wpan::device(&settings.start.monitor, interface)?),
        None => serve(&mut wpan::bridge(settings)?),
    }
}

/// Runs a `black-box` bridge, told this JSON, until its input closes.
///
/// # Errors
/// If the settings are wrong, or a radio does not start.
pub fn black_box(settings: &str) -> Result<ExitCode, BridgeError> {
    let settings = settings::read::<settings::Settings<settings::BlackBox>>(settings)?;
    serve(&mut rack::bridge(settings)?)
}

/// Looks at a radio, told this JSON: whether it takes its role, and what it says and hears.
///
/// # Errors
/// If the settings are wrong, or the radio does not do what it is there for.
pub fn radio(settings: &str) -> Result<ExitCode, BridgeError> {
    for line in look::look(&settings::read(settings)?)? {
        println!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}
