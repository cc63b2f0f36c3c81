//! A run judged again: the same evidence gives the same words, other evidence others,
//! and what is damaged costs itself alone.

mod common;

use std::fs::{self, File};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use common::house::{CASE, House};
use common::said;
use sixlo_frames::mac::fcs;
use sixlo_harness::run::{Kind, Line, Recorded, latest};

/// A house with one run in it.
struct Run {
    house: House,
    folder: PathBuf,
    recorded: Recorded,
}

impl Run {
    fn new() -> Self {
        let house = House::new();
        let words = ["run", "--dut", "p6lowpan-5", "--dut", "p6lowpan-0"];
        let output = house.sixlo(&words).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let folder = latest(&house.runs()).unwrap();
        Run {
            house,
            recorded: Recorded::read(&folder).unwrap(),
            folder,
        }
    }

    /// What `rejudge` prints, the folder's name left out.
    fn rejudged(&self, words: &[&str]) -> String {
        let output = self
            .house
            .sixlo(&["rejudge"])
            .args(words)
            .arg(&self.folder)
            .output()
            .unwrap();
        said(&output).replace(&self.folder.display().to_string(), "RUN")
    }

    /// The line of the one case that is no calibration, on the device of level 5.
    fn line(&self) -> &Line {
        let is_it =
            |line: &&Line| CASE.contains(&line.trial.case.0) && line.trial.dut.0.ends_with('5');
        self.recorded.lines.iter().find(is_it).unwrap()
    }

    fn capture(&self, line: &Line) -> File {
        let path = self.folder.join(format!("{}.pcapng", line.trial.dut));
        File::options().read(true).write(true).open(path).unwrap()
    }
}

#[test]
fn the_same_judge_says_the_same_again() {
    let run = Run::new();
    let attempts = run.recorded.lines.len();
    assert_eq!(
        run.rejudged(&[]),
        format!("{attempts} of {attempts} attempts judged again; no verdict changed\nexit 0\n")
    );
}

#[test]
fn another_answer_in_the_evidence_changes_that_trial_alone() {
    let run = Run::new();
    let line = run.line();
    let capture = run.capture(line);
    let packet = heard(line, &capture);
    let mut psdu = vec![0; usize::try_from(packet.end - packet.start).unwrap()];
    capture.read_exact_at(&mut psdu, packet.start).unwrap();
    // The last octet of the reply's data, and an FCS that is right for it.
    let end = psdu.len() - 2;
    psdu[end - 1] ^= 0xff;
    let right = fcs(&psdu[..end]).to_le_bytes();
    psdu[end..].copy_from_slice(&right);
    capture.write_all_at(&psdu, packet.start).unwrap();
    // Its numbers come from the hash of all there is.
    let told = run
        .rejudged(&[])
        .replace(&line.judgement.expected, "EXPECTED");
    insta::assert_snapshot!(told);
}

/// Where the last frame of the device stands in its capture.
fn heard(line: &Line, capture: &File) -> Range<u64> {
    let at = line
        .events
        .iter()
        .filter(|mark| matches!(mark.2, Kind::Sent { .. } | Kind::Heard | Kind::Delivered))
        .position(|mark| {
            mark.2 == Kind::Heard && matches!(mark.1, sixlo_judge::evidence::Phase::Step(_))
        })
        .unwrap();
    let word = |offset: u64| {
        let mut octets = [0; 4];
        capture.read_exact_at(&mut octets, offset).unwrap();
        u64::from(u32::from_le_bytes(octets))
    };
    // Enhanced packet blocks, one behind the other: the total length is their second word,
    // the captured length their sixth, and the packet begins behind the seventh.
    let block = (0..at).fold(line.capture.start, |block, _| block + word(block + 4));
    block + 28..block + 28 + word(block + 20)
}

#[test]
fn damage_costs_its_own_trials() {
    let run = Run::new();
    let line = run.line();
    let place = line.capture;
    let zeros = vec![0; usize::try_from(place.end - place.start).unwrap()];
    run.capture(line).write_all_at(&zeros, place.start).unwrap();
    let told = run.rejudged(&[]);
    assert!(told.contains("P6LoWPAN-5.pcapng, at octet"), "{told}");
    assert!(
        told.contains("; 1 cannot be judged again; no verdict changed\nexit 5\n"),
        "{told}"
    );

    let run = Run::new();
    let path = run.folder.join("trials.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let id = format!("{:?}", run.line().trial.id.0);
    let lines: Vec<String> = text
        .lines()
        .map(|line| match line.contains(&id) {
            true => line.replacen("\"trial\"", "\"trail\"", 1) + "\n",
            false => format!("{line}\n"),
        })
        .collect();
    fs::write(&path, lines.concat()).unwrap();
    let told = run.rejudged(&[]);
    let left = lines.len() - 1;
    assert!(told.contains("trials.jsonl:"), "{told}");
    assert!(
        told.ends_with(&format!(
            "{left} of {left} attempts judged again; 1 line cannot be read; no verdict changed\nexit 5\n"
        )),
        "{told}"
    );
    // What is damaged is no run for anybody else.
    let report = run.house.sixlo(&["report"]).output().unwrap();
    assert_eq!(report.status.code(), Some(5), "{report:?}");
}

#[test]
fn a_case_that_has_changed_is_not_judged() {
    let run = Run::new();
    let case = run.house.read(CASE);
    run.house.write(CASE, format!("{case}# Another text.\n"));
    insta::assert_snapshot!(run.rejudged(&[]));
    // A calibration is what every other trial rests on.
    let run = Run::new();
    let echo = "testcases/calibration/echo/echo-checksum.yaml";
    let case = run.house.read(echo);
    run.house.write(echo, format!("{case}# Another text.\n"));
    insta::assert_snapshot!(run.rejudged(&[]));
}

#[test]
fn a_run_judged_again_is_a_run_of_its_own() {
    let run = Run::new();
    let files = |folder: &PathBuf| {
        ["trials.jsonl", "P6LoWPAN-0.pcapng", "P6LoWPAN-5.pcapng"]
            .map(|name| fs::read(folder.join(name)).unwrap())
    };
    let before = files(&run.folder);
    let told = run.rejudged(&["--write"]);
    let written = latest(&run.house.runs()).unwrap();
    assert_eq!(
        told.lines().nth(1),
        Some("Written to RUN-rejudged"),
        "{told}"
    );
    assert_eq!(files(&run.folder), before, "the old one is as it was");
    assert_eq!(
        files(&written),
        before,
        "and nothing has changed in the new one"
    );
    let report = |folder: &PathBuf| {
        let output = run.house.sixlo(&["report"]).arg(folder).output().unwrap();
        said(&output).replace("-rejudged/", "/")
    };
    assert_eq!(report(&written), report(&run.folder));
    // Nothing is ever written over.
    run.rejudged(&["--write"]);
    assert_eq!(fs::read_dir(run.house.runs()).unwrap().count(), 3);
    assert_eq!(files(&written), before);
}
