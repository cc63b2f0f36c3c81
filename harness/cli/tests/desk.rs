//! A desk of three boards that QEMU emulates: the device is led to by its probe, and its frames
//! cross an air between an injector and a sniffer. `firmware-under-test/boards/build` makes
//! their images; without them these tests cannot pass, so they are asked for by name.

mod common;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use common::recording::{last, verdicts, whole};
use common::{checkout, said, sixlo};
use sixlo_judge::verdict::Verdict;

/// A few of each kind that colours cells: plain and compressed headers, fragments, what the
/// device sends because its agent is told to.
const SAMPLE: &str = "iphc-all-in-line tf-traffic-class fragments-in-order sends-hop-limits";

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

/// The desk of ci/racks, with other text in some places.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn with(changes: &[(&str, &str)]) -> Desk {
        let images = checkout().join("target/boards/mps2-an386");
        let images = fs::canonicalize(&images);
        let images = images.expect("firmware-under-test/boards/build makes the images");
        let mut text = fs::read_to_string(checkout().join("ci/racks/desk.yaml")).unwrap();
        for (place, change) in changes {
            assert!(text.contains(place), "{place}");
            text = text.replacen(place, change, 1);
        }
        let here = images.display().to_string();
        let text = text.replace("../../target/boards/mps2-an386", &here);
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("rack.yaml"), text).unwrap();
        Desk { folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("rack.yaml")
    }

    fn says(&self, line: &str) -> Command {
        let mut command = sixlo(&[]);
        command.args(words(line)).arg("--rack").arg(self.file());
        command
    }
}

/// The sniffer misses three frames of ten.
const MISSES: (&str, &str) = (
    "ear\n    emulated: qemu\n    firmware: ../../target/boards/mps2-an386/p6lowpan-0.elf",
    "ear\n    emulated: qemu\n    firmware: ../../target/boards/mps2-an386/faulty.elf",
);

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn on_air_between_injector_and_sniffer_each_word_is_that_of_the_twin_here() {
    let there = whole(&words(&format!("run --rack ci/racks/desk.yaml {SAMPLE}")));
    let here = whole(&words(&format!("run --dut P6LoWPAN-3 {SAMPLE}")));
    let (on_host, on_air) = (verdicts(&here.recorded), verdicts(&there.recorded));
    assert!(on_host.len() > 10, "{}", on_host.len());
    assert_eq!(on_air.len(), on_host.len());
    for (trial, word) in &on_host {
        assert_eq!(on_air.get(trial), Some(word), "{trial}");
    }
    let heard = there.recorded.lines.iter();
    let heard = heard.filter_map(|line| line.judgement.overheard);
    let (sent, heard) = heard.fold((0, 0), |(sent, heard), one| {
        (sent + one.sent, heard + one.heard)
    });
    assert!(sent > 0 && heard == sent, "{heard} of {sent} heard");
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn what_the_sniffer_misses_fails_nothing() {
    let desk = Desk::with(&[MISSES]);
    let runs = desk.folder.path().join("runs");
    let run = desk
        .says("run tf-traffic-class sends-hop-limits")
        .arg("--runs")
        .arg(&runs)
        .output()
        .unwrap();
    let recorded = last(&runs);
    let judged = recorded.lines.iter().map(|line| &line.judgement);
    let passed = judged.clone().filter(|one| one.verdict == Verdict::Pass);
    assert!(passed.count() > 3, "{}", said(&run));
    for judgement in judged.clone() {
        assert!(
            !matches!(judgement.verdict, Verdict::Fail | Verdict::Error),
            "{judgement:?}"
        );
    }
    let missed = judged.filter_map(|one| one.overheard);
    assert!(missed.map(|one| one.sent - one.heard).sum::<u32>() > 0);
}
