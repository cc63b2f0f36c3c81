//! A UDP port that echoes, for an image that has none: Contiki-NG's simple-udp calls
//! this with what came, on the mote's own small stack.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

use super::library::Library;

/// The function of the image that answers.
pub const SENDER: &str = "simple_udp_sendto_port";

/// `int simple_udp_sendto_port(connection, data, length, address, port)`.
type SendTo = unsafe extern "C" fn(*mut c_void, *const u8, u16, *const c_void, u16) -> i32;

static SEND_TO: AtomicPtr<u8> = AtomicPtr::new(null_mut());

/// Notes the image's sender, if it has one.
pub fn prepare(library: &Library) {
    if let Some(sender) = library.find(SENDER) {
        SEND_TO.store(sender.address, Ordering::Relaxed);
    }
}

/// The callback's address.
pub fn address() -> u64 {
    echo as *const () as u64
}

/// `simple_udp_callback`.
unsafe extern "C" fn echo(
    connection: *mut c_void,
    sender: *const c_void,
    sender_port: u16,
    _receiver: *const c_void,
    _receiver_port: u16,
    data: *const u8,
    length: u16,
) {
    let send_to = SEND_TO.load(Ordering::Relaxed);
    if !send_to.is_null() {
        // SAFETY: `prepare` found a function of this name, and the mote's own values
        // go back into it. A statement is resolved only if the image has it.
        unsafe {
            let send_to: SendTo = std::mem::transmute::<*mut u8, SendTo>(send_to);
            send_to(connection, data, length, sender, sender_port);
        }
    }
}
