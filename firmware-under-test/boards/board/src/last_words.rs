//! What is left to be read by the debug port when the firmware ends: a panic's text, a
//! fault's registers.

use core::cell::UnsafeCell;
use core::fmt::{self, Write};
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicU32, Ordering, compiler_fence};

use cortex_m::asm;
use cortex_m::peripheral::SCB;

use crate::stack;

/// Octets kept of a panic's text.
const TEXT: usize = 240;

/// The block. The host finds it by its symbol, and reads it when the device has gone
/// silent; all numbers are little-endian, as the core is.
#[repr(C)]
pub struct LastWords {
    /// [`RUNNING`], [`PANICKED`] or [`FAULTED`]; anything else: not started.
    state: AtomicU32,
    /// r0 to r3, r12, lr, pc, xpsr as stacked (ARMv7-M B1.5.6).
    stacked: [u32; 8],
    /// CFSR, HFSR, MMFAR, BFAR (ARMv7-M B3.2.15 to B3.2.18).
    status: [u32; 4],
    length: u32,
    text: [u8; TEXT],
}

/// "RUN!", "PANI", "HARD", read as text.
const RUNNING: u32 = u32::from_le_bytes(*b"RUN!");
const PANICKED: u32 = u32::from_le_bytes(*b"PANI");
const FAULTED: u32 = u32::from_le_bytes(*b"HARD");

/// The block itself.
#[unsafe(no_mangle)]
#[allow(unsafe_code)]
pub static mut SIXLO_LAST_WORDS: LastWords = LastWords {
    state: AtomicU32::new(0),
    stacked: [0; 8],
    status: [0; 4],
    length: 0,
    text: [0; TEXT],
};

/// Says that the firmware runs; from here on a stack that runs over faults.
pub(crate) fn ready() {
    stack::guard();
    end_with(RUNNING, |_| {});
}

/// Fills the block in, and only then says so.
#[allow(unsafe_code)]
fn end_with(state: u32, fill: impl FnOnce(&mut LastWords)) {
    // SAFETY: one core, all interrupts masked: nobody else looks at it meanwhile but the
    // debug port, which waits for the state.
    let block = unsafe { &mut *core::ptr::addr_of_mut!(SIXLO_LAST_WORDS) };
    block.length = 0;
    fill(block);
    compiler_fence(Ordering::SeqCst);
    asm::dmb();
    block.state.store(state, Ordering::SeqCst);
}

struct Text<'b>(&'b mut LastWords);

impl Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for octet in text.bytes() {
            let Some(place) = self.0.text.get_mut(self.0.length as usize) else {
                return Err(fmt::Error);
            };
            *place = octet;
            self.0.length += 1;
        }
        Ok(())
    }
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    cortex_m::interrupt::disable();
    end_with(PANICKED, |block| {
        // A text that is too long is cut.
        let _ = write!(Text(block), "{info}");
    });
    sleep_for_ever()
}

/// What the handler of faults runs on: the stack that ran over may be the fault.
#[repr(align(8))]
#[expect(dead_code, reason = "only its address is used")]
struct Spare(UnsafeCell<[u8; 1024]>);

// SAFETY: only the handler of faults uses it, which is entered once and never left.
#[allow(unsafe_code)]
unsafe impl Sync for Spare {}

static SPARE: Spare = Spare(UnsafeCell::new([0; 1024]));

/// Takes another stack before it touches any, and goes on in [`faulted`] with the place of
/// the stacked registers, MSP's or PSP's as EXC_RETURN says (ARMv7-M B1.5.8).
#[allow(unsafe_code, non_snake_case)]
#[unsafe(no_mangle)]
#[unsafe(naked)]
unsafe extern "C" fn HardFault() -> ! {
    core::arch::naked_asm!(
        "tst lr, #4",
        "ite eq",
        "mrseq r0, msp",
        "mrsne r0, psp",
        "ldr r1, ={spare}",
        "add r1, r1, #1024",
        "msr msp, r1",
        "b {faulted}",
        spare = sym SPARE,
        faulted = sym faulted,
    )
}

/// CFSR: MMFAR holds the address of the access (ARMv7-M B3.2.15).
const ADDRESS_IS_VALID: u32 = 1 << 7;

#[allow(unsafe_code)]
extern "C" fn faulted(stacked: *const u32) -> ! {
    // SAFETY: reading these registers changes nothing.
    let scb = unsafe { &*SCB::PTR };
    let status = [
        scb.cfsr.read(),
        scb.hfsr.read(),
        scb.mmfar.read(),
        scb.bfar.read(),
    ];
    let [configurable, _, address, _] = status;
    end_with(FAULTED, |block| {
        block.status = status;
        let is_full = stack::is_beyond(stacked.addr());
        if !is_full {
            // SAFETY: the core has just stacked these eight words there.
            block.stacked = core::array::from_fn(|at| unsafe { stacked.add(at).read() });
        }
        let has_hit = configurable & ADDRESS_IS_VALID != 0 && stack::is_beyond(address as usize);
        if is_full || has_hit {
            let _ = write!(Text(block), "stack overflow");
        }
    });
    sleep_for_ever()
}

fn sleep_for_ever() -> ! {
    loop {
        asm::wfi();
    }
}
