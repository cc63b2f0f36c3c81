//! Microseconds since power-on, and being woken at one of them.

use core::cell::Cell;

use critical_section::Mutex;

use crate::registers::{CLOCK, Peripheral, TIMER, clock, timer};

/// What each compare register is for.
const NOW: usize = 0;
/// Captures when a frame begins and when it ends; the radio's acknowledgement.
pub const FRAME_START: usize = 1;
pub const FRAME_END: usize = 2;
pub const ACKNOWLEDGE: usize = 3;
const WAKE: usize = 4;
/// Zero: the 32 bits have run over.
const WRAP: usize = 5;

const ENABLE_INTERRUPT: u32 = 1 << (16 + WAKE) | 1 << (16 + WRAP);

/// The longest that a wake may be ahead, in microseconds: far below what 32 bits hold.
const LONGEST_WAIT_US: u64 = 1 << 30;

/// How often the 32 bits have run over.
static WRAPS: Mutex<Cell<u32>> = Mutex::new(Cell::new(0));

/// Starts the crystal, which the radio needs, and the timer: 32 bits at 1 MHz.
pub fn start() {
    CLOCK.clear(clock::EVENTS_HFCLKSTARTED);
    CLOCK.trigger(clock::TASKS_HFCLKSTART);
    // It takes 0.4 ms, once.
    while !CLOCK.happened(clock::EVENTS_HFCLKSTARTED) {}
    TIMER.write(timer::BITMODE, 3);
    TIMER.write(timer::PRESCALER, 4);
    TIMER.write(timer::cc(WRAP), 0);
    TIMER.trigger(timer::TASKS_CLEAR);
    TIMER.trigger(timer::TASKS_START);
    for n in [WAKE, WRAP] {
        TIMER.clear(timer::events_compare(n));
    }
    TIMER.write(timer::INTENSET, ENABLE_INTERRUPT);
}

/// The low 32 bits of the time.
pub fn now_low() -> u32 {
    critical_section::with(|_| {
        TIMER.trigger(timer::tasks_capture(NOW));
        TIMER.read(timer::cc(NOW))
    })
}

/// The time in microseconds.
pub fn now_us() -> u64 {
    critical_section::with(|held| {
        let low = now_low();
        let mut wraps = WRAPS.borrow(held).get();
        // It has run over and its interrupt waits: counted, unless `low` is from before.
        if TIMER.happened(timer::events_compare(WRAP)) && low < 1 << 31 {
            wraps = wraps.wrapping_add(1);
        }
        u64::from(wraps) << 32 | u64::from(low)
    })
}

/// The whole time of a capture that is not long ago.
pub fn whole(low: u32) -> u64 {
    let now = now_us();
    now - u64::from((now as u32).wrapping_sub(low))
}

/// Sees to it that the core is awake at `at_us`, or in half an hour at most; says whether
/// that is still to come.
pub fn wake_at(at_us: u64) -> bool {
    let ahead = at_us.saturating_sub(now_us()).min(LONGEST_WAIT_US) as u32;
    let at = now_low().wrapping_add(ahead);
    TIMER.clear(timer::events_compare(WAKE));
    TIMER.write(timer::cc(WAKE), at);
    // A compare that was set too late comes after 71 minutes.
    (at.wrapping_sub(now_low()) as i32) > 0
}

/// The timer's interrupt.
pub fn interrupt() {
    if TIMER.happened(timer::events_compare(WRAP)) {
        TIMER.clear(timer::events_compare(WRAP));
        critical_section::with(|held| {
            let wraps = WRAPS.borrow(held);
            wraps.set(wraps.get().wrapping_add(1));
        });
    }
    if TIMER.happened(timer::events_compare(WAKE)) {
        TIMER.clear(timer::events_compare(WAKE));
    }
}

/// The timer, for the radio's PPI channels.
pub const fn peripheral() -> Peripheral {
    TIMER
}
