//! A stack's folder, from a template to a column.

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use common::bare::Bare;
use common::{said, sixlo};

#[test]
fn a_new_port_builds_and_runs_at_once_and_has_no_cell_that_passes() {
    let house = Bare::new();
    let made = house.says(&["stack", "new", "1.0"]);
    assert!(made.ends_with("exit 0\n"), "{made}");
    let built = Command::new(house.port("1.0/build")).output().unwrap();
    assert!(
        built.status.success() && built.stderr.is_empty(),
        "{built:?}"
    );
    let linted = house.says(&["lint"]);
    assert!(linted.contains("1 ports: nothing wrong"), "{linted}");
    let ran = house.says(&["run", "--dut", "1.0", "--runs", "runs"]);
    assert!(ran.ends_with("exit 3\n"), "{ran}");
    let trials = ran.find("trials of").expect(&ran);
    assert!(
        ran[trials..].contains(" on 1 devices: 0 pass, 0 fail, "),
        "{ran}"
    );
    // Made once, it is never made again.
    fs::write(house.port("1.0/port.c"), "mine").unwrap();
    let again = house.says(&["stack", "new", "1.0", "--kind", "program"]);
    assert!(again.ends_with("exit 2\n"), "{again}");
    assert_eq!(fs::read(house.port("1.0/port.c")).unwrap(), b"mine");
}

#[test]
fn a_program_that_is_not_there_yet_is_left_out_with_what_to_do() {
    let house = Bare::new();
    house.says(&["stack", "new", "mine", "--kind", "program"]);
    let ran = house.says(&["run", "--dut", "mine", "--runs", "runs"]);
    let missing =
        "LEFT OUT mine: needs target/ports/mine/dut: see firmware-under-test/ports/mine/README.md";
    assert!(ran.contains(missing), "{ran}");
}

#[test]
fn outside_of_a_checkout_a_folder_that_stands_alone_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let says = |words: &[&str]| {
        let mut command = sixlo(words);
        said(&command.current_dir(folder.path()).output().unwrap())
    };
    let refused = says(&["stack", "new", "mine"]);
    assert!(refused.contains("--in DIR"), "{refused}");
    assert!(refused.ends_with("exit 2\n"), "{refused}");
    let made = says(&["stack", "new", "mine", "--in", "."]);
    assert!(made.ends_with("exit 0\n"), "{made}");
    let build = folder.path().join("mine/build");
    assert!(Command::new(build).status().unwrap().success());
    let dut = fs::metadata(folder.path().join("mine/dut")).unwrap();
    assert_ne!(dut.permissions().mode() & 0o100, 0);
    // Taken to a checkout, it is a port like any other.
    let house = Bare::new();
    fs::rename(folder.path().join("mine"), house.port("mine")).unwrap();
    assert!(
        Command::new(house.port("mine/build"))
            .status()
            .unwrap()
            .success()
    );
    let ran = house.says(&[
        "run",
        "uncompressed-echo",
        "--dut",
        "mine",
        "--runs",
        "runs",
    ]);
    assert!(ran.ends_with("exit 3\n"), "{ran}");
}

/// Compiles the agent's crates anew.
#[test]
#[ignore = "takes half a minute"]
fn a_new_port_in_rust_builds_and_has_no_cell_that_passes() {
    let house = Bare::new();
    for part in [
        "Cargo.toml",
        "Cargo.lock",
        "firmware-under-test/agent",
        "firmware-under-test/agent-protocol",
    ] {
        house.link(part);
    }
    house.says(&["stack", "new", "Mine.rs", "--kind", "rust"]);
    let built = Command::new(house.port("Mine.rs/build")).output().unwrap();
    assert!(
        built.status.success() && built.stderr.is_empty(),
        "{built:?}"
    );
    let ran = house.says(&[
        "run",
        "uncompressed-echo",
        "--dut",
        "Mine.rs",
        "--runs",
        "runs",
    ]);
    assert!(ran.ends_with("exit 3\n"), "{ran}");
}
