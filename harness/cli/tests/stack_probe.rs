//! What is said of a device that joins: of one that works, of one whose dut.yaml says otherwise, and of those that do not
//! work, each with what to do next.

mod common;

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use common::house::House;
use common::{said, sixlo};
use rustix::process::{Pid, Signal, kill_process};

fn probed(house: &House, words: &[&str]) -> String {
    let mut command = house.sixlo(&["stack", "probe"]);
    said(&command.args(words).output().unwrap())
}

/// The part that is neither speed nor time.
fn without_figures(told: &str) -> String {
    let measured = |line: &&str| {
        let starts = ["speed", "rows ", "answers "];
        !starts.iter().any(|start| line.starts_with(start))
    };
    told.lines()
        .filter(measured)
        .map(|line| format!("{line}\n"))
        .collect()
}

#[test]
fn of_a_device_that_is_as_it_says() {
    let runs = tempfile::tempdir().unwrap();
    let mut command = sixlo(&["stack", "probe", "p6lowpan-3"]);
    let told = said(&command.arg("--runs").arg(runs.path()).output().unwrap());
    assert!(told.contains("all of a burst of frames"), "{told}");
    insta::assert_snapshot!(without_figures(&told));
    // Nothing of it is left.
    assert_eq!(std::fs::read_dir(runs.path()).unwrap().count(), 0);
    let mut command = sixlo(&["stack", "probe", "p6lowpan-3", "--json"]);
    let output = command.arg("--runs").arg(runs.path()).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["claims"]["level"], 3);
    assert_eq!(json["level"], "3");
    assert_eq!(json["rows"].as_array().unwrap().len(), 23);
    assert_eq!(json["differences"], serde_json::json!([]));
    assert!(json["round-trips"].as_f64().unwrap() > 10.0);
    assert_eq!(json["pause-ms"], 0.0);
}

/// What is proposed is what was seen, not what is claimed; pasted, it says the same.
#[test]
#[ignore = "takes some seconds"]
fn of_a_device_that_claims_other_than_it_does() {
    let house = House::new();
    house.link_testcases();
    house.add_port("mine", &[("mine", "{ self: p6lowpan-2 }")]);
    let dut = "firmware-under-test/ports/mine/dut.yaml";
    let claims = "{ level: 1, rows: [nhc-udp] }";
    house.write(dut, house.read(dut).replace("{ level: none }", claims));
    let told = probed(&house, &["mine"]);
    let (_, differences) = told.split_once("dut.yaml says otherwise\n").expect(&told);
    insta::assert_snapshot!(differences);
    let (_, pasted) = told.split_once("dut.yaml should say\n").unwrap();
    let (pasted, _) = pasted.split_once("\n\n").unwrap();
    let text = house.read(dut);
    let (kept, _) = text.split_once("    claims:").unwrap();
    house.write(dut, format!("{kept}{pasted}\n"));
    let told = probed(&house, &["mine"]);
    assert!(told.contains("\nas it does\n"), "{told}");
    assert!(told.ends_with("exit 0\n"), "{told}");
}

#[test]
#[ignore = "takes some seconds"]
fn of_devices_that_do_not_work_with_what_to_do() {
    let house = House::new();
    let shell = |script: &str| format!("{{ program: [sh, -c, '{script}'] }}");
    let devices = [
        ("nonsense", "{ self: nonsense }".to_owned()),
        ("agreeing", "{ self: agreeing }".to_owned()),
        ("newer", "{ self: newer }".to_owned()),
        ("absent", "{ program: [/no/such/program] }".to_owned()),
        ("exits", shell("echo no radio here >&2; exit 7")),
        ("babbling", shell("exec yes")),
        ("closing", shell("exec sleep 600 >&-")),
        ("silent", "{ self: silent }".to_owned()),
        ("dying", "{ self: dying }".to_owned()),
        ("confused", "{ self: wrong-identifier }".to_owned()),
        ("echoing", "{ self: echoing }".to_owned()),
    ];
    let borrowed: Vec<(&str, &str)> = devices
        .iter()
        .map(|(name, start)| (*name, start.as_str()))
        .collect();
    house.add_port("broken", &borrowed);
    let mut text = String::new();
    for (name, _) in devices {
        let told = without_figures(&probed(&house, &[name]));
        let is_word = |line: &&str| {
            ["problem:", "   next:", "next:", "sixlo:", "exit"]
                .iter()
                .any(|start| line.starts_with(start))
        };
        let words: Vec<&str> = told.lines().filter(is_word).collect();
        text += &format!("{}\n\n", words.join("\n"));
    }
    insta::assert_snapshot!(text);
}

/// Ctrl-C while it plays: what is known by then is told, and no process of the device is left.
#[test]
fn of_a_device_when_somebody_does_not_want_to_wait() {
    let house = House::new();
    house.link_testcases();
    let program = env!("CARGO_BIN_EXE_sixlo");
    let pids = house.path().join("pids");
    let line = format!(
        "echo $$ >> {}; exec {program} dut p6lowpan-5",
        pids.display()
    );
    house.add_port(
        "mine",
        &[("mine", &format!("{{ program: [sh, -c, {line:?}] }}"))],
    );
    let mut probe = house.sixlo(&["stack", "probe", "mine"]);
    let probe = probe
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A run below reports/runs: the rows are being played.
    let begun = Instant::now();
    let plays = || std::fs::read_dir(house.runs()).is_ok_and(|mut runs| runs.next().is_some());
    while !plays() && begun.elapsed() < Duration::from_secs(60) {
        std::thread::yield_now();
    }
    kill_process(Pid::from_child(&probe), Signal::INT).unwrap();
    let told = said(&probe.wait_with_output().unwrap());
    assert!(told.starts_with("stack "), "{told}");
    assert!(told.contains("\ninterrupted     after "), "{told}");
    assert!(!told.contains("dut.yaml should say\n"), "{told}");
    assert!(told.ends_with("exit 130\n"), "{told}");
    for pid in std::fs::read_to_string(&pids).unwrap().lines() {
        assert!(!Path::new("/proc").join(pid).exists(), "{pid} still runs");
    }
    assert_eq!(std::fs::read_dir(house.runs()).unwrap().count(), 0);
}
