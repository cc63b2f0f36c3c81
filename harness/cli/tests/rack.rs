//! Racks on the command line. The boards of these tests are processes, which stand in a rack as
//! boards do.

mod common;

use std::fs;

use common::recording::{verdicts, whole};
use common::{said, sixlo};

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

/// A rack of two processes, one of them under a title of its own.
const TWO: &str = "
boards:
  - { name: first, emulated: process, dut: P6LoWPAN-1 }
  - { name: second, emulated: process, dut: P6LoWPAN-1, column: P6LoWPAN-1.twin }
";

#[test]
fn a_rack_is_played_like_what_runs_here_and_reported_from_its_run_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rack.yaml");
    fs::write(&file, TWO).unwrap();
    let rack = file.display();
    let here = whole(&words("run rfc4944 --dut P6LoWPAN-1"));
    let there = whole(&words(&format!("run rfc4944 --rack {rack}")));
    assert_eq!((here.code, there.code), (Some(0), Some(0)));
    let (here, both) = (verdicts(&here.recorded), verdicts(&there.recorded));
    assert_eq!(both.len(), 2 * here.len());
    for (name, word) in &here {
        assert_eq!(both.get(name), Some(word), "{name}");
        let twin = name.replace("P6LoWPAN-1 ", "P6LoWPAN-1.twin ");
        assert_eq!(both.get(&twin), Some(word), "{twin}");
    }
    // The file is gone; the run says who stood where.
    fs::remove_file(&file).unwrap();
    let boards = &there.recorded.header.rack.as_ref().unwrap().boards;
    assert_eq!(boards[1].board, "second");
    let report = sixlo(&["report"])
        .arg(&there.recorded.folder)
        .output()
        .unwrap();
    assert_eq!(report.status.code(), Some(0), "{}", said(&report));
}

#[test]
fn what_a_rack_has_is_listed_and_what_is_asked_for_wrongly_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rack.yaml");
    fs::write(&file, TWO).unwrap();
    let ask = |line: &str| {
        let output = sixlo(&[])
            .args(words(line))
            .arg("--rack")
            .arg(&file)
            .output()
            .unwrap();
        said(&output).replace(&file.display().to_string(), "RACK")
    };
    let mut text = String::new();
    for line in [
        "rack lint",
        "rack list",
        "run --dry-run iphc-all-in-line",
        "run --dut P6LoWPAN-2 iphc-all-in-line",
        "rack doctor frist",
        "rack power on",
        "rack power on first",
    ] {
        text += &format!("$ sixlo {line}\n{}\n", ask(line));
    }
    insta::assert_snapshot!(text);
    let doctor = ask("rack doctor");
    assert!(doctor.contains("ok first: agent: "), "{doctor}");
    assert!(
        doctor.ends_with("every part is right\nexit 0\n"),
        "{doctor}"
    );
}

#[test]
fn a_board_without_its_image_is_told_to_build_it_and_not_to_look_at_its_cable() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rack.yaml");
    let board = "boards: [{ name: bare, emulated: qemu, firmware: none.elf, dut: P6LoWPAN-0 }]";
    fs::write(&file, board).unwrap();
    let doctor = sixlo(&["rack", "doctor", "--rack"]).arg(&file).output();
    let text = said(&doctor.unwrap());
    assert_eq!(text.matches("WRONG").count(), 1, "{text}");
    assert!(text.contains("boards/build makes it"), "{text}");
}
