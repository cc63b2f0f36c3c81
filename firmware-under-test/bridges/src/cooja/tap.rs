//! Shows packets as 6LoWPAN has restored them: Contiki-NG calls a processor for each,
//! before IPv6 looks at it, on the mote's own small stack.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::ffi::c_int;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicPtr, Ordering};

use super::library::Library;

/// Where the mote has its packet.
pub const PACKET: &str = "uip_aligned_buf";
/// How long that is.
const LENGTH: &str = "uip_len";
/// `NETSTACK_IP_PROCESS`: the packet goes on to IPv6.
const PROCESS: c_int = 0;
/// Octets of packets that may wait for the bridge; 1280 is the usual most of one.
const ROOM: usize = 65_536;

/// `struct netstack_ip_packet_processor`, which the mote links into a list.
#[repr(C)]
struct Processor {
    next: UnsafeCell<*mut Processor>,
    input: unsafe extern "C" fn() -> c_int,
    output: *const u8,
}

// SAFETY: a mote and its bridge share one thread.
unsafe impl Sync for Processor {}

static PROCESSOR: Processor = Processor {
    next: UnsafeCell::new(null_mut()),
    input,
    output: null(),
};

static PACKET_AT: AtomicPtr<u8> = AtomicPtr::new(null_mut());
static LENGTH_AT: AtomicPtr<u8> = AtomicPtr::new(null_mut());
static WAITING: std::sync::Mutex<Vec<u8>> = std::sync::Mutex::new(Vec::new());

/// Notes where the image has its packet, and makes room.
pub fn prepare(library: &Library) {
    if let (Some(packet), Some(length)) = (library.find(PACKET), library.find(LENGTH)) {
        PACKET_AT.store(packet.address, Ordering::Relaxed);
        LENGTH_AT.store(length.address, Ordering::Relaxed);
    }
    // All of it at once: on the mote's stack there is none for an allocator.
    WAITING
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .reserve_exact(ROOM);
}

/// The processor's address.
pub fn address() -> u64 {
    &raw const PROCESSOR as u64
}

/// Takes the packets that have been restored since the last time, in order.
pub fn take(mut each: impl FnMut(&[u8])) {
    let mut waiting = WAITING
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut rest = &waiting[..];
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let (packet, after) = after.split_at(usize::from(u16::from_le_bytes(*length)));
        each(packet);
        rest = after;
    }
    waiting.clear();
}

/// `process_input`: copies the packet, length first.
unsafe extern "C" fn input() -> c_int {
    let packet = PACKET_AT.load(Ordering::Relaxed);
    let length = LENGTH_AT.load(Ordering::Relaxed);
    if !packet.is_null()
        && !length.is_null()
        && let Ok(mut waiting) = WAITING.try_lock()
    {
        // SAFETY: `uip_len` is a `uint16_t` and says how many octets of the packet's
        // buffer there are; a mote that lies about it crashes here as it would there.
        unsafe {
            let length = length.cast::<u16>().read_unaligned();
            let octets = std::slice::from_raw_parts(packet, usize::from(length));
            if waiting.len() + 2 + octets.len() <= ROOM {
                waiting.extend_from_slice(&length.to_le_bytes());
                waiting.extend_from_slice(octets);
            }
        }
    }
    PROCESS
}
