//! The remote protocol of the Black Magic Probe, version 4, as far as SWD needs it.

use super::wire::Wire;
use crate::board::{Shared, lock};
use crate::error::BoardError;

/// Octets that are read at once at most.
const MOST: u32 = 512;

/// What a probe obeys.
pub(super) struct Commands {
    port: Shared,
    wire: Wire,
    hertz: u32,
}

/// Why a command is answered with `E` or `P`.
enum Refusal {
    /// No parameters of this command.
    Parameters,
    Board,
}

impl From<BoardError> for Refusal {
    fn from(_: BoardError) -> Self {
        Refusal::Board
    }
}

/// The parameters of a command: hexadecimal, of fixed widths.
struct Digits<'w>(&'w str);

impl<'w> Digits<'w> {
    fn next(&mut self, width: usize) -> Result<u64, Refusal> {
        let (digits, rest) = self.0.split_at_checked(width).ok_or(Refusal::Parameters)?;
        self.0 = rest;
        u64::from_str_radix(digits, 16).map_err(|_| Refusal::Parameters)
    }

    fn word(&mut self) -> Result<u32, Refusal> {
        Ok(self.next(8)? as u32)
    }

    fn octet(&mut self) -> Result<u8, Refusal> {
        Ok(self.next(2)? as u8)
    }

    fn rest(&mut self) -> Result<u64, Refusal> {
        self.next(self.0.len())
    }

    fn octets(mut self) -> Result<Vec<u8>, Refusal> {
        let count = self.0.len() / 2;
        (0..count).map(|_| self.octet()).collect()
    }
}

impl Commands {
    pub fn new(port: Shared) -> Self {
        Commands {
            port,
            wire: Wire::default(),
            hertz: 4_000_000,
        }
    }

    /// The answer to a command, without what it stands between.
    pub fn obey(&mut self, command: &str) -> String {
        match self.answer(command) {
            Ok(answer) => format!("K{answer}"),
            Err(Refusal::Parameters) => "P1".to_owned(),
            // A fault of the adapter, in the probe's own words.
            Err(Refusal::Board) => "E3".to_owned(),
        }
    }

    fn answer(&mut self, command: &str) -> Result<String, Refusal> {
        let (name, rest) = command.split_at_checked(2).ok_or(Refusal::Parameters)?;
        let mut digits = Digits(rest);
        let number = |number: u32| Ok(format!("{number:x}"));
        match name {
            "GA" => return Ok("Black Magic Probe, emulated".to_owned()),
            // The protocol's version, and that it speaks ADIv5 by itself.
            "HC" => return number(4),
            "HA" => return number(1),
            "GV" => return number(0),
            "Gf" => return number(self.hertz),
            "GF" => self.hertz = digits.word()?,
            // The target's clock, power, SWD from the start.
            "GE" | "GP" | "SS" => {}
            "GZ" => {
                if digits.rest()? == 1 {
                    lock(&self.port).reset()?;
                }
            }
            "So" | "SO" => {
                let count = digits.octet()?;
                let mut bits = digits.rest()?;
                let mut count = u32::from(count.min(32));
                if name == "SO" {
                    bits |= u64::from((bits as u32).count_ones() & 1) << count;
                    count += 1;
                }
                self.wire.drive(bits, count, &mut lock(&self.port))?;
            }
            "Si" | "SI" => {
                let count = u32::from(digits.octet()?.min(32));
                let bits = self.wire.sample(count, &mut lock(&self.port))?;
                if name == "SI" {
                    self.wire.sample(1, &mut lock(&self.port))?;
                }
                return number(bits);
            }
            _ => return self.adiv5(name, digits),
        }
        number(0)
    }

    /// Registers and memory. Their values are told in the order of their octets.
    fn adiv5(&mut self, name: &str, mut digits: Digits<'_>) -> Result<String, Refusal> {
        let mut port = lock(&self.port);
        // Which of several devices on one wire: there is one.
        let _index = digits.octet()?;
        let value = |value: u32| Ok(format!("{:08x}", value.swap_bytes()));
        match name {
            "Ad" => {
                let _ = digits.octet()?;
                value(port.read(digits.next(4)? as u8 & 0xf)?)
            }
            // Raw: the register may be the debug port's or an access port's.
            "AR" => {
                let reads = digits.octet()? != 0;
                let address = digits.next(4)?;
                let written = digits.word()?;
                let register = address as u8;
                match (address & 0x100 != 0, reads) {
                    (false, true) => return value(port.read(register & 0xf)?),
                    (false, false) => port.write(register & 0xf, written)?,
                    (true, true) => return value(port.read_access_port(register & 0xc)?),
                    (true, false) => port.write_access_port(register & 0xc, written)?,
                }
                Ok("0".to_owned())
            }
            "Aa" => {
                let number = digits.octet()?;
                value(port.read_whole(number, digits.next(4)? as u8)?)
            }
            "AA" => {
                let number = digits.octet()?;
                let register = digits.next(4)? as u8;
                let written = digits.word()?.swap_bytes();
                port.write_whole(number, register, written)?;
                Ok("0".to_owned())
            }
            "Am" => {
                let _ = (digits.octet()?, digits.word()?);
                let address = digits.next(16)? as u32;
                let mut octets = vec![0; digits.word()?.min(MOST) as usize];
                port.read_octets(address, &mut octets)?;
                Ok(octets.iter().map(|octet| format!("{octet:02x}")).collect())
            }
            "AM" => {
                let _ = (digits.octet()?, digits.word()?);
                let size = u32::from(digits.octet()?);
                let address = digits.next(16)? as u32;
                let _length = digits.word()?;
                port.write_octets(address, size, &digits.octets()?)?;
                Ok("0".to_owned())
            }
            _ => Err(Refusal::Parameters),
        }
    }
}
