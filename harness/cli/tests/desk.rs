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

/// What the doctor says of this desk, without what differs from time to time: ages of images,
/// figures, and how a program that has ended is noticed.
fn examined(desk: &Desk) -> String {
    let text = said(&desk.says("rack doctor").output().unwrap());
    let mut told = String::new();
    for line in text.lines() {
        let is_image = line.contains(" ok ") && line.contains(": image ");
        if is_image || line.contains("is older than") || line.contains("build it again") {
            continue;
        }
        // Further lines of somebody's last words.
        if line.starts_with("radio at") || line.starts_with("sender: ") {
            continue;
        }
        let ends = ["; started in ", ", and at most ", " (os error"];
        let end = ends.iter().filter_map(|end| line.find(end)).min();
        told += &format!("{}\n", &line[..end.unwrap_or(line.len())]);
    }
    told
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn the_doctor_says_which_part_of_a_desk_does_not_do_what_it_is_there_for() {
    let radio = |name: &str| {
        format!(
            "name: {name}\n    emulated: qemu\n    firmware: ../../target/boards/mps2-an386/p6lowpan-0.elf\n    radio: true\n    air: room"
        )
    };
    let (ear, sender) = (radio("ear"), radio("sender"));
    let elsewhere = |text: &str| text.replace("air: room", "air: cellar");
    let no_image = |text: &str| text.replace("p6lowpan-0", "none");
    let node = "dut: P6LoWPAN-3\n    air: room";
    let desks = [
        ("nothing", vec![]),
        ("the sniffer hears nothing", vec![(&*ear, elsewhere(&ear))]),
        ("there is no injector", vec![(&*sender, no_image(&sender))]),
        (
            "the device is tuned to another channel",
            vec![(node, elsewhere(node))],
        ),
    ];
    let mut told = String::new();
    for (broken, changes) in &desks {
        let changes: Vec<(&str, &str)> = changes.iter().map(|(a, b)| (*a, &**b)).collect();
        let desk = Desk::with(&changes);
        let here = fs::canonicalize(checkout().join("target/boards/mps2-an386")).unwrap();
        let words = examined(&desk).replace(&here.display().to_string(), "IMAGES");
        told += &format!("broken: {broken}\n{words}\n");
    }
    insta::assert_snapshot!(told);
}
