//! A project's CI: a first baseline, its reasons written, the fault mended, another one come.

mod common;

use common::house::House;
use common::{checkout, said};

/// What the faults show in, and what it builds on.
const CASES: [&str; 4] = [
    "testcases/rfc6282/3.1.1/hop-limit-in-line.yaml",
    "testcases/rfc6282/3.1.1/hop-limit-64.yaml",
    "testcases/rfc6282/3.1.1/udp-all-in-line.yaml",
    "testcases/rfc6282/3.1.1/context-0-destination-64-bit.yaml",
];
const BASELINE: &str = "baseline.yaml";

fn house() -> House {
    let house = House::new();
    for case in CASES {
        house.write(case, std::fs::read(checkout().join(case)).unwrap());
    }
    house
}

/// Runs the node with this fault, or with none; these cases, or all.
fn run(house: &House, fault: Option<&str>, cases: &[&str]) {
    let sixlo = env!("CARGO_BIN_EXE_sixlo");
    let start = match fault {
        None => "{ self: p6lowpan-5 }".to_owned(),
        Some(fault) => format!("{{ program: [{sixlo:?}, dut, p6lowpan-5, --fault, {fault}] }}"),
    };
    house.add_port("node", &[("node", &start)]);
    let words = [&["run", "--dut", "node"], cases].concat();
    let output = house.sixlo(&words).output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
}

/// What `sixlo gate` says of the last run, on a day.
fn gate(house: &House, words: &[&str]) -> String {
    let day = ["gate", "--baseline", BASELINE, "--today", "2026-11-21"];
    let output = house.sixlo(&[&day, words].concat()).output().unwrap();
    let told = said(&output);
    // The run's folder is named after the moment it began.
    told.lines()
        .map(|line| match line.split_once("reports/runs/") {
            Some((before, after)) => {
                let (_, file) = after.split_once('/').unwrap();
                format!("{before}reports/runs/…/{file}\n")
            }
            None => format!("{line}\n"),
        })
        .collect()
}

#[test]
fn from_the_first_baseline_to_the_mended_fault() {
    let house = house();
    let mut text = String::new();
    let mut step = |what: &str, told: String| text += &format!("# {what}\n{told}\n");
    run(&house, Some("hop-limits-swapped"), &[]);
    step("a first baseline", gate(&house, &["--init"]));
    step("never over another", gate(&house, &["--init"]));
    step("no reasons yet", gate(&house, &[]));
    let written = house
        .read(BASELINE)
        .replace("reason: TODO", "reason: the table is in the wrong order")
        .replace("link: TODO", "link: https://example.org/7");
    house.write(BASELINE, written);
    step("accepted", gate(&house, &[]));
    run(&house, Some("context-zero-refused"), &[]);
    step(
        "mended, and another one come",
        gate(&house, &["--format", "markdown"]),
    );
    run(&house, None, &["hop-limit-in-line"]);
    step("fewer cases", gate(&house, &[]));
    insta::assert_snapshot!(text);
    // The clock's own day is taken where none is given.
    let words = ["gate", "--baseline", BASELINE];
    assert!(
        house
            .sixlo(&words)
            .output()
            .unwrap()
            .status
            .code()
            .is_some()
    );
}
