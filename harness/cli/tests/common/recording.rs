//! Runs, and what they recorded.

use std::collections::BTreeMap;
use std::path::Path;

use sixlo_harness::catalogue::load_ports;
use sixlo_harness::run::{Device, Recorded, latest};

use super::{checkout, sixlo};

/// A whole run.
pub struct Whole {
    /// Where its folder lies.
    pub runs: tempfile::TempDir,
    pub recorded: Recorded,
    pub code: Option<i32>,
}

/// A run with these words, to its end.
pub fn whole(words: &[String]) -> Whole {
    let runs = tempfile::tempdir().unwrap();
    let output = sixlo(&[])
        .args(words)
        .arg("--runs")
        .arg(runs.path())
        .output()
        .unwrap();
    Whole {
        recorded: last(runs.path()),
        runs,
        code: output.status.code(),
    }
}

/// The last run in this folder.
pub fn last(runs: &Path) -> Recorded {
    Recorded::read(&latest(runs).unwrap()).unwrap()
}

/// `run` of these cases on the smallest and the largest reference node, and on every
/// other stack that lives in this program.
pub fn run_of(cases: &[&str]) -> Vec<String> {
    let ports = load_ports(&checkout().join("firmware-under-test/ports")).unwrap();
    let devices = Device::all(&ports);
    let lives_here = devices.iter().filter(|device| {
        let reference = device.spec.p6lowpan;
        let ends = matches!(device.spec.claims.level, Some(0 | 5));
        device.spec.requires.is_none() && (!reference || ends)
    });
    let mut words: Vec<String> = ["run"]
        .iter()
        .chain(cases)
        .map(ToString::to_string)
        .collect();
    for device in lives_here {
        words.extend(["--dut".to_owned(), device.name().to_string()]);
    }
    assert!(words.len() > 6, "{words:?}");
    words
}

/// Each trial's last verdict and outcome.
pub fn verdicts(recorded: &Recorded) -> BTreeMap<String, String> {
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

/// The same trials, each as often, with the same verdicts; and every packet is there.
pub fn assert_same(recorded: &Recorded, whole: &Whole) {
    assert_eq!(verdicts(recorded), verdicts(&whole.recorded));
    assert_eq!(recorded.lines.len(), whole.recorded.lines.len());
    for line in 0..recorded.lines.len() {
        recorded.evidence(line).unwrap();
    }
}
