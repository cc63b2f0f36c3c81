//! A stack that nobody here has seen joins by writing one folder: `stranger/port.c`, made by hand from what sixlo_agent.h
//! says. Every step is a command that CONTRIBUTING.md names.

mod common;

use std::fs;
use std::process::Command;

use common::bare::Bare;
use common::checkout;

/// What its author wrote.
const FOLDER: &str = "harness/cli/tests/stranger";

/// Plays the whole catalogue twice.
#[test]
#[ignore = "takes some seconds"]
fn a_stack_that_nobody_has_seen_joins_by_one_folder() {
    let house = Bare::new();
    let made = house.says(&["stack", "new", "tiny"]);
    assert!(made.ends_with("exit 0\n"), "{made}");
    let write = |file: &str| {
        let written = checkout().join(FOLDER).join(file);
        fs::copy(written, house.port("tiny").join(file)).unwrap();
    };
    write("port.c");
    let built = Command::new(house.port("tiny/build")).output().unwrap();
    assert!(
        built.status.success() && built.stderr.is_empty(),
        "{built:?}"
    );

    // It does level 0, and dut.yaml says so nowhere yet.
    let told = house.says(&["stack", "probe", "tiny", "--runs", "runs"]);
    assert!(
        told.contains("simplest form   ipv6 (dispatch 41)\n"),
        "{told}"
    );
    assert!(told.contains("delivered: shows 13 fields\n"), "{told}");
    assert!(
        told.contains("packets-1280 is not claimed, 2 of 2 pass\n"),
        "{told}"
    );
    assert!(told.ends_with("exit 1\n"), "{told}");

    // What it proposes is pasted, and is right.
    let (_, yaml) = told.split_once("dut.yaml should say\n").unwrap();
    let (yaml, _) = yaml.split_once("\n\n").unwrap();
    let dut = fs::read_to_string(house.port("tiny/dut.yaml")).unwrap();
    let (kept, _) = dut.split_once("    # What its maker claims").unwrap();
    fs::write(house.port("tiny/dut.yaml"), format!("{kept}{yaml}\n")).unwrap();
    let told = house.says(&["stack", "probe", "tiny", "--runs", "runs"]);
    assert!(told.contains("\nas it does\n"), "{told}");

    // What it does otherwise, its author explains.
    let ran = house.says(&["run", "--dut", "tiny", "--runs", "runs"]);
    assert!(ran.ends_with("exit 1\n"), "{ran}");
    write("known.yaml");
    // And its column, of everything there is.
    let linted = house.says(&["lint"]);
    assert!(linted.ends_with("nothing wrong\nexit 0\n"), "{linted}");
    let ran = house.says(&["run", "--dut", "tiny", "--runs", "runs"]);
    assert!(ran.ends_with("exit 0\n"), "{ran}");
    let (_, receiving) = ran.split_once("Receiving\n").expect(&ran);
    let (receiving, _) = receiving.split_once("Octets wasted").unwrap();
    insta::assert_snapshot!(receiving);
}
