//! Puts memory.x where the linker looks.

fn main() {
    let folder = env!("CARGO_MANIFEST_DIR");
    println!("cargo::rustc-link-search={folder}");
    println!("cargo::rerun-if-changed=memory.x");
}
