//! Racks of boards that QEMU emulates. `firmware-under-test/boards/build` makes their images;
//! without them these tests cannot pass, so they are asked for by name.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::recording::{last, verdicts, whole};
use common::{checkout, said, sixlo};
use sixlo_harness::run::Recorded;
use sixlo_judge::verdict::Verdict;
use sixlo_rack::Rack;

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

fn image(name: &str) -> PathBuf {
    let images = checkout().join("target/boards/mps2-an386");
    let path = images.join(name).with_extension("elf");
    assert!(
        path.exists(),
        "no {}: firmware-under-test/boards/build makes it",
        path.display()
    );
    fs::canonicalize(path).unwrap()
}

/// A board of a rack's file, with further lines.
fn board(name: &str, firmware: &str, dut: &str, more: &str) -> String {
    let firmware = image(firmware);
    let firmware = firmware.display();
    format!("  - {{ name: {name}, emulated: qemu, firmware: {firmware}, dut: {dut}{more} }}\n")
}

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn of(boards: &[String]) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("rack.yaml"),
            format!("boards:\n{}", boards.concat()),
        )
        .unwrap();
        Desk { folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("rack.yaml")
    }

    fn run(&self, line: &str) -> Command {
        let mut command = sixlo(&[]);
        command.args(words(line)).arg("--rack").arg(self.file());
        if line.starts_with("run ") {
            command.arg("--runs").arg(self.folder.path().join("runs"));
        }
        command
    }

    fn recorded(&self) -> Recorded {
        last(&self.folder.path().join("runs"))
    }
}

/// Attempts that were lost to the bench.
fn errors(recorded: &Recorded) -> usize {
    let lines = recorded.lines.iter();
    let errors = lines.filter(|line| line.judgement.verdict == Verdict::Error);
    errors.count()
}

/// Plays a rack, and its boards' twins here: at least so many trials a board, each with the
/// same word and as many attempts. How long the boards took.
fn boards_are_their_twins(rack: &str, trials: usize) -> Duration {
    let boards = Rack::read(&checkout().join(rack)).unwrap().boards.len();
    let began = Instant::now();
    let there = whole(&words(&format!("run --rack {rack}")));
    let took = began.elapsed();
    let standing = &there.recorded.header.rack.as_ref().unwrap().boards;
    assert_eq!(standing.len(), boards);
    let names = standing.iter().map(|one| format!(" --dut {}", one.dut));
    let here = whole(&words(&format!("run{}", names.collect::<String>())));
    let (here, there) = (&here.recorded, &there.recorded);
    let (on_host, on_boards) = (verdicts(here), verdicts(there));
    assert_eq!(on_host.len(), on_boards.len());
    assert!(on_boards.len() > boards * trials, "{}", on_boards.len());
    for (trial, word) in &on_host {
        assert_eq!(on_boards.get(trial), Some(word), "{trial}");
    }
    assert_eq!(here.lines.len(), there.lines.len(), "attempts");
    took
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn every_trial_on_a_board_has_the_word_of_its_twin_here() {
    let took = boards_are_their_twins("ci/racks/qemu.yaml", 1_000);
    assert!(took < Duration::from_secs(120), "{took:?}");
}

/// These take minutes to make: ci/test leaves them out.
#[test]
#[ignore = "needs the images that firmware-under-test/boards/build makes on request"]
fn on_request_images_have_the_words_of_their_twins_here_too() {
    boards_are_their_twins("ci/racks/on-request.yaml", 1_000);
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn what_is_wrong_with_a_board_is_an_error_of_the_bench_and_the_others_go_on() {
    let another_chip = ", chip: mps2-an386, chip-id: { address: 0xe0100000, value: 0x600d }";
    let no_image = image("p6lowpan-2").with_file_name("none.elf");
    let no_image = no_image.display();
    let desk = Desk::of(&[
        board("good", "p6lowpan-0", "P6LoWPAN-0", ""),
        board("mixed-up", "p6lowpan-1", "P6LoWPAN-1", another_chip),
        format!("  - {{ name: bare, emulated: qemu, firmware: {no_image}, dut: P6LoWPAN-2 }}\n"),
        board("old", "other-version", "P6LoWPAN-5", ""),
    ]);
    let output = desk.run("run rfc4944").output().unwrap();
    let text = said(&output);
    assert_eq!(output.status.code(), Some(5), "{text}");
    let recorded = desk.recorded();
    let judged = verdicts(&recorded);
    assert!(judged.len() > 100);
    assert!(judged.keys().all(|name| name.starts_with("P6LoWPAN-0 ")));
    let why = |dut: &str| {
        let mut left_out = recorded.header.left_out.iter();
        let one = left_out.find(|one| one.dut.0 == dut).unwrap();
        assert!(!one.missing);
        one.why.clone()
    };
    let wrong = why("P6LoWPAN-1");
    assert!(wrong.contains("board `mixed-up`"), "{wrong}");
    assert!(wrong.contains("another chip"), "{wrong}");
    assert!(wrong.contains("nothing was written"), "{wrong}");
    assert!(why("P6LoWPAN-2").contains("none.elf"));
    let version = why("P6LoWPAN-5");
    assert!(version.contains("speaks agent protocol"), "{version}");

    let doctor = desk.run("rack doctor").output().unwrap();
    let text = said(&doctor);
    assert_eq!(doctor.status.code(), Some(5), "{text}");
    for line in [
        "ok good: agent: ",
        "WRONG mixed-up: ",
        "WRONG bare: image ",
        "WRONG old: ",
        "-> build the image with this checkout",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

/// The emulators below a process.
fn emulators(of: &Child) -> Vec<u32> {
    let tasks = Path::new("/proc").join(of.id().to_string()).join("task");
    let tasks = fs::read_dir(tasks).into_iter().flatten().flatten();
    let children = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    let children: Vec<u32> = children
        .flat_map(|text| {
            let ids = text.split_whitespace().filter_map(|id| id.parse().ok());
            ids.collect::<Vec<u32>>()
        })
        .collect();
    let is_emulator = |id: &u32| {
        let name = fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
        name.starts_with("qemu")
    };
    children.into_iter().filter(is_emulator).collect()
}

/// Starts a run, and takes the power of the board in use as soon as trials are recorded.
fn pulled(desk: &Desk) -> (Option<i32>, String) {
    let mut run = desk.run("run rfc4944");
    let run = run.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = run.spawn().unwrap();
    let end = Instant::now() + Duration::from_secs(60);
    let runs = desk.folder.path().join("runs");
    let has_begun = || {
        let folders = fs::read_dir(&runs).into_iter().flatten().flatten();
        let mut lines = folders.map(|folder| folder.path().join("trials.jsonl"));
        lines.any(|path| path.metadata().is_ok_and(|file| file.len() > 0))
    };
    while !has_begun() {
        assert!(Instant::now() < end, "no trial was recorded");
        std::thread::sleep(Duration::from_millis(1));
    }
    for id in emulators(&child) {
        let id = rustix::process::Pid::from_raw(id.cast_signed()).unwrap();
        rustix::process::kill_process(id, rustix::process::Signal::KILL).unwrap();
    }
    let output = child.wait_with_output().unwrap();
    (output.status.code(), said(&output))
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn a_board_that_is_gone_in_the_middle_of_a_run_is_replaced_by_its_spare() {
    let desk = Desk::of(&[
        board("first", "p6lowpan-3", "P6LoWPAN-3", ""),
        "  - { name: other, emulated: qemu, spare: true }\n".to_owned(),
    ]);
    let (code, text) = pulled(&desk);
    let replaced = "spare `other` stands in for `first`";
    assert!(text.contains(replaced), "{text}");
    assert_eq!(code, Some(0), "{text}");
    let here = whole(&words("run rfc4944 --dut P6LoWPAN-3"));
    let recorded = desk.recorded();
    assert_eq!(verdicts(&recorded), verdicts(&here.recorded));
    assert!(
        errors(&recorded) >= 1,
        "the trial it was lost in is recorded"
    );
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn without_a_spare_the_board_itself_comes_back_and_no_word_changes() {
    let desk = Desk::of(&[board("only", "p6lowpan-3", "P6LoWPAN-3", "")]);
    let (code, text) = pulled(&desk);
    assert_eq!(code, Some(0), "{text}");
    let here = whole(&words("run rfc4944 --dut P6LoWPAN-3"));
    let recorded = desk.recorded();
    assert_eq!(verdicts(&recorded), verdicts(&here.recorded));
    assert_eq!(
        errors(&recorded),
        1,
        "the attempt it was lost in is recorded"
    );
}
