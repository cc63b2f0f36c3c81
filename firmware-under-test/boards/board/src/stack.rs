//! The end of the stack, which nothing may touch.

use cortex_m::asm;
use cortex_m::peripheral::MPU;

#[allow(unsafe_code)]
unsafe extern "C" {
    /// The lowest octet of the stack, of the linker script.
    static _stack_end: u8;
}

/// Octets that no access is allowed to, as a power of two: more than most functions take at
/// a time, so that few step over them. What does meets the end of the RAM.
const GUARD: usize = 1 << GUARD_BITS;
const GUARD_BITS: u32 = 12;

/// Where the guard begins: a region of the MPU is aligned to its size, so where a stack ends
/// a little higher (the dongle's) it begins a little lower.
fn begin() -> usize {
    (&raw const _stack_end).addr() & !(GUARD - 1)
}

/// Whether the stack has run over where this is an address of it, or one that was not allowed.
pub(crate) fn is_beyond(address: usize) -> bool {
    address < begin() + GUARD
}

/// From here on a stack that runs over faults at once. Everything else stays allowed, and
/// everything is to the handler of the fault (ARMv7-M B3.5).
pub(crate) fn guard() {
    const NO_ACCESS: u32 = 0b000 << 24;
    const EXECUTE_NEVER: u32 = 1 << 28;
    const SIZE: u32 = (GUARD_BITS - 1) << 1;
    const ENABLE: u32 = 1;
    const VALID: u32 = 1 << 4;
    const OTHERS_AS_WITHOUT_MPU: u32 = 1 << 2;
    // SAFETY: the region is below what the stack may hold; the barriers put it in force.
    #[allow(unsafe_code)]
    unsafe {
        let mpu = &*MPU::PTR;
        mpu.rbar.write(begin() as u32 | VALID);
        mpu.rasr.write(NO_ACCESS | EXECUTE_NEVER | SIZE | ENABLE);
        mpu.ctrl.write(OTHERS_AS_WITHOUT_MPU | ENABLE);
    }
    asm::dsb();
    asm::isb();
}
