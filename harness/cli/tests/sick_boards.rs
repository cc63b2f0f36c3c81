//! Racks whose boards break: each in its own way, each with its verdict or as trouble of the
//! bench, and the board beside it as if nothing had been. QEMU emulates the boards, with the images
//! of `firmware-under-test/boards/build`.

mod common;

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use common::house::{CASE, DUT, House};
use common::recording::last;
use common::{checkout, said};
use sixlo_harness::run::Recorded;
use sixlo_judge::verdict::Verdict;

fn image(name: &str) -> PathBuf {
    let images = checkout().join("target/boards/mps2-an386");
    let path = images.join(name).with_extension("elf");
    fs::canonicalize(&path)
        .unwrap_or_else(|_| panic!("no {path:?}: firmware-under-test/boards/build makes it"))
}

/// A house with a rack of these boards: name, image, device, further keys.
fn rack(boards: &[(&str, &str, &str, &str)]) -> House {
    let house = House::new();
    let mut text = "boards:\n".to_owned();
    for (name, firmware, dut, more) in boards {
        let firmware = image(firmware);
        let firmware = firmware.display();
        writeln!(
            text,
            "  - {{ name: {name}, emulated: qemu, firmware: {firmware}, dut: {dut}{more} }}"
        )
        .unwrap();
    }
    house.write("rack.yaml", text);
    house
}

/// Adds a case whose second frame, and no other, has this word for the board.
fn add_word(house: &House, word: &str) {
    let octets: Vec<String> = format!("sixlo:{word}")
        .bytes()
        .map(|octet| format!("{octet:02x}"))
        .collect();
    let plain = house.read(CASE);
    let (head, _) = plain.split_once("when:").unwrap();
    let case = format!(
        "{head}when:\n  - send: {{}}\n  - send: {{ icmpv6: {{ type: echo-request, data: \"{}\" }} }}\nthen:\n  - echo-reply\n",
        octets.join(" ")
    );
    house.write(&format!("testcases/rfc6282/3.1.1/word-{word}.yaml"), case);
}

fn ask(house: &House, words: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sixlo"));
    command
        .args(words.split_whitespace())
        .current_dir(house.path());
    command
}

/// What is said to these words.
fn says(house: &House, words: &str) -> String {
    said(&ask(house, words).output().unwrap())
}

/// Addresses and figures of the image are another with each compiler.
fn unnumbered(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("0x") {
        shown += before;
        shown += "0x…";
        rest = after.trim_start_matches(|c: char| c.is_ascii_hexdigit());
    }
    shown + rest
}

/// Each attempt's verdict, and what was seen or why it is none.
fn attempts(recorded: &Recorded, dut: &str) -> String {
    let mut text = String::new();
    for line in recorded.lines.iter().filter(|line| line.trial.dut.0 == dut) {
        let judgement = &line.judgement;
        let (verdict, outcome) = (judgement.verdict.word(), judgement.outcome.word());
        let seen = unnumbered(&format!("{}{}", judgement.observed, judgement.cause));
        // What was logged before depends on when it was looked at.
        let (seen, _) = seen.split_once(" [logged before: ").unwrap_or((&seen, ""));
        writeln!(text, "{}: {verdict} ({outcome}) {seen}", line.trial.title()).unwrap();
    }
    text
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn each_way_to_break_has_its_verdict_and_the_board_beside_it_has_none_of_it() {
    let house = rack(&[
        ("sick", "faulty", "P6LoWPAN-5", ""),
        ("well", "p6lowpan-4", "P6LoWPAN-4", ""),
    ]);
    let words = ["hard-fault", "panic", "deaf", "reset", "flood", "babble"];
    for word in words {
        add_word(&house, word);
    }
    let text = says(&house, "run --rack rack.yaml --verbose");
    assert!(text.ends_with("exit 1\n"), "{text}");
    let recorded = last(&house.runs());
    insta::assert_snapshot!(attempts(&recorded, "P6LoWPAN-5"));
    let well = attempts(&recorded, "P6LoWPAN-4");
    assert_eq!(
        well.matches("pass (right) the echo reply").count(),
        words.len() + 1,
        "{well}"
    );
    assert_eq!(
        well.lines().count(),
        words.len() + 3,
        "two calibrations beside: {well}"
    );
    // What the firmware logged.
    assert!(
        text.contains("log P6LoWPAN-5: info: P6LoWPAN reference node 0.1.0 is ready"),
        "{text}"
    );

    let is_ready = "[logged before: info: P6LoWPAN reference node 0.1.0 is ready]";
    let mut lines = recorded.lines.iter();
    assert!(lines.any(|line| line.judgement.observed.ends_with(is_ready)));

    // Here nothing breaks down, and that is said; on the board it does, again.
    says(
        &house,
        "run --rack rack.yaml --dut P6LoWPAN-5 word-hard-fault word-panic",
    );
    let here = says(&house, "crashes");
    assert!(
        here.contains("their twins here: --rack rack.yaml tries it on the boards"),
        "{here}"
    );
    assert_eq!(
        here.matches("played again, it does not").count(),
        2,
        "{here}"
    );
    let there = says(&house, "crashes --rack rack.yaml");
    assert!(!there.contains("twins here"), "{there}");
    assert!(there.contains("no step can be left out"), "{there}");
    assert!(!there.contains("played again"), "{there}");
    let nowhere = says(&house, "shrink P6LoWPAN-3/word-panic --rack rack.yaml");
    assert!(nowhere.ends_with("exit 2\n"), "{nowhere}");
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn what_is_on_a_board_and_should_not_be_is_trouble_of_the_bench_and_is_told() {
    let another = ", chip: mps2-an386, chip-id: { address: 0xe0100000, value: 0x600d }";
    let house = rack(&[
        ("good", "p6lowpan-4", "P6LoWPAN-4", ""),
        ("old", "other-version", "P6LoWPAN-5", ""),
        ("mistaken", "p6lowpan-3", "another-3", ""),
        ("mixed-up", "p6lowpan-2", "P6LoWPAN-2", another),
        ("unheard-of", "p6lowpan-1", "P6LoWPAN-1", ", chip: nRF99"),
    ]);
    let port = "firmware-under-test/ports/another";
    let own = house.read(DUT).replace("stack: p6lowpan", "stack: another");
    house.write(
        &format!("{port}/dut.yaml"),
        own.replace("P6LoWPAN-", "another-"),
    );
    house.write(&format!("{port}/known.yaml"), "[]\n");
    house.write(&format!("{port}/README.md"), "Another.\n");
    let run = says(&house, "run --rack rack.yaml");
    let doctor = says(&house, "rack doctor");
    let chosen = |text: &str, begins: &[&str]| {
        let lines = text.lines().map(str::trim);
        let mut lines: Vec<_> = lines
            .filter(|line| begins.iter().any(|begin| line.starts_with(begin)))
            .map(|line| {
                unnumbered(&line.replace(
                    &image("faulty").parent().unwrap().display().to_string(),
                    "IMAGES",
                ))
            })
            .collect();
        lines.sort();
        lines.join("\n")
    };
    insta::assert_snapshot!(format!(
        "$ sixlo run\n{}\n$ sixlo rack doctor\n{}",
        chosen(&run, &["ERROR", "Summary", "exit"]),
        chosen(&doctor, &["WRONG", "?", "->", "exit"])
    ));
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn boards_are_written_reset_and_switched() {
    let house = House::new();
    let log = house.path().join("log");
    let switch = |word: &str| format!("[sh, -c, \"echo {word} >> {}\"]", log.display());
    let (on, off) = (switch("on"), switch("off"));
    let firmware = image("p6lowpan-5");
    house.write(
        "rack.yaml",
        format!(
            "boards:
  - {{ name: one, emulated: qemu, firmware: {0}, dut: P6LoWPAN-5, power: {{ on: {on}, off: {off}, off-for: 0 s }} }}
  - {{ name: line, serial: /dev/none, dut: P6LoWPAN-1, power: {{ on: {on}, off: [sh, -c, \"echo no relay >&2; exit 3\"] }} }}
  - {{ name: bare, emulated: qemu, firmware: {0}, dut: P6LoWPAN-0 }}
",
            firmware.display()
        ),
    );
    let mut text = String::new();
    for words in [
        "rack flash one bare",
        "rack flash line",
        "rack reset bare",
        "rack reset line",
        "rack power cycle one",
        "rack power off bare",
        "rack power on",
    ] {
        writeln!(text, "$ sixlo {words}\n{}", says(&house, words)).unwrap();
    }
    insta::assert_snapshot!(text);
    assert_eq!(fs::read_to_string(&log).unwrap(), "off\non\non\non\n");
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn a_run_on_boards_that_is_killed_is_carried_on_to_the_same_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rack.yaml");
    let firmware = image("p6lowpan-3");
    let board = format!("emulated: qemu, firmware: {}", firmware.display());
    fs::write(
        &file,
        format!("boards:\n  - {{ name: one, {board}, dut: P6LoWPAN-3 }}\n"),
    )
    .unwrap();
    let runs = folder.path().join("runs");
    let play = || {
        let mut command = common::sixlo(&["run", "rfc4944", "--rack"]);
        command.arg(&file).arg("--runs").arg(&runs);
        command
    };
    let mut killed = play().stdout(std::process::Stdio::null()).spawn().unwrap();
    let end = Instant::now() + Duration::from_secs(60);
    let recorded = || {
        let folders = fs::read_dir(&runs).into_iter().flatten().flatten();
        let mut files = folders.map(|folder| folder.path().join("trials.jsonl"));
        files
            .find_map(|path| path.metadata().ok())
            .map_or(0, |file| file.len())
    };
    while recorded() == 0 {
        assert!(Instant::now() < end, "no trial was recorded");
        std::thread::sleep(Duration::from_millis(1));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    let before = last(&runs);
    let output = common::sixlo(&["run", "--resume"])
        .arg(&before.folder)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let here =
        common::recording::whole(&["run", "rfc4944", "--dut", "P6LoWPAN-3"].map(str::to_owned));
    let after = last(&runs);
    assert!(
        before.lines.len() < after.lines.len(),
        "it was over before it was killed"
    );
    assert_eq!(
        common::recording::verdicts(&after),
        common::recording::verdicts(&here.recorded)
    );
    assert_eq!(after.lines.len(), here.recorded.lines.len(), "attempts");
    let errors = after.lines.iter();
    let errors = errors.filter(|line| line.judgement.verdict == Verdict::Error);
    assert_eq!(errors.count(), 0);
}
