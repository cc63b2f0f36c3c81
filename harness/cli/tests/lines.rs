//! Boards of a rack at the ends of lines: on a serial port, behind a serial server. Their cells
//! are those of their twins here, and a plug that is pulled in the middle of a run costs at most
//! attempts that are played again.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use common::plug::{Plugged, Server};
use common::recording::{last, verdicts, whole};
use common::{said, sixlo};
use sixlo_harness::run::Recorded;
use sixlo_judge::verdict::Verdict;

/// Enough of them that a plug can be pulled in their middle.
const CASES: &str = "rfc6282/sweep";

/// A rack of boards at lines, and a run on it.
struct Shelf {
    folder: tempfile::TempDir,
}

impl Shelf {
    /// These boards, each a line of the rack's file.
    fn of(boards: &str) -> Shelf {
        let folder = tempfile::tempdir().unwrap();
        let port = folder.path().join("usb-board-if00");
        let text = boards.replace("PORT", port.to_str().unwrap());
        fs::write(folder.path().join("rack.yaml"), format!("boards:\n{text}")).unwrap();
        Shelf { folder }
    }

    /// The serial port's path.
    fn port(&self) -> PathBuf {
        self.folder.path().join("usb-board-if00")
    }

    fn runs(&self) -> PathBuf {
        self.folder.path().join("runs")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = sixlo(words);
        command
            .arg("--rack")
            .arg(self.folder.path().join("rack.yaml"));
        if words[0] == "run" {
            command.arg("--runs").arg(self.runs());
        }
        command
    }

    /// Starts a run, and pulls each of these plugs as soon as trials of its device are recorded.
    fn pulled(&self, plugs: &mut [(&str, &mut dyn FnMut())]) -> Child {
        let mut command = self.command(&["run", CASES]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = child.spawn().unwrap();
        let end = Instant::now() + Duration::from_secs(60);
        let mut plugs: Vec<_> = plugs.iter_mut().collect();
        while !plugs.is_empty() {
            assert!(Instant::now() < end, "no trial was recorded");
            let trials = trials(&self.runs());
            plugs.retain_mut(|(dut, pull)| {
                let is_there = trials.contains(&format!("{dut:?}"));
                if is_there {
                    pull();
                }
                !is_there
            });
            std::thread::sleep(Duration::from_millis(5));
        }
        child
    }

    fn recorded(&self) -> Recorded {
        last(&self.runs())
    }
}

/// What a run has recorded so far.
fn trials(runs: &Path) -> String {
    let folders = fs::read_dir(runs).into_iter().flatten().flatten();
    let mut files = folders.map(|folder| folder.path().join("trials.jsonl"));
    let file = files.find_map(|path| fs::read_to_string(path).ok());
    file.unwrap_or_default()
}

/// A run of these cases on the twins, here.
fn twins(cases: &str, duts: [&str; 2]) -> Recorded {
    let words = ["run", cases, "--dut", duts[0], "--dut", duts[1]];
    whole(&words.map(str::to_owned)).recorded
}

/// A map of hundreds says nothing to anybody: the first that differs does.
fn assert_same(there: &BTreeMap<String, String>, here: &BTreeMap<String, String>) {
    for (name, word) in here {
        assert_eq!(there.get(name), Some(word), "{name}");
    }
    assert_eq!(there.len(), here.len());
}

fn errors(recorded: &Recorded) -> usize {
    let lines = recorded.lines.iter();
    lines
        .filter(|line| line.judgement.verdict == Verdict::Error)
        .count()
}

fn assert_code(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}", said(output));
}

#[test]
fn a_board_at_a_line_has_the_cells_of_its_twin_here() {
    let server = Server::of("p6lowpan-5");
    let shelf = Shelf::of(&format!(
        "  - {{ name: desk, serial: PORT, baud: 1000000, dut: P6LoWPAN-3 }}
  - {{ name: shelf, tcp: {:?}, dut: P6LoWPAN-5 }}\n",
        server.address
    ));
    let _desk = Plugged::into(&shelf.port(), "p6lowpan-3");
    let output = shelf.command(&["run", "rfc4944"]).output().unwrap();
    assert_code(&output, 0);
    let here = twins("rfc4944", ["P6LoWPAN-3", "P6LoWPAN-5"]);
    let there = shelf.recorded();
    assert!(verdicts(&there).len() > 200);
    assert_same(&verdicts(&there), &verdicts(&here));
    assert_eq!(there.lines.len(), here.lines.len(), "attempts");
    // A process on a serial line ends when the line is closed, which no board does.
    let doctor = shelf.command(&["rack", "doctor", "shelf"]);
    assert_code(&{ doctor }.output().unwrap(), 0);
}

#[test]
#[ignore = "plays a part of the catalogue several times; ci/test runs it"]
fn a_board_that_is_unplugged_and_comes_back_has_the_words_of_one_that_was_not() {
    let server = Server::of("p6lowpan-5");
    let shelf = Shelf::of(&format!(
        "  - {{ name: desk, serial: PORT, dut: P6LoWPAN-3 }}
  - {{ name: shelf, tcp: {:?}, dut: P6LoWPAN-5 }}\n",
        server.address
    ));
    let desk = Plugged::into(&shelf.port(), "p6lowpan-3");
    let mut desk = Some(desk);
    let run = shelf.pulled(&mut [
        ("P6LoWPAN-3", &mut || drop(desk.take())),
        ("P6LoWPAN-5", &mut || server.cut()),
    ]);
    // Somebody looks for the plug.
    std::thread::sleep(Duration::from_millis(300));
    let _desk = Plugged::into(&shelf.port(), "p6lowpan-3");
    let output = run.wait_with_output().unwrap();
    assert_code(&output, 0);
    let here = twins(CASES, ["P6LoWPAN-3", "P6LoWPAN-5"]);
    let there = shelf.recorded();
    assert_same(&verdicts(&there), &verdicts(&here));
    assert_eq!(errors(&there), 2, "one attempt of each was lost");
}

#[test]
#[ignore = "plays a part of the catalogue several times; ci/test runs it"]
fn a_board_that_does_not_come_back_is_trouble_of_the_bench_and_the_others_finish() {
    let shelf = Shelf::of(
        "  - { name: desk, serial: PORT, returns-within: 200 ms, dut: P6LoWPAN-3 }
  - { name: other, emulated: process, dut: P6LoWPAN-1 }\n",
    );
    let desk = Plugged::into(&shelf.port(), "p6lowpan-3");
    let mut desk = Some(desk);
    let run = shelf.pulled(&mut [("P6LoWPAN-3", &mut || drop(desk.take()))]);
    let output = run.wait_with_output().unwrap();
    assert_code(&output, 5);
    let text = said(&output);
    let port = shelf.port().display().to_string();
    let gone = format!("board `desk`: serial port {port}: ");
    assert!(text.contains(&gone), "{text}");
    assert!(text.contains("given up after 3 starts"), "{text}");
    let here = twins(CASES, ["P6LoWPAN-3", "P6LoWPAN-1"]);
    let there = shelf.recorded();
    let (here, there) = (verdicts(&here), verdicts(&there));
    assert_eq!(here.len(), there.len());
    let is_error = |word: &str| word.starts_with(Verdict::Error.word());
    let lost = there.iter().filter(|(_, word)| is_error(word));
    assert!(
        lost.clone()
            .all(|(name, _)| name.starts_with("P6LoWPAN-3 "))
    );
    assert!(lost.count() > 1);
    for (name, word) in there.iter().filter(|(_, word)| !is_error(word)) {
        assert_eq!(here.get(name), Some(word), "{name}");
    }
}
