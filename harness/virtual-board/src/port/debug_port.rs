//! The debug port's own registers (ADIv5.2 B2).

use super::MemoryPort;
use crate::error::BoardError;

/// An SW-DP of version 1, designer Arm (Arm DDI 0439: DPIDR of the Cortex-M4's port).
const DPIDR: u32 = 0x2ba0_1477;
const CTRL_STAT: u8 = 0x4;
const SELECT: u8 = 0x8;
const RDBUFF: u8 = 0xc;
/// CTRL/STAT: requests of power and the acknowledgements behind them.
const REQUESTS: u32 = 0x5000_0000;

/// The debug port and its one access port.
pub struct DebugPort {
    select: u32,
    control: u32,
    /// The result of the last read through the access port.
    buffer: u32,
    /// None once the board has lost its power.
    memory: Option<MemoryPort>,
}

impl DebugPort {
    /// The port in front of this memory.
    pub fn new(memory: MemoryPort) -> Self {
        DebugPort {
            select: 0,
            control: 0,
            buffer: 0,
            memory: Some(memory),
        }
    }

    /// From here on nothing answers.
    pub fn lose_power(&mut self) {
        self.memory = None;
    }

    pub(super) fn memory(&mut self) -> Result<&mut MemoryPort, BoardError> {
        self.memory.as_mut().ok_or(BoardError::NoPower)
    }

    /// Reads a register of its own, by the lower four bits of its address.
    pub fn read(&mut self, register: u8) -> Result<u32, BoardError> {
        self.memory()?;
        Ok(match (register & 0xc, self.select & 0xf) {
            (0, _) => DPIDR,
            (CTRL_STAT, 0) => self.control | (self.control & REQUESTS) << 1,
            (RDBUFF, _) => self.buffer,
            // DLCR, TARGETID, DLPIDR, EVENTSTAT: a version 1 has none of them.
            _ => 0,
        })
    }

    /// Writes a register of its own.
    pub fn write(&mut self, register: u8, value: u32) -> Result<(), BoardError> {
        self.memory()?;
        match (register & 0xc, self.select & 0xf) {
            (CTRL_STAT, 0) => self.control = value & !(REQUESTS << 1),
            (SELECT, _) => self.select = value,
            // ABORT: nothing here takes long enough to be broken off, no error sticks.
            _ => {}
        }
        Ok(())
    }

    /// Reads a register of the selected access port, by the lower four bits of its address.
    pub fn read_access_port(&mut self, register: u8) -> Result<u32, BoardError> {
        self.buffer = match self.address(register) {
            Some(register) => self.memory()?.read(register)?,
            None => 0,
        };
        Ok(self.buffer)
    }

    /// Writes a register of the selected access port.
    pub fn write_access_port(&mut self, register: u8, value: u32) -> Result<(), BoardError> {
        match self.address(register) {
            Some(register) => self.memory()?.write(register, value),
            None => Ok(()),
        }
    }

    /// Reads a register of the access port as often as `values` has room for.
    pub fn read_block(&mut self, register: u8, values: &mut [u32]) -> Result<(), BoardError> {
        match self.address(register) {
            Some(register) => self.memory()?.read_block(register, values),
            None => {
                values.fill(0);
                Ok(())
            }
        }
    }

    /// Writes all these to a register of the access port.
    pub fn write_block(&mut self, register: u8, values: &[u32]) -> Result<(), BoardError> {
        match self.address(register) {
            Some(register) => self.memory()?.write_block(register, values),
            None => Ok(()),
        }
    }

    /// Reads a register of an access port, by its number and its whole address.
    pub fn read_whole(&mut self, port: u8, register: u8) -> Result<u32, BoardError> {
        match port {
            0 => self.memory()?.read(register),
            _ => Ok(0),
        }
    }

    /// Writes a register of an access port, by its number and its whole address.
    pub fn write_whole(&mut self, port: u8, register: u8, value: u32) -> Result<(), BoardError> {
        match port {
            0 => self.memory()?.write(register, value),
            _ => Ok(()),
        }
    }

    /// Pulls the reset line.
    pub fn reset(&mut self) -> Result<(), BoardError> {
        self.memory()?.reset()
    }

    /// The register's whole address, with the bank that is selected; none where the access
    /// port that is selected does not exist (ADIv5.2 B2.2.11).
    fn address(&self, register: u8) -> Option<u8> {
        let bank = (self.select & 0xf0) as u8;
        (self.select >> 24 == 0).then_some(bank | register & 0xc)
    }
}
