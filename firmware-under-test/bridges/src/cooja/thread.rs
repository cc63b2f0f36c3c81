//! Calls of the mote's functions, in a thread of the mote's own.
//!
//! A function that sends yields to Cooja until its frame is off; it can do so only
//! from within one of the threads that the mote makes itself (`cooja_mt_start`). An
//! image without them is called straight, and must not yield.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::mem::transmute;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

use super::library::{Library, Symbol};
use super::statement::MOST_ARGUMENTS;

/// Integers and pointers; what a function does not take it does not look at, by the
/// calling conventions of the machines this is built for.
pub type Arguments = [u64; MOST_ARGUMENTS];

type Function = unsafe extern "C" fn(u64, u64, u64, u64, u64, u64) -> u64;
type Init = unsafe extern "C" fn(*mut Frame) -> c_int;
type Start = unsafe extern "C" fn(*mut Frame, *mut Frame, unsafe extern "C" fn());
type Exec = unsafe extern "C" fn(*mut Frame, *mut Frame);

/// Room for a `struct cooja_mt_thread`: 8 KiB of stack and a context in a mote as it
/// comes, more in one that is built with a larger stack.
#[repr(C, align(64))]
struct Frame([u8; 1 << 18]);

impl Frame {
    fn new() -> Box<Frame> {
        // Straight on the heap: it is larger than some stacks.
        // SAFETY: all zero is a value of an array of octets.
        unsafe { Box::<Frame>::new_zeroed().assume_init() }
    }
}

/// The call to make, and what came of it.
struct Task {
    function: Symbol,
    arguments: Arguments,
    result: Option<u64>,
}

/// The task of the thread that is being started.
static TASK: AtomicPtr<Task> = AtomicPtr::new(null_mut());

/// Where the mote's threads are made.
#[derive(Clone, Copy)]
pub struct Threads {
    init: Symbol,
    start: Symbol,
    exec: Symbol,
}

impl Threads {
    /// Of an image that has all of it.
    pub fn of(library: &Library) -> Option<Self> {
        Some(Threads {
            init: library.find("cooja_mt_init")?,
            start: library.find("cooja_mt_start")?,
            exec: library.find("cooja_mt_exec")?,
        })
    }
}

/// A call under way.
pub struct Call {
    task: Box<Task>,
    thread: Option<(Threads, Box<Frame>, Box<Frame>)>,
}

impl Call {
    /// Gets a call ready.
    pub fn new(function: Symbol, arguments: Arguments, threads: Option<Threads>) -> Self {
        let mut task = Box::new(Task {
            function,
            arguments,
            result: None,
        });
        let thread = threads.map(|threads| {
            let (mut bridge, mut thread) = (Frame::new(), Frame::new());
            TASK.store(&raw mut *task, Ordering::Relaxed);
            // SAFETY: functions of Contiki-NG's cooja_mt.h with their types; both
            // structures are larger than the mote's, and stay where they are as long
            // as this call.
            unsafe {
                transmute::<*mut u8, Init>(threads.init.address)(&mut *bridge);
                let start = transmute::<*mut u8, Start>(threads.start.address);
                start(&mut *bridge, &mut *thread, perform);
            }
            (threads, bridge, thread)
        });
        Call { task, thread }
    }

    /// Goes on until it returns or yields; its result once it has returned.
    pub fn go_on(&mut self) -> Option<u64> {
        TASK.store(&raw mut *self.task, Ordering::Relaxed);
        match &mut self.thread {
            // SAFETY: as above; the thread has been started and has not ended.
            Some((threads, bridge, thread)) if self.task.result.is_none() => unsafe {
                transmute::<*mut u8, Exec>(threads.exec.address)(&mut **bridge, &mut **thread);
            },
            // SAFETY: the task is this one.
            None if self.task.result.is_none() => unsafe { perform() },
            _ => {}
        }
        self.task.result
    }
}

/// What the thread does.
unsafe extern "C" fn perform() {
    let task = TASK.load(Ordering::Relaxed);
    // SAFETY: `go_on` has just set it, and the call outlives its thread. That the
    // function has this type is what dut.yaml says of it.
    unsafe {
        let function = transmute::<*mut u8, Function>((*task).function.address);
        let [a, b, c, d, e, f] = (*task).arguments;
        let result = function(a, b, c, d, e, f);
        (*task).result = Some(result);
    }
}

/// Calls `int function(void)`, which does not yield.
pub fn call_plain(function: Symbol) -> c_int {
    // SAFETY: the contract between Cooja and its motes gives this type.
    unsafe { transmute::<*mut u8, unsafe extern "C" fn() -> c_int>(function.address)() }
}
