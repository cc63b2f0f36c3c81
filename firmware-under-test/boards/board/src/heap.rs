//! The heap of images whose stack allocates.

use core::mem::MaybeUninit;

use embedded_alloc::LlffHeap;

#[global_allocator]
static HEAP: LlffHeap = LlffHeap::empty();

/// From here on there is this much to allocate; to be called once.
pub fn begin(memory: &'static mut [MaybeUninit<u8>]) {
    // SAFETY: the memory is nobody else's, and for ever.
    #[allow(unsafe_code)]
    unsafe {
        HEAP.init(memory.as_mut_ptr().addr(), memory.len());
    }
}

/// Octets taken from it now.
pub fn used() -> usize {
    HEAP.used()
}
