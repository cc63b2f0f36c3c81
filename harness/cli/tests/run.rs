//! Whole runs, with devices that live in this program: the same numbers give the
//! same verdicts, whatever kills a run is made good by carrying it on, and a full
//! disk costs nothing that was recorded.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use common::sixlo;
use sixlo_harness::run::{Recorded, latest};

/// A row of valid cases with their guards, on the smallest and on the largest node.
const WORDS: [&str; 6] = [
    "run",
    "stateless-unicast",
    "--dut",
    "p6lowpan-0",
    "--dut",
    "p6lowpan-5",
];

#[test]
fn the_order_of_trials_changes_no_verdict() {
    let usual = folder(&[]);
    let shuffled = folder(&["--shuffle"]);
    assert_ne!(order(&usual.1), order(&shuffled.1));
    assert_eq!(verdicts(&usual.1), verdicts(&shuffled.1));
    assert!(verdicts(&usual.1).len() > 40, "{:?}", verdicts(&usual.1));
}

#[test]
fn a_run_killed_at_any_moment_is_carried_on() {
    let whole = folder(&[]);
    let runs = tempfile::tempdir().unwrap();
    let mut child = sixlo(&WORDS)
        .arg("--runs")
        .arg(runs.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // Killed as soon as a line has reached its file, or just after the end.
    while !has_lines(runs.path()) && child.try_wait().unwrap().is_none() {
        thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let killed = latest(runs.path()).unwrap();
    let before = Recorded::read(&killed).unwrap().lines.len();
    assert!(before > 0);

    let resumed = sixlo(&["run", "--resume"]).arg(&killed).output().unwrap();
    assert_eq!(resumed.status.code(), whole.2, "{resumed:?}");
    let recorded = Recorded::read(&killed).unwrap();
    assert!(recorded.lines.len() >= before);
    assert_eq!(verdicts(&recorded), verdicts(&whole.1));
    for line in 0..recorded.lines.len() {
        recorded.evidence(line).unwrap();
    }
    assert_eq!(
        recorded.lines.len(),
        whole.1.lines.len(),
        "a trial was played twice"
    );
}

#[test]
fn a_full_disk_is_said_and_the_run_can_be_carried_on() {
    let runs = tempfile::tempdir().unwrap();
    // A limit on the size of files stands in for the disk's end: 32 blocks of 512
    // or 1,024 octets. The signal that comes with it is ignored, as none comes with a full disk.
    let words: Vec<String> = WORDS.iter().map(|word| format!("'{word}'")).collect();
    let script = format!(
        "trap '' XFSZ; ulimit -f 32; exec {} {} --runs {}",
        env!("CARGO_BIN_EXE_sixlo"),
        words.join(" "),
        runs.path().display()
    );
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(sixlo(&[]).get_current_dir().unwrap())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{said}");
    assert!(said.contains("cannot write"), "{said}");
    assert!(said.contains("--resume"), "{said}");

    let cut = latest(runs.path()).unwrap();
    let recorded = Recorded::read(&cut).unwrap();
    for line in 0..recorded.lines.len() {
        recorded.evidence(line).unwrap();
    }
    let whole = folder(&[]);
    let resumed = sixlo(&["run", "--resume"]).arg(&cut).output().unwrap();
    assert_eq!(resumed.status.code(), whole.2, "{resumed:?}");
    assert_eq!(verdicts(&Recorded::read(&cut).unwrap()), verdicts(&whole.1));
}

/// A whole run with these words more: its folder, what it recorded, its exit code.
fn folder(more: &[&str]) -> (tempfile::TempDir, Recorded, Option<i32>) {
    let runs = tempfile::tempdir().unwrap();
    let output = sixlo(&WORDS)
        .args(more)
        .arg("--runs")
        .arg(runs.path())
        .output()
        .unwrap();
    let recorded = Recorded::read(&latest(runs.path()).unwrap()).unwrap();
    (runs, recorded, output.status.code())
}

fn order(recorded: &Recorded) -> Vec<String> {
    recorded
        .lines
        .iter()
        .map(|line| line.trial.id.to_string())
        .collect()
}

/// Each trial's last verdict and outcome.
fn verdicts(recorded: &Recorded) -> BTreeMap<String, String> {
    recorded
        .lines
        .iter()
        .map(|line| {
            let name = format!("{} {}", line.trial.dut, line.trial.title());
            let judgement = &line.judgement;
            let word = format!("{} {}", judgement.verdict.word(), judgement.outcome.word());
            (name, word)
        })
        .collect()
}

fn has_lines(runs: &Path) -> bool {
    let trials = |folder: PathBuf| fs::metadata(folder.join("trials.jsonl"));
    latest(runs).is_ok_and(|folder| trials(folder).is_ok_and(|file| file.len() > 0))
}
