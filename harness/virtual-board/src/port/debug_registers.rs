//! The core's debug registers, which QEMU has no use for (ARMv7-M C1.6 and C1.11).

use crate::error::BoardError;
use crate::machine::{Bus, Core, Monitor, Register, Stop};

const AIRCR: u32 = 0xe000_ed0c;
const DFSR: u32 = 0xe000_ed30;
const DHCSR: u32 = 0xe000_edf0;
const DCRSR: u32 = 0xe000_edf4;
const DCRDR: u32 = 0xe000_edf8;
const DEMCR: u32 = 0xe000_edfc;
const FP_CTRL: u32 = 0xe000_2000;
const FP_COMP: u32 = 0xe000_2008;

/// Breakpoints: as many as the Cortex-M4's unit has for instructions.
const COMPARATORS: usize = 6;
/// Keys in the upper half of DHCSR and AIRCR: a write without is ignored.
const DEBUG_KEY: u32 = 0xa05f;
const VECTOR_KEY: u32 = 0x05fa;

const C_DEBUGEN: u32 = 1 << 0;
const C_HALT: u32 = 1 << 1;
const C_STEP: u32 = 1 << 2;
const S_REGRDY: u32 = 1 << 16;
const S_HALT: u32 = 1 << 17;
const S_LOCKUP: u32 = 1 << 19;
const S_RESET_ST: u32 = 1 << 25;
const SYSRESETREQ: u32 = 1 << 2;
const VC_CORERESET: u32 = 1 << 0;
const DFSR_HALTED: u32 = 1 << 0;
const DFSR_BKPT: u32 = 1 << 1;
const DFSR_VCATCH: u32 = 1 << 3;

/// The registers' state.
pub struct DebugRegisters {
    /// C_DEBUGEN to C_MASKINTS as written.
    control: u32,
    has_reset: bool,
    transfer: u32,
    demcr: u32,
    dfsr: u32,
    is_enabled: bool,
    comparators: [u32; COMPARATORS],
    /// The addresses that the stub has breakpoints at.
    set: Vec<u32>,
    /// The debugger has halted the core, or let it run: a halt that it finds is another's.
    was_running: bool,
    /// It would run into blank memory, where a core locks up (ARMv7-M B1.5.15). The emulator
    /// would end there, so it is left halted.
    is_locked_up: bool,
}

impl Default for DebugRegisters {
    fn default() -> Self {
        DebugRegisters {
            control: 0,
            has_reset: true,
            transfer: 0,
            demcr: 0,
            dfsr: 0,
            is_enabled: false,
            comparators: [0; COMPARATORS],
            set: Vec::new(),
            was_running: false,
            is_locked_up: false,
        }
    }
}

/// What the registers act on.
pub struct Hands<'m> {
    pub core: &'m mut Core,
    pub monitor: &'m mut Monitor,
    pub bus: &'m mut Bus,
}

impl DebugRegisters {
    /// The register at this address, if it is one of these.
    pub fn read(&mut self, address: u32, hands: &mut Hands<'_>) -> Result<Option<u32>, BoardError> {
        Ok(Some(match address {
            DHCSR => self.status(hands)?,
            DCRSR => 0,
            DCRDR => self.transfer,
            DEMCR => self.demcr,
            DFSR => {
                self.status(hands)?;
                self.dfsr
            }
            // NUM_CODE, and whether it is enabled (ARMv7-M C1.11.3).
            FP_CTRL => (COMPARATORS as u32) << 4 | u32::from(self.is_enabled),
            _ => match comparator(address) {
                Some(number) => self.comparators[number],
                None => return Ok(None),
            },
        }))
    }

    /// Writes the register at this address; says whether it is one of these.
    pub fn write(
        &mut self,
        address: u32,
        value: u32,
        hands: &mut Hands<'_>,
    ) -> Result<bool, BoardError> {
        match address {
            DHCSR if value >> 16 == DEBUG_KEY => self.control(value & 0xffff, hands)?,
            DHCSR => {}
            DCRSR => self.transfer(value, hands)?,
            DCRDR => self.transfer = value,
            DEMCR => self.demcr = value,
            DFSR => self.dfsr &= !value,
            AIRCR if value >> 16 == VECTOR_KEY && value & SYSRESETREQ != 0 => self.reset(hands)?,
            FP_CTRL if value & 2 != 0 => self.is_enabled = value & 1 != 0,
            FP_CTRL => {}
            _ => match comparator(address) {
                Some(number) => self.comparators[number] = value,
                None => return Ok(false),
            },
        }
        Ok(true)
    }

    /// Pulls the reset line. The core halts behind it if DEMCR says so.
    pub fn reset(&mut self, hands: &mut Hands<'_>) -> Result<(), BoardError> {
        hands.core.halt()?;
        self.clear_breakpoints(hands)?;
        hands.monitor.reset()?;
        self.has_reset = true;
        self.is_locked_up = false;
        let catches = self.demcr & VC_CORERESET != 0 && self.control & C_DEBUGEN != 0;
        match catches {
            true => self.dfsr |= DFSR_VCATCH,
            false if is_blank(hands)? => self.is_locked_up = true,
            false => self.run(hands)?,
        }
        Ok(())
    }

    fn status(&mut self, hands: &mut Hands<'_>) -> Result<u32, BoardError> {
        let is_halted = hands.core.state()? == Stop::Halted;
        if is_halted && self.was_running {
            self.dfsr |= DFSR_BKPT;
            self.was_running = false;
        }
        if is_halted {
            // The core sets it itself when it enters debug state (ARMv7-M C1.6.2).
            self.control |= C_HALT;
        }
        let mut status = self.control | S_REGRDY;
        if self.is_locked_up {
            status |= S_LOCKUP;
        } else if is_halted {
            status |= S_HALT;
        }
        // Told once (ARMv7-M C1.6.2).
        if std::mem::take(&mut self.has_reset) {
            status |= S_RESET_ST;
        }
        Ok(status)
    }

    fn control(&mut self, value: u32, hands: &mut Hands<'_>) -> Result<(), BoardError> {
        self.control = value;
        let wants_halt = value & C_DEBUGEN != 0 && value & C_HALT != 0;
        match (hands.core.state()?, wants_halt) {
            (Stop::Halted, true) if std::mem::take(&mut self.is_locked_up) => {
                self.dfsr |= DFSR_HALTED;
            }
            (Stop::Running, true) => {
                hands.core.halt()?;
                self.was_running = false;
                self.dfsr |= DFSR_HALTED;
            }
            (Stop::Halted, false) if is_blank(hands)? => self.is_locked_up = true,
            (Stop::Halted, false) if value & C_DEBUGEN != 0 && value & C_STEP != 0 => {
                self.set_breakpoints(hands)?;
                hands.core.step()?;
                self.dfsr |= DFSR_HALTED;
            }
            (Stop::Halted, false) => self.run(hands)?,
            _ => {}
        }
        Ok(())
    }

    fn run(&mut self, hands: &mut Hands<'_>) -> Result<(), BoardError> {
        self.set_breakpoints(hands)?;
        hands.core.run(false)?;
        self.was_running = true;
        Ok(())
    }

    /// As [`run`](Self::run), for a function whose return address holds BKPT.
    pub fn run_function(&mut self, hands: &mut Hands<'_>) -> Result<(), BoardError> {
        hands.core.run(true)?;
        self.was_running = true;
        Ok(())
    }

    /// Whether this write lets the halted core run.
    pub fn lets_run(&self, address: u32, value: u32) -> bool {
        address == DHCSR && value >> 16 == DEBUG_KEY && value & (C_HALT | C_STEP) == 0
    }

    /// Remembers what a write of DHCSR says, for one that has been obeyed otherwise.
    pub fn note_control(&mut self, value: u32) {
        self.control = value & 0xffff;
    }

    fn transfer(&mut self, selection: u32, hands: &mut Hands<'_>) -> Result<(), BoardError> {
        const WRITES: u32 = 1 << 16;
        let register = Register((selection & 0x7f) as u8);
        match selection & WRITES != 0 {
            true => hands.core.write(register, self.transfer),
            false => {
                self.transfer = hands.core.read(register)?;
                Ok(())
            }
        }
    }

    /// The stub's breakpoints are set for as long as the core runs: it obeys no wish before.
    fn set_breakpoints(&mut self, hands: &mut Hands<'_>) -> Result<(), BoardError> {
        self.clear_breakpoints(hands)?;
        if self.is_enabled {
            for comparator in self.comparators {
                for at in addresses(comparator) {
                    hands.core.set_breakpoint(at)?;
                    self.set.push(at);
                }
            }
        }
        Ok(())
    }

    fn clear_breakpoints(&mut self, hands: &mut Hands<'_>) -> Result<(), BoardError> {
        for at in std::mem::take(&mut self.set) {
            hands.core.clear_breakpoint(at)?;
        }
        Ok(())
    }
}

/// Whether the core, in the state of a reset, finds no vector to begin at.
fn is_blank(hands: &mut Hands<'_>) -> Result<bool, BoardError> {
    const XPSR: Register = Register(16);
    const THUMB: u32 = 1 << 24;
    if hands.core.read(XPSR)? & THUMB != 0 {
        return Ok(false);
    }
    let vector = hands.bus.read(4)?;
    Ok(vector == 0 || vector == u32::MAX)
}

fn comparator(address: u32) -> Option<usize> {
    let number = (address.checked_sub(FP_COMP)? / 4) as usize;
    (number < COMPARATORS).then_some(number)
}

/// Where a comparator of version 1 breaks: at the lower half of its word, the upper, or both
/// (ARMv7-M C1.11.5).
fn addresses(comparator: u32) -> impl Iterator<Item = u32> {
    let word = comparator & 0x1fff_fffc;
    let halves = match comparator & 1 == 1 {
        true => comparator >> 30,
        false => 0,
    };
    [(1, word), (2, word + 2)]
        .into_iter()
        .filter(move |(half, _)| halves & half != 0)
        .map(|(_, at)| at)
}
