//! Everything on the bus that is not shared memory, through QEMU's `-qtest` socket. It works
//! while the core runs.

use std::path::Path;

use super::socket::Socket;
use crate::error::BoardError;

/// The bus.
pub struct Bus {
    socket: Socket,
}

impl Bus {
    /// Connects to it.
    ///
    /// # Errors
    /// If QEMU does not open it.
    pub fn connect(path: &Path) -> Result<Self, BoardError> {
        let socket = Socket::connect(path, "bus")?;
        Ok(Bus { socket })
    }

    /// The aligned word around this address.
    pub fn read(&mut self, address: u32) -> Result<u32, BoardError> {
        let asked = format!("readl {:#x}", address & !3);
        let answer = self.ask(&asked)?;
        let word = answer
            .split(' ')
            .nth(1)
            .and_then(|word| u64::from_str_radix(word.strip_prefix("0x")?, 16).ok());
        match word {
            Some(word) => Ok(word as u32),
            None => Err(self.socket.unexpected(&asked, &answer)),
        }
    }

    /// Writes a whole aligned word.
    pub fn write(&mut self, address: u32, value: u32) -> Result<(), BoardError> {
        self.ask(&format!("writel {address:#x} {value:#x}"))
            .map(|_| ())
    }

    /// Writes one octet.
    pub fn write_octet(&mut self, address: u32, value: u8) -> Result<(), BoardError> {
        self.ask(&format!("writeb {address:#x} {value:#x}"))
            .map(|_| ())
    }

    /// Reads so many octets, as the words that `values` has room for.
    pub fn read_block(&mut self, address: u32, values: &mut [u32]) -> Result<(), BoardError> {
        let asked = format!("read {address:#x} {:#x}", values.len() * 4);
        let answer = self.ask(&asked)?;
        let digits = answer
            .split(' ')
            .nth(1)
            .and_then(|hex| hex.strip_prefix("0x"));
        let Some(digits) = digits.filter(|digits| digits.len() == values.len() * 8) else {
            return Err(self.socket.unexpected(&asked, &answer));
        };
        for (value, digits) in values.iter_mut().zip(digits.as_bytes().chunks(8)) {
            let word = std::str::from_utf8(digits).ok();
            match word.and_then(|word| u32::from_str_radix(word, 16).ok()) {
                Some(word) => *value = word.swap_bytes(),
                None => return Err(self.socket.unexpected(&asked, &answer)),
            }
        }
        Ok(())
    }

    /// Writes these words.
    pub fn write_block(&mut self, address: u32, values: &[u32]) -> Result<(), BoardError> {
        use std::fmt::Write as _;
        let mut asked = format!("write {address:#x} {:#x} 0x", values.len() * 4);
        for value in values {
            let _ = write!(asked, "{:08x}", value.swap_bytes());
        }
        self.ask(&asked).map(|_| ())
    }

    fn ask(&mut self, asked: &str) -> Result<String, BoardError> {
        self.socket.write(asked.as_bytes())?;
        self.socket.write(b"\n")?;
        loop {
            let answer = self.socket.line()?;
            // Interrupt lines are told unasked.
            if answer.starts_with("IRQ") {
                continue;
            }
            return match answer.starts_with("OK") {
                true => Ok(answer),
                false => Err(self.socket.unexpected(asked, &answer)),
            };
        }
    }
}
