//! Sleep until the host rings: it sets an interrupt's pending bit through the debug port.

use cortex_m::asm;
use cortex_m::interrupt::InterruptNumber;
use cortex_m::peripheral::NVIC;

/// The interrupt that nothing on the board raises, and the host does, or an interrupt's
/// handler that has made work.
///
/// It is never taken. It is enabled only while the core sleeps with PRIMASK set: then what is
/// pending and enabled ends WFI (ARMv7-M B1.5.17), and no handler runs. So nothing is lost
/// between looking for work and falling asleep.
pub struct Doorbell(u16);

impl Doorbell {
    /// The doorbell with this interrupt's number.
    pub fn new(interrupt: u16) -> Self {
        Doorbell(interrupt)
    }

    /// Lets these interrupts be taken, and wake the core, too.
    pub fn take_also(&self, interrupts: &[u16]) {
        for interrupt in interrupts {
            // SAFETY: their handlers keep what they share under critical sections.
            #[allow(unsafe_code)]
            unsafe {
                NVIC::unmask(Number(*interrupt));
            }
        }
    }

    /// Rings, as the host does, the doorbell with this number.
    pub fn ring(interrupt: u16) {
        NVIC::pend(Number(interrupt));
    }

    /// Forgets that it rang. Look for work after this, then [`sleep`](Self::sleep).
    pub fn clear(&self) {
        NVIC::unpend(Number(self.0));
    }

    /// Sleeps until it rings, or returns at once where it has since it was cleared.
    pub fn sleep(&self) {
        cortex_m::interrupt::disable();
        // SAFETY: interrupts are masked: enabling this one lets no handler run, and it is
        // disabled again before they are not; no critical section is open here.
        #[allow(unsafe_code)]
        unsafe {
            NVIC::unmask(Number(self.0));
            asm::dsb();
            asm::wfi();
            NVIC::mask(Number(self.0));
            asm::dsb();
            asm::isb();
            cortex_m::interrupt::enable();
        }
    }
}

#[derive(Clone, Copy)]
struct Number(u16);

// SAFETY: the number is the board's to say; it names one line of the NVIC, always the same.
#[allow(unsafe_code)]
unsafe impl InterruptNumber for Number {
    fn number(self) -> u16 {
        self.0
    }
}
