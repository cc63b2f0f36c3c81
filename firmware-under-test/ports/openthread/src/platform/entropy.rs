//! Chance that comes out alike in every run: a node's is its EUI-64's.

use openthread_sys as ot;

use super::with;

/// SplitMix64, seeded.
#[derive(Default)]
pub struct Entropy {
    state: u64,
}

impl Entropy {
    /// The chance of a node with this EUI-64 that has just been switched on.
    pub fn seeded(eui64: [u8; 8]) -> Self {
        Entropy {
            state: u64::from_be_bytes(eui64),
        }
    }

    fn next(&mut self) -> u8 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31) as u8
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn otPlatEntropyGet(output: *mut u8, length: u16) -> ot::otError {
    if output.is_null() {
        return ot::otError_OT_ERROR_INVALID_ARGS;
    }
    // SAFETY: the caller owns `length` octets at `output`, entropy.h says, and nobody else
    // looks at them during the call. They may be uninitialised: they are written only.
    let output = unsafe {
        core::slice::from_raw_parts_mut(output.cast::<core::mem::MaybeUninit<u8>>(), length.into())
    };
    with(|hardware| {
        for octet in output {
            octet.write(hardware.entropy.next());
        }
    });
    ot::otError_OT_ERROR_NONE
}
