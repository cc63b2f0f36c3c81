//! How often the board has started since it got power.

use core::sync::atomic::{AtomicU32, Ordering};

/// Says that the count beside it is one.
const IS_COUNTING: u32 = 0x626f_6f74;

/// Not cleared at start: what a reset leaves behind.
#[unsafe(link_section = ".uninit.sixlo_boots")]
#[allow(unsafe_code)]
static BOOTS: [AtomicU32; 2] = [AtomicU32::new(0), AtomicU32::new(0)];

/// The number of this start, which differs from that of the one before.
pub fn boot() -> u32 {
    let [mark, count] = &BOOTS;
    let before = match mark.load(Ordering::Relaxed) == IS_COUNTING {
        true => count.load(Ordering::Relaxed),
        false => 0,
    };
    mark.store(IS_COUNTING, Ordering::Relaxed);
    count.store(before.wrapping_add(1), Ordering::Relaxed);
    before.wrapping_add(1)
}
