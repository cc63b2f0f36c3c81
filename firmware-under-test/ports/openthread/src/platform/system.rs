//! What is left of a machine: it restarts, and it logs.

use core::ffi::c_char;

use openthread_sys as ot;

/// Nothing that the port calls restarts a node.
#[unsafe(no_mangle)]
extern "C" fn otPlatReset(_: *mut ot::otInstance) {
    panic!("OpenThread restarted the machine by itself");
}

/// Whatever comes behind the format belongs to C's `printf`, which stable Rust
/// cannot write; under the C calling convention a callee may leave it alone.
#[unsafe(no_mangle)]
extern "C" fn otPlatLog(_: ot::otLogLevel, _: ot::otLogRegion, _format: *const c_char) {}
