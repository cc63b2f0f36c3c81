//! The registers that are used, by their offsets (nRF52840 product specification 1.7), and
//! the one place that touches them.

use core::ptr;

/// A peripheral, by where its registers begin.
#[derive(Clone, Copy)]
pub struct Peripheral(usize);

/// 2.4 GHz radio (6.20).
pub const RADIO: Peripheral = Peripheral(0x4000_1000);
/// A timer with six compare registers (6.30).
pub const TIMER: Peripheral = Peripheral(0x4001_A000);
/// Events to tasks without the core (6.16).
pub const PPI: Peripheral = Peripheral(0x4001_F000);
/// Clocks (5.4).
pub const CLOCK: Peripheral = Peripheral(0x4000_0000);
/// Factory information (4.4).
pub const FICR: Peripheral = Peripheral(0x1000_0000);

impl Peripheral {
    /// Reads the register at this offset.
    #[allow(unsafe_code)]
    pub fn read(self, offset: usize) -> u32 {
        // SAFETY: the offsets below are registers of these peripherals, which are always there.
        unsafe { ptr::read_volatile(ptr::with_exposed_provenance((self.0) + offset)) }
    }

    /// Writes the register at this offset.
    #[allow(unsafe_code)]
    pub fn write(self, offset: usize, value: u32) {
        // SAFETY: as above. What memory the radio is given by its packet pointer is static.
        unsafe { ptr::write_volatile(ptr::with_exposed_provenance_mut(self.0 + offset), value) }
    }

    /// Triggers a task.
    pub fn trigger(self, task: usize) {
        self.write(task, 1);
    }

    /// Whether an event has happened since it was cleared.
    pub fn happened(self, event: usize) -> bool {
        self.read(event) != 0
    }

    /// Clears an event, and waits until that has gone through (PS 6.1.8).
    pub fn clear(self, event: usize) {
        self.write(event, 0);
        self.read(event);
    }

    /// The register's address, as PPI wants it.
    pub fn address(self, offset: usize) -> u32 {
        (self.0 + offset) as u32
    }
}

/// Of the radio.
pub mod radio {
    pub const TASKS_TXEN: usize = 0x000;
    pub const TASKS_RXEN: usize = 0x004;
    pub const TASKS_DISABLE: usize = 0x010;
    pub const EVENTS_END: usize = 0x10C;
    pub const EVENTS_DISABLED: usize = 0x110;
    pub const EVENTS_FRAMESTART: usize = 0x138;
    pub const EVENTS_EDEND: usize = 0x13C;
    pub const EVENTS_CCABUSY: usize = 0x148;
    pub const EVENTS_PHYEND: usize = 0x16C;
    pub const SHORTS: usize = 0x200;
    pub const INTENSET: usize = 0x304;
    pub const INTENCLR: usize = 0x308;
    pub const CRCSTATUS: usize = 0x400;
    pub const PACKETPTR: usize = 0x504;
    pub const FREQUENCY: usize = 0x508;
    pub const TXPOWER: usize = 0x50C;
    pub const MODE: usize = 0x510;
    pub const PCNF0: usize = 0x514;
    pub const PCNF1: usize = 0x518;
    pub const CRCCNF: usize = 0x534;
    pub const CRCPOLY: usize = 0x538;
    pub const CRCINIT: usize = 0x53C;
    pub const RSSISAMPLE: usize = 0x548;
    pub const STATE: usize = 0x550;
    pub const MODECNF0: usize = 0x650;
    pub const EDCNT: usize = 0x664;
    pub const EDSAMPLE: usize = 0x668;
    pub const CCACTRL: usize = 0x66C;
    pub const POWER: usize = 0xFFC;

    /// Bits of SHORTS.
    pub mod short {
        pub const END_DISABLE: u32 = 1 << 1;
        pub const ADDRESS_RSSISTART: u32 = 1 << 4;
        pub const RXREADY_CCASTART: u32 = 1 << 11;
        pub const CCAIDLE_TXEN: u32 = 1 << 12;
        pub const CCABUSY_DISABLE: u32 = 1 << 13;
        pub const READY_EDSTART: u32 = 1 << 15;
        pub const EDEND_DISABLE: u32 = 1 << 16;
        pub const TXREADY_START: u32 = 1 << 18;
        pub const RXREADY_START: u32 = 1 << 19;
        pub const PHYEND_DISABLE: u32 = 1 << 20;
    }
}

/// Of the timer; N is 0 to 5.
pub mod timer {
    pub const TASKS_START: usize = 0x000;
    pub const TASKS_CLEAR: usize = 0x00C;
    pub const fn tasks_capture(n: usize) -> usize {
        0x040 + 4 * n
    }
    pub const fn events_compare(n: usize) -> usize {
        0x140 + 4 * n
    }
    pub const INTENSET: usize = 0x304;
    pub const BITMODE: usize = 0x508;
    pub const PRESCALER: usize = 0x510;
    pub const fn cc(n: usize) -> usize {
        0x540 + 4 * n
    }
}

/// Of PPI.
pub mod ppi {
    pub const CHENSET: usize = 0x504;
    pub const CHENCLR: usize = 0x508;
    /// The event's address of a channel; its task's is 4 behind.
    pub const fn event(channel: usize) -> usize {
        0x510 + 8 * channel
    }
    pub const fn task(channel: usize) -> usize {
        0x514 + 8 * channel
    }
}

/// Of the clocks.
pub mod clock {
    pub const TASKS_HFCLKSTART: usize = 0x000;
    pub const EVENTS_HFCLKSTARTED: usize = 0x100;
}

/// Of the factory information.
pub mod ficr {
    pub const DEVICEID: [usize; 2] = [0x060, 0x064];
}
