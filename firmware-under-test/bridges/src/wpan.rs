//! A network interface of this machine, behind the monitor of another radio.
//!
//! A monitor hears whole frames, FCS included, and puts on air what is written to it,
//! with an FCS that the kernel adds. The device is whatever else that radio reaches:
//! an interface of this kernel over mac802154_hwsim or fakelb, or a board across the
//! room. How it is told things are commands in dut.yaml; an interface of this machine the
//! bridge can also make anew and look into itself.

use std::os::fd::{AsFd, BorrowedFd};

use rustix::io::Errno;
use rustix::net::netdevice::name_to_index;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};
use sixlo_agent_process::fcs;

use crate::bridged::Bridged;
use crate::error::BridgeError;
use crate::interface::LinuxNode;
use crate::interface::links::{Links, Names};
use crate::medium::Medium;
use crate::packet_socket::{IEEE802154, PacketSocket};
use crate::radios::Heard;
use crate::settings::{Settings, Wpan};

/// Octets of the largest frame read; a PSDU has 127 at most.
const LARGEST: usize = 2048;

/// The interface's neighbour.
pub fn bridge(settings: Settings<Wpan>) -> Result<Bridged<Monitor>, BridgeError> {
    let medium = Monitor::open(&settings.start.monitor)?;
    Bridged::new(
        settings.stack,
        medium,
        None,
        settings.configure,
        settings.mac,
    )
}

/// The interface itself, which the bridge reaches from within, too.
pub fn device(monitor: &str, interface: &str) -> Result<LinuxNode, BridgeError> {
    let failed = |error| BridgeError::Interface {
        interface: interface.to_owned(),
        monitor: monitor.to_owned(),
        error,
    };
    let links = Links::open(Names::over(interface)).map_err(failed)?;
    LinuxNode::new(links, monitor, "ICMPv6 rate limits as they are", None).map_err(failed)
}

/// A monitor interface.
pub struct Monitor {
    name: String,
    socket: PacketSocket,
}

impl Monitor {
    /// Opens the monitor of this name.
    pub fn open(name: &str) -> Result<Self, BridgeError> {
        let failed = |error| BridgeError::Monitor {
            interface: name.to_owned(),
            error,
        };
        let index = index(name).map_err(|error| failed(error.into()))?;
        let socket = PacketSocket::open(index, IEEE802154, true).map_err(failed)?;
        Ok(Monitor {
            name: name.to_owned(),
            socket,
        })
    }
}

fn index(name: &str) -> Result<u32, Errno> {
    // Of a family that every kernel has: without IPv6 there are radios, too.
    let any = socket_with(
        AddressFamily::UNIX,
        SocketType::DGRAM,
        SocketFlags::CLOEXEC,
        None,
    )?;
    name_to_index(&any, name)
}

impl Medium for Monitor {
    fn send(&mut self, psdu: &[u8]) -> Result<bool, BridgeError> {
        // The kernel appends an FCS of its own, so a broken one must end here.
        let Some(frame) = fcs::check(psdu) else {
            return Ok(false);
        };
        match self.socket.send(frame) {
            Ok(()) => Ok(true),
            // What the radio does not take, such as a frame of no octets, is on no air.
            Err(Errno::INVAL | Errno::MSGSIZE | Errno::NOBUFS | Errno::AGAIN) => Ok(false),
            Err(error) => Err(BridgeError::Monitor {
                interface: self.name.clone(),
                error: error.into(),
            }),
        }
    }

    fn hear(&mut self) -> Result<Option<Heard>, BridgeError> {
        let mut buffer = [0; LARGEST];
        while let Some(psdu) = self.socket.next(&mut buffer) {
            if fcs::check(psdu).is_some() {
                return Ok(Some(Heard::plain(psdu.to_vec())));
            }
        }
        Ok(None)
    }

    fn descriptors(&self) -> Vec<BorrowedFd<'_>> {
        vec![self.socket.as_fd()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_monitor_that_is_not_there_is_named() {
        let error = Monitor::open("no-such-monitor").err().unwrap().to_string();
        assert!(error.starts_with("monitor no-such-monitor: "), "{error}");
        assert!(error.contains("interface add no-such-monitor type monitor"));
    }
}
