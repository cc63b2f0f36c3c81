//! A case, and a parameter file, as nobody should write them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sixlo_harness::catalogue::{Parameters, read_case};

fuzz_target!(|text: &str| {
    let parameters = Parameters::default();
    let _ = read_case("rfc6282/3.1.1/x", text, &parameters);
    let _ = parameters.with_file("parameters.yaml", text);
});
