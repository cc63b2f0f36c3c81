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

/// The task of the thread that is being let run.
static TASK: AtomicPtr<Task> = AtomicPtr::new(null_mut());

/// Where the mote's threads are made, and what they are made in.
///
/// Frames are used again, never given back: so large and aligned as they are, and with
/// what the mote's C library keeps allocated between them, an allocator finds no place
/// for the next one where the last one was, and this process would grow with each call.
pub struct Threads {
    start: Symbol,
    exec: Symbol,
    /// The context that threads yield to.
    bridge: Box<Frame>,
    spare: Vec<Box<Frame>>,
    /// Calls that never returned.
    lost: Vec<Call>,
}

impl Threads {
    /// Of an image that has all of it.
    pub fn of(library: &Library) -> Option<Self> {
        let init = library.find("cooja_mt_init")?;
        let mut threads = Threads {
            start: library.find("cooja_mt_start")?,
            exec: library.find("cooja_mt_exec")?,
            bridge: Frame::new(),
            spare: Vec::new(),
            lost: Vec::new(),
        };
        // SAFETY: a function of Contiki-NG's cooja_mt.h with its type; the structure is
        // larger than the mote's, and stays where it is as long as this process.
        unsafe { transmute::<*mut u8, Init>(init.address)(&mut *threads.bridge) };
        Some(threads)
    }

    /// A thread that will do the task that [`TASK`] points to when it is let run.
    fn thread(&mut self) -> Box<Frame> {
        let mut thread = match self.spare.pop() {
            // What a function finds on its stack is the same each time.
            Some(mut used) => {
                used.0.fill(0);
                used
            }
            None => Frame::new(),
        };
        // SAFETY: as above; the thread's structure stays where it is as long as the
        // mote may know of it.
        unsafe {
            let start = transmute::<*mut u8, Start>(self.start.address);
            start(&mut *self.bridge, &mut *thread, perform);
        }
        thread
    }

    /// The call has returned.
    pub fn end(&mut self, call: Call) {
        self.spare.extend(call.thread);
    }

    /// Nobody waits for the call any longer. Until the next power-on its thread stays as
    /// it is, for the mote may know of it.
    pub fn lose(&mut self, call: Call) {
        self.lost.push(call);
    }

    /// The mote's memory is as it was before any thread.
    pub fn powered_on(&mut self) {
        let threads = self.lost.drain(..).filter_map(|call| call.thread);
        self.spare.extend(threads);
    }
}

/// A call under way.
pub struct Call {
    task: Box<Task>,
    thread: Option<Box<Frame>>,
}

impl Call {
    /// Gets a call ready.
    pub fn new(function: Symbol, arguments: Arguments, threads: Option<&mut Threads>) -> Self {
        let task = Box::new(Task {
            function,
            arguments,
            result: None,
        });
        let thread = threads.map(Threads::thread);
        Call { task, thread }
    }

    /// Goes on until it returns or yields; its result once it has returned. It wants the
    /// threads that it was made with.
    pub fn go_on(&mut self, threads: Option<&mut Threads>) -> Option<u64> {
        if self.task.result.is_some() {
            return self.task.result;
        }
        TASK.store(&raw mut *self.task, Ordering::Relaxed);
        match (&mut self.thread, threads) {
            // SAFETY: a function of cooja_mt.h with its type; the thread has been started
            // and has not ended.
            (Some(thread), Some(threads)) => unsafe {
                let exec = transmute::<*mut u8, Exec>(threads.exec.address);
                exec(&mut *threads.bridge, &mut **thread);
            },
            // SAFETY: the task is this one.
            _ => unsafe { perform() },
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
