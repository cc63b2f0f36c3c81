//! The mote of the example `mote` with threads as Contiki-NG has them: a function of it
//! that is called may wait, until time has passed or for ever.
#![allow(missing_docs, reason = "names and meanings are Cooja's")]

#[path = "../mote.rs"]
mod mote;
mod threads;
