//! Threads of a mote's own: what Contiki-NG's `cooja_mt.h` declares, in other words.
#![allow(unsafe_code)]
#![allow(clippy::missing_safety_doc, reason = "called by the bridge alone")]

use std::ffi::c_int;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

use libc::ucontext_t;

/// Octets of a stack: the node wants more than a Contiki-NG thread has.
const STACK: usize = 128 * 1024;

/// `struct cooja_mt_thread`, as far as the bridge is concerned: that large and no larger.
#[repr(C)]
pub struct Thread {
    stack: [u8; STACK],
    context: ucontext_t,
}

/// Who runs, and who is behind that.
static RUNNING: AtomicPtr<Thread> = AtomicPtr::new(null_mut());
static CALLER: AtomicPtr<Thread> = AtomicPtr::new(null_mut());

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cooja_mt_init(thread: *mut Thread) -> c_int {
    // As Contiki-NG does: looks where the stack of its process is, and keeps what the C
    // library has allocated for the answer.
    unsafe {
        let mut attributes = std::mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0 {
            return -2;
        }
        libc::getcontext(&raw mut (*thread).context)
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cooja_mt_start(
    caller: *mut Thread,
    thread: *mut Thread,
    function: extern "C" fn(),
) {
    unsafe {
        let context = &raw mut (*thread).context;
        libc::getcontext(context);
        (*context).uc_stack.ss_sp = (&raw mut (*thread).stack).cast();
        (*context).uc_stack.ss_size = STACK;
        (*context).uc_link = &raw mut (*caller).context;
        libc::makecontext(context, function, 0);
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cooja_mt_exec(caller: *mut Thread, thread: *mut Thread) {
    CALLER.store(caller, Ordering::Relaxed);
    RUNNING.store(thread, Ordering::Relaxed);
    unsafe { libc::swapcontext(&raw mut (*caller).context, &raw const (*thread).context) };
}

/// Back to whoever let this thread run.
fn wait() {
    let thread = RUNNING.load(Ordering::Relaxed);
    let caller = CALLER.load(Ordering::Relaxed);
    unsafe { libc::swapcontext(&raw mut (*thread).context, &raw const (*caller).context) };
}

/// A function that returns this number after it has waited as many times.
#[unsafe(no_mangle)]
pub extern "C" fn mote_waits(times: u16) -> c_int {
    for _ in 0..times {
        wait();
    }
    times.into()
}

/// One that never returns.
#[unsafe(no_mangle)]
pub extern "C" fn mote_waits_for_ever() {
    loop {
        wait();
    }
}
