//! Motes for Cooja, Contiki-NG's simulator, without Cooja: the image is a shared object
//! and runs in this process, in virtual time.
//!
//! `contract` is what simulator and mote have agreed on, `mote` one that runs. What is
//! configured calls the mote's own functions: `statement` reads dut.yaml's lines,
//! `perform` does them. A crash of the mote is one of this process; power-on is its
//! memory put back to what it was when it was loaded (`memory`).
//!
//! This process is one thread, and calls code that no compiler has checked against it.
//! What is unsafe stands in `library`, `memory`, `thread`, `echo` and `tap`.

mod bridge;
mod contract;
mod echo;
mod hooks;
mod library;
mod memory;
mod mote;
mod perform;
mod settings;
mod statement;
mod tap;
mod thread;
mod value;

pub use bridge::CoojaMote;
pub use settings::Cooja;
