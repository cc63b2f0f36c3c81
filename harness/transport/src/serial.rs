//! Serial ports: raw, eight bits, no parity, and nobody else's while they are open.

use std::io;
use std::os::fd::{FromRawFd, IntoRawFd, OwnedFd};
use std::path::Path;
use std::time::Duration;

use serialport::{DataBits, ErrorKind, FlowControl, Parity, StopBits, TTYPort};

use crate::line::Line;

/// Which port, and how fast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serial {
    /// A path such as `/dev/ttyACM0`, or better `/dev/serial/by-id/…`, which stays the same
    /// whatever is plugged in first.
    pub path: String,
    /// Any rate that the port can do, standard or not; over USB itself it means nothing.
    pub baud: u32,
    /// Whether the line's RTS and CTS stop and let go the octets.
    pub flow_control: bool,
}

impl Serial {
    /// The line, not opened yet. A path that is a link is followed each time it is opened.
    #[must_use]
    pub fn line(self) -> Line {
        let name = format!("serial port {}", self.path);
        Line::new(name, move || open(&self))
    }
}

fn open(serial: &Serial) -> io::Result<OwnedFd> {
    let builder = serialport::new(&serial.path, serial.baud)
        .data_bits(DataBits::Eight)
        .parity(Parity::None)
        .stop_bits(StopBits::One)
        .flow_control(match serial.flow_control {
            true => FlowControl::Hardware,
            false => FlowControl::None,
        })
        .timeout(Duration::ZERO)
        // A board's USB serial port says nothing to one that is not ready.
        .dtr_on_open(true);
    let port = TTYPort::open(&builder).map_err(|error| {
        let is_there = Path::new(&serial.path).exists();
        let advice = match error.kind() {
            ErrorKind::Io(io::ErrorKind::PermissionDenied) => {
                "whoever runs this must be in the group of the device, often `dialout`"
            }
            _ if !is_there => "it is not there: ls /dev/serial/by-id/ lists what is plugged in",
            _ => "another program may have it open",
        };
        io::Error::other(format!("{error} ({advice})"))
    })?;
    let raw = port.into_raw_fd();
    // SAFETY: the port has just given up the descriptor, and nobody else has it.
    #[expect(unsafe_code, reason = "serialport gives a raw descriptor only")]
    let end = unsafe { OwnedFd::from_raw_fd(raw) };
    Ok(end)
}
