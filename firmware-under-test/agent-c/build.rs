//! Compiles the agent as a port would, every warning an error.

fn main() {
    println!("cargo::rerun-if-changed=sixlo_agent.c");
    println!("cargo::rerun-if-changed=sixlo_agent.h");
    println!("cargo::rerun-if-changed=src/shim.c");
    cc::Build::new()
        .files(["sixlo_agent.c", "src/shim.c"])
        .include(".")
        .std("c99")
        .extra_warnings(true)
        .flag_if_supported("-Wpedantic")
        .flag_if_supported("-Wconversion")
        .flag_if_supported("-Wshadow")
        .warnings_into_errors(true)
        .compile("sixlo_agent");
}
