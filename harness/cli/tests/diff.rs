//! A run set against another: the reference node with one seeded fault, and with another.

mod common;

use std::path::PathBuf;

use common::house::House;
use common::{checkout, said};
use sixlo_harness::run::latest;

/// Cases that the two faults show in, and what they build on.
const CASES: [&str; 5] = [
    "testcases/rfc6282/3.1.1/hop-limit-in-line.yaml",
    "testcases/rfc6282/3.1.1/hop-limit-64.yaml",
    "testcases/rfc6282/3.1.1/hop-limit-1.yaml",
    "testcases/rfc6282/3.1.1/udp-all-in-line.yaml",
    "testcases/rfc6282/3.1.1/context-0-destination-64-bit.yaml",
];

/// A house with one more device, and runs of it.
struct Runs {
    house: House,
}

impl Runs {
    fn new() -> Self {
        let house = House::new();
        for case in CASES {
            house.write(case, std::fs::read(checkout().join(case)).unwrap());
        }
        Runs { house }
    }

    /// A run of the node with this fault, or with none.
    fn of(&self, fault: Option<&str>) -> PathBuf {
        let sixlo = env!("CARGO_BIN_EXE_sixlo");
        let start = match fault {
            None => "{ self: p6lowpan-5 }".to_owned(),
            Some(fault) => format!("{{ program: [{sixlo:?}, dut, p6lowpan-5, --fault, {fault}] }}"),
        };
        self.house.add_port("node", &[("node", &start)]);
        let words = ["run", "--dut", "node"];
        let output = self.house.sixlo(&words).output().unwrap();
        let expected = if fault.is_some() { 1 } else { 0 };
        assert_eq!(output.status.code(), Some(expected), "{output:?}");
        latest(&self.house.runs()).unwrap()
    }

    /// What `sixlo diff` prints of them, the folders' names left out.
    fn diff(&self, before: &PathBuf, after: &PathBuf, words: &[&str]) -> String {
        let mut command = self.house.sixlo(&["diff"]);
        let output = command.arg(before).arg(after).args(words).output().unwrap();
        let mut text = said(&output);
        for (folder, name) in [(after, "AFTER"), (before, "BEFORE")] {
            text = text.replace(&folder.display().to_string(), name);
        }
        // Behind it stands the moment at which the run began.
        for side in ["before: ", "after: "] {
            if let Some((head, tail)) = text.split_once(side)
                && let Some((_, tail)) = tail.split_once(',')
            {
                text = format!("{head}{side}…,{tail}");
            }
        }
        text
    }
}

#[test]
fn one_fault_against_another() {
    let runs = Runs::new();
    let before = runs.of(Some("hop-limits-swapped"));
    let after = runs.of(Some("context-zero-refused"));
    insta::assert_snapshot!(runs.diff(&before, &after, &[]));
    insta::assert_snapshot!(runs.diff(&before, &after, &["--format", "markdown"]));
    // The other way round, what was new is fixed.
    let back = runs.diff(&after, &before, &["--format", "json"]);
    assert!(back.contains("\"class\":\"fixed\""), "{back}");
    assert!(back.ends_with("exit 1\n"), "{back}");
}

#[test]
fn mended_is_green_and_a_report_stands_for_its_run() {
    let runs = Runs::new();
    let before = runs.of(Some("hop-limits-swapped"));
    let after = runs.of(None);
    let told = runs.diff(&before, &after, &[]);
    assert!(told.contains("\nFixed: "), "{told}");
    assert!(told.ends_with("\nexit 0\n"), "{told}");
    let report = runs.house.path().join("before.json");
    let mut command = runs.house.sixlo(&["report", "--format", "json"]);
    command.arg("--output").arg(&report).arg(&before);
    assert_eq!(command.output().unwrap().status.code(), Some(1));
    let name = report.display().to_string();
    let same = runs.diff(&report, &after, &[]);
    assert_eq!(same.replace(&name, "BEFORE"), told);
    // A run of fewer cases is not green: what it left out is not known to be right.
    let words = ["run", "--dut", "node", "hop-limit-1"];
    assert_eq!(
        runs.house.sixlo(&words).output().unwrap().status.code(),
        Some(0)
    );
    let fewer = latest(&runs.house.runs()).unwrap();
    let told = runs.diff(&after, &fewer, &[]);
    assert!(told.contains("\nNot played now: "), "{told}");
    assert!(told.ends_with("\nexit 3\n"), "{told}");
    assert!(runs.diff(&fewer, &after, &[]).ends_with("\nexit 0\n"));
}
