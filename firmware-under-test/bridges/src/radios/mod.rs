//! Radios that a bridge plays through: what puts frames on air, and what hears the air.

mod agent;
mod heard;
pub mod language;
mod line;
pub mod nordic;
pub mod spinel;
mod trouble;

use std::net::SocketAddr;

use sixlo_agent_protocol::RadioRole;

pub use heard::Heard;

use crate::error::BridgeError;
use crate::medium::Medium;
use crate::settings::{LineStart, RadioStart};
use crate::udp::ZepSocket;
use crate::wpan::Monitor;
use agent::AgentRadio;
use language::LineRadio;
use line::line;
use nordic::Nordic;
use spinel::Spinel;

/// Opens a radio and puts it in its role.
///
/// # Errors
/// If it is not there, does not answer, or cannot take the role.
pub fn open(
    start: &RadioStart,
    channel: u8,
    role: RadioRole,
) -> Result<Box<dyn Medium>, BridgeError> {
    Ok(match start {
        RadioStart::Agent(start) => {
            let language = AgentRadio::new(role, channel);
            let language = match start {
                LineStart::Program(_) => language.behind_program(),
                LineStart::Serial(_) | LineStart::Tcp(_) => language,
            };
            Box::new(LineRadio::start(line(start), language)?)
        }
        RadioStart::Spinel(start) => {
            let language = Spinel::new(role, channel, start.acknowledges.clone());
            Box::new(LineRadio::start(line(&start.line), language)?)
        }
        RadioStart::NordicSniffer(_) if role != RadioRole::Sniff => {
            return Err(BridgeError::Settings {
                error: "a nordic-sniffer sends nothing: it is no injector".to_owned(),
            });
        }
        RadioStart::NordicSniffer(start) => {
            Box::new(LineRadio::start(line(start), Nordic::new(channel))?)
        }
        RadioStart::Zep(address) => {
            let peer: SocketAddr = address.parse().map_err(|_| BridgeError::Settings {
                error: format!("`{address}` is no socket address (such as `127.0.0.1:17754`)"),
            })?;
            Box::new(ZepSocket::towards(peer, channel)?)
        }
        RadioStart::Wpan(monitor) => Box::new(Monitor::open(monitor)?),
    })
}
