//! Puts the board's memory layout where the linker looks.

use std::path::PathBuf;
use std::{env, fs};

fn main() {
    let layout = match env::var_os("CARGO_FEATURE_DONGLE") {
        Some(_) => "dongle.x",
        None => "dk.x",
    };
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names a folder"));
    fs::copy(layout, folder.join("memory.x")).expect("the folder is cargo's own");
    println!("cargo::rustc-link-search={}", folder.display());
    println!("cargo::rerun-if-changed={layout}");
}
