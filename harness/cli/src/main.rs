//! Interoperability and conformance harness for 6LoWPAN.
fn main() {}
