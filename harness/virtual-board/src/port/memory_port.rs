//! The access port to the core's memory (MEM-AP, ADIv5.2 C2): CSW, TAR, DRW.

use super::debug_registers::{DebugRegisters, Hands};
use super::rom_table;
use crate::error::BoardError;
use crate::machine::{Bus, Core, Memory, Monitor, Register};

/// The port's registers by their addresses (ADIv5.2 table C2-5).
const CSW: u8 = 0x00;
const TAR: u8 = 0x04;
const DRW: u8 = 0x0c;
const BANKED: u8 = 0x10;
const CFG: u8 = 0xf4;
const BASE: u8 = 0xf8;
const IDR: u8 = 0xfc;

/// The AHB-AP of a Cortex-M4 (Arm DDI 0439, 2.4).
const AHB_AP: u32 = 0x2477_0011;
/// CSW: DeviceEn and TrInProg as they stand; SIZE and AddrInc as they come out of reset.
const CSW_DEVICE_ENABLED: u32 = 1 << 6;
const CSW_WRITABLE: u32 = 0x7f00_0037;
const CSW_AT_RESET: u32 = 0x2300_0002;
/// TAR counts up within so many octets (ADIv5.2 C2.2.2).
const WRAPS_AT: u32 = 0x400;
/// The private peripheral bus, where the debug registers are (ARMv7-M B3.1).
const PRIVATE: u32 = 0xe000_0000;

/// The access port, and the machine behind it.
pub struct MemoryPort {
    csw: u32,
    tar: u32,
    memory: Memory,
    bus: Bus,
    core: Core,
    monitor: Monitor,
    registers: DebugRegisters,
    unique_id: u32,
}

impl MemoryPort {
    /// The port of this machine.
    pub fn new(unique_id: u32, memory: Memory, bus: Bus, core: Core, monitor: Monitor) -> Self {
        MemoryPort {
            csw: CSW_AT_RESET,
            tar: 0,
            memory,
            bus,
            core,
            monitor,
            registers: DebugRegisters::default(),
            unique_id,
        }
    }

    /// Reads one of its registers.
    pub fn read(&mut self, register: u8) -> Result<u32, BoardError> {
        Ok(match register & 0xfc {
            CSW => self.csw | CSW_DEVICE_ENABLED,
            TAR => self.tar,
            DRW => self.data()?,
            banked @ 0x10..=0x1c => self.word(self.banked(banked))?,
            BASE => rom_table::BASE | 3,
            IDR => AHB_AP,
            // Little-endian, addresses and data of 32 bits.
            CFG => 0,
            _ => 0,
        })
    }

    /// Writes one of them.
    pub fn write(&mut self, register: u8, value: u32) -> Result<(), BoardError> {
        match register & 0xfc {
            CSW => self.csw = value & CSW_WRITABLE,
            TAR => self.tar = value,
            DRW => self.set_data(value)?,
            banked @ 0x10..=0x1c => self.set_word(self.banked(banked), value, 0xf)?,
            _ => {}
        }
        Ok(())
    }

    /// Reads a register again and again: of DRW, a block of memory.
    pub fn read_block(&mut self, register: u8, values: &mut [u32]) -> Result<(), BoardError> {
        if self.is_block(register, values.len()) {
            self.bus.read_block(self.tar, values)?;
            self.tar += 4 * values.len() as u32;
            return Ok(());
        }
        for value in values {
            *value = self.read(register)?;
        }
        Ok(())
    }

    /// Writes a register again and again: of DRW, a block of memory.
    pub fn write_block(&mut self, register: u8, values: &[u32]) -> Result<(), BoardError> {
        if self.is_block(register, values.len()) {
            self.bus.write_block(self.tar, values)?;
            self.tar += 4 * values.len() as u32;
            return Ok(());
        }
        values
            .iter()
            .try_for_each(|value| self.write(register, *value))
    }

    /// Pulls the reset line.
    pub fn reset(&mut self) -> Result<(), BoardError> {
        let mut hands = Hands {
            core: &mut self.core,
            monitor: &mut self.monitor,
            bus: &mut self.bus,
        };
        self.registers.reset(&mut hands)
    }

    /// Whether so many accesses are one of the bus: whole words, one behind the other, none
    /// of them a debug register's, none in the memory that is faster by itself.
    fn is_block(&self, register: u8, words: usize) -> bool {
        let end = u64::from(self.tar) + 4 * words as u64;
        register & 0xfc == DRW
            && words > 1
            && self.lanes_at(0) == 0xf
            && self.step() == 4
            && self.tar.is_multiple_of(4)
            && end <= u64::from((self.tar | (WRAPS_AT - 1)) + 1)
            && end <= u64::from(PRIVATE)
            && !Memory::holds(self.tar)
    }

    fn banked(&self, register: u8) -> u32 {
        (self.tar & !0xf) | u32::from(register - BANKED)
    }

    fn data(&mut self) -> Result<u32, BoardError> {
        let word = self.word(self.tar)?;
        self.count_up();
        Ok(word)
    }

    fn set_data(&mut self, value: u32) -> Result<(), BoardError> {
        self.set_word(self.tar, value, self.lanes_at(self.tar & 3))?;
        self.count_up();
        Ok(())
    }

    /// Octets of the word that an access at this place in it reaches.
    fn lanes_at(&self, place: u32) -> u8 {
        match self.csw & 7 {
            0 => 1 << place,
            1 => 3 << (place & 2),
            _ => 0xf,
        }
    }

    /// Octets that TAR counts up by.
    fn step(&self) -> u32 {
        match self.csw >> 4 & 3 {
            0 => 0,
            _ => 1 << (self.csw & 7).min(2),
        }
    }

    fn count_up(&mut self) {
        let low = self.tar.wrapping_add(self.step()) & (WRAPS_AT - 1);
        self.tar = (self.tar & !(WRAPS_AT - 1)) | low;
    }

    fn word(&mut self, address: u32) -> Result<u32, BoardError> {
        if Memory::holds(address) {
            return Ok(self.memory.read(address));
        }
        if u64::from(address & !3) == crate::board::UNIQUE_ID {
            return Ok(self.unique_id);
        }
        if address >= PRIVATE {
            let mut hands = Hands {
                core: &mut self.core,
                monitor: &mut self.monitor,
                bus: &mut self.bus,
            };
            if let Some(word) = self.registers.read(address & !3, &mut hands)? {
                return Ok(word);
            }
            if let Some(word) = rom_table::word(address) {
                return Ok(word);
            }
        }
        self.bus.read(address)
    }

    fn set_word(&mut self, address: u32, value: u32, lanes: u8) -> Result<(), BoardError> {
        if Memory::holds(address) {
            self.memory.write(address, value, lanes);
            return Ok(());
        }
        if address >= PRIVATE && self.set_debug_register(address & !3, value)? {
            return Ok(());
        }
        if lanes == 0xf {
            return self.bus.write(address & !3, value);
        }
        for (lane, octet) in value.to_le_bytes().into_iter().enumerate() {
            if lanes & 1 << lane != 0 {
                self.bus.write_octet((address & !3) + lane as u32, octet)?;
            }
        }
        Ok(())
    }

    fn set_debug_register(&mut self, address: u32, value: u32) -> Result<bool, BoardError> {
        let calls = self.registers.lets_run(address, value) && self.returns_to_breakpoint()?;
        let mut hands = Hands {
            core: &mut self.core,
            monitor: &mut self.monitor,
            bus: &mut self.bus,
        };
        if calls {
            self.registers.note_control(value);
            self.registers.run_function(&mut hands)?;
            return Ok(true);
        }
        self.registers.write(address, value, &mut hands)
    }

    /// Whether the halted core is about to run a function that returns to BKPT.
    fn returns_to_breakpoint(&mut self) -> Result<bool, BoardError> {
        const BKPT: u16 = 0xbe00;
        if self.core.state()? == crate::machine::Stop::Running {
            return Ok(false);
        }
        let at = self.core.read(Register::LR)? & !1;
        // What LR holds in an exception (EXC_RETURN) is no address.
        if at >= PRIVATE {
            return Ok(false);
        }
        let word = self.word(at)?;
        let half = (word >> (8 * (at & 2))) as u16;
        Ok(half & 0xff00 == BKPT)
    }
}
