//! QEMU's machine protocol (QMP): the reset line.

use std::path::Path;

use super::socket::Socket;
use crate::error::BoardError;

/// The monitor.
pub struct Monitor {
    socket: Socket,
}

impl Monitor {
    /// Connects, and leaves the mode in which it only negotiates.
    ///
    /// # Errors
    /// If QEMU does not open it.
    pub fn connect(path: &Path) -> Result<Self, BoardError> {
        let mut monitor = Monitor {
            socket: Socket::connect(path, "monitor")?,
        };
        monitor.socket.line()?;
        monitor.command("qmp_capabilities", "\"return\"")?;
        Ok(monitor)
    }

    /// Pulls the reset line, and waits until everything has been reset.
    pub fn reset(&mut self) -> Result<(), BoardError> {
        self.command("system_reset", "\"RESET\"")
    }

    /// Says this, and waits for a line that holds `until`. Lines are JSON objects of QEMU's
    /// own, one each; what they hold beside the key that is waited for is of no use here.
    fn command(&mut self, name: &str, until: &str) -> Result<(), BoardError> {
        let asked = format!("{{\"execute\": \"{name}\"}}\n");
        self.socket.write(asked.as_bytes())?;
        loop {
            let answer = self.socket.line()?;
            if answer.contains("\"error\"") {
                return Err(self.socket.unexpected(name, &answer));
            }
            if answer.contains(until) {
                return Ok(());
            }
        }
    }
}
