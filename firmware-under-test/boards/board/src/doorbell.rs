//! Sleep until the host rings: it sets an interrupt's pending bit through the debug port.

use cortex_m::asm;
use cortex_m::interrupt::InterruptNumber;
use cortex_m::peripheral::NVIC;

/// The interrupt that nothing on the board raises, and the host does.
///
/// It is never taken: with PRIMASK set a pending interrupt that is enabled still ends
/// WFI (ARMv7-M B1.5.17), so there is no handler, and nothing is lost between looking
/// for work and falling asleep.
pub struct Doorbell(u16);

impl Doorbell {
    /// The doorbell with this interrupt's number. From here on no interrupt is taken.
    pub fn new(interrupt: u16) -> Self {
        cortex_m::interrupt::disable();
        let doorbell = Doorbell(interrupt);
        // SAFETY: interrupts are masked for good, so enabling one breaks no critical section.
        #[allow(unsafe_code)]
        unsafe {
            NVIC::unmask(doorbell.number());
        }
        doorbell
    }

    /// Forgets that it rang. Look for work after this, then [`sleep`](Self::sleep).
    pub fn clear(&self) {
        NVIC::unpend(self.number());
    }

    /// Sleeps until it rings, or returns at once where it has since it was cleared.
    pub fn sleep(&self) {
        asm::dsb();
        asm::wfi();
    }

    fn number(&self) -> Number {
        Number(self.0)
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
