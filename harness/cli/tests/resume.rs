//! Whatever ends a run before its time, a kill, Ctrl-C, a full disk: it is carried on,
//! and comes to the same numbers as one that nothing ended.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;

use common::house::{CASE, House};
use common::recording::{Whole, assert_same, last, run_of, whole};
use common::{said, sixlo};
use rustix::process::{Pid, Signal, kill_process};
use sixlo_harness::run::{Line, latest};

const CASES: [&str; 1] = ["stateless-unicast"];

/// A run of these cases that nothing ended.
fn unbroken() -> &'static Whole {
    static WHOLE: OnceLock<Whole> = OnceLock::new();
    WHOLE.get_or_init(|| whole(&run_of(&CASES)))
}

#[test]
fn a_run_killed_at_any_moment_is_carried_on() {
    kill_and_carry_on(&run_of(&CASES), unbroken(), &[0.0, 0.6]);
}

#[test]
#[ignore = "plays the whole catalogue many times; ci/test runs it"]
fn a_whole_run_killed_at_any_moment_is_carried_on() {
    let whole = whole(&run_of(&[]));
    kill_and_carry_on(&run_of(&[]), &whole, &[0.43]);
    kill_and_carry_on(&run_of(&[]), &whole, &[0.01, 0.17, 0.71, 0.97]);
}

/// Every time is a trial of its own: played once, recorded under its own id, judged again as it.
#[test]
fn a_run_that_plays_everything_three_times_is_carried_on() {
    let words: Vec<String> = ["--repeat", "3"].map(str::to_owned).into();
    let words = [run_of(&CASES), words].concat();
    let whole = whole(&words);
    let name = |line: &Line| {
        let trial = &line.trial;
        (trial.dut.clone(), trial.case.clone(), trial.label.clone())
    };
    let mut times = BTreeMap::<_, BTreeSet<u16>>::new();
    for line in &whole.recorded.lines {
        times.entry(name(line)).or_default().insert(line.trial.time);
    }
    let once: BTreeSet<_> = times
        .keys()
        .filter(|name| times[*name].len() == 1)
        .collect();
    let thrice = times.values().filter(|times| **times == [1, 2, 3].into());
    assert_eq!(once.len() + thrice.count(), times.len());
    // The calibration is there once, and of each device first.
    let is_once = |line: &&Line| once.contains(&name(line));
    for (dut, ..) in &once {
        let of_it = whole
            .recorded
            .lines
            .iter()
            .filter(|line| line.trial.dut == *dut);
        assert!(!of_it.skip_while(is_once).any(|line| is_once(&line)));
    }
    let alone = &unbroken().recorded.lines;
    let words_of = |lines: &[Line]| -> BTreeMap<_, _> {
        let lines = lines.iter().filter(is_once);
        lines
            .map(|line| (line.trial.id.clone(), line.judgement.verdict))
            .collect()
    };
    assert_eq!(words_of(&whole.recorded.lines), words_of(alone));
    assert_eq!(whole.recorded.lines.len(), 3 * alone.len() - 2 * once.len());
    kill_and_carry_on(&words, &whole, &[0.2, 0.7]);
    let folder = latest(whole.runs.path()).unwrap();
    let output = sixlo(&["rejudge"]).arg(folder).output().unwrap();
    assert_eq!(output.status.code(), whole.code, "{output:?}");
    assert!(said(&output).contains("no verdict changed"), "{output:?}");
}

/// Kills a run, then the runs that carry it on, each as soon as it has recorded this
/// share of all; the last one comes to its end.
fn kill_and_carry_on(words: &[String], whole: &Whole, shares: &[f64]) {
    let runs = tempfile::tempdir().unwrap();
    let all = trials_length(whole.runs.path());
    let mut child = start(words, runs.path());
    for share in shares {
        // An estimate is enough: any moment will do.
        let enough = (all as f64 * share) as u64;
        until_recorded(&mut child, runs.path(), enough.max(1));
        child.kill().unwrap();
        child.wait().unwrap();
        child = carry_on(runs.path()).stdout(Stdio::null()).spawn().unwrap();
    }
    assert_eq!(child.wait().unwrap().code(), whole.code);
    assert_same(&last(runs.path()), whole);
}

#[test]
fn ctrl_c_keeps_what_was_played_and_says_how_to_go_on() {
    // All cases, so that it is not over before the signal comes.
    let words = run_of(&[]);
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let runs = tempfile::tempdir().unwrap();
        let mut child = start(&words, runs.path());
        until_recorded(&mut child, runs.path(), 1);
        kill_process(Pid::from_child(&child), signal).unwrap();
        let output = child.wait_with_output().unwrap();
        let folder = latest(runs.path()).unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{error}");
        assert_eq!(
            error,
            format!(
                "sixlo: interrupted; what was played is kept: carry on with `sixlo run --resume {}`\n",
                folder.display()
            )
        );
        // Every line is whole, and so is every capture.
        let recorded = last(runs.path());
        for line in 0..recorded.lines.len() {
            recorded.evidence(line).unwrap();
        }
        assert_eq!(recorded.end, trials_length(runs.path()));
        // All of them are five thousand.
        let played = recorded.lines.len();
        assert!(
            played < 2500,
            "{played} attempts, and nothing ended the run"
        );
    }
}

#[test]
fn a_full_disk_is_said_and_the_run_can_be_carried_on() {
    fill_and_carry_on(&run_of(&CASES), unbroken(), 64);
}

#[test]
#[ignore = "plays the whole catalogue many times; ci/test runs it"]
fn a_disk_may_be_full_at_any_moment() {
    let whole = whole(&run_of(&[]));
    for blocks in [8, 500] {
        fill_and_carry_on(&run_of(&[]), &whole, blocks);
    }
}

/// A limit on the size of files stands in for the disk's end: so many blocks of 512
/// octets. The signal that comes with it is ignored, as none comes with a full disk.
fn limited(words: &[String], runs: &Path, blocks: u32) -> std::process::Output {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    Command::new("sh")
        .args(["-c", &script, "sh", env!("CARGO_BIN_EXE_sixlo")])
        .args(words)
        .arg("--runs")
        .arg(runs)
        .current_dir(common::checkout())
        .output()
        .unwrap()
}

fn fill_and_carry_on(words: &[String], whole: &Whole, blocks: u32) {
    let runs = tempfile::tempdir().unwrap();
    let output = limited(words, runs.path(), blocks);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{blocks}: {error}");
    let folder = latest(runs.path()).unwrap();
    let begins = format!("sixlo: cannot write {}/", folder.display());
    assert!(error.starts_with(&begins), "{error}");
    let ends = format!("`sixlo run --resume {}`\n", folder.display());
    assert!(error.ends_with(&ends), "{error}");
    let recorded = last(runs.path());
    for line in 0..recorded.lines.len() {
        recorded.evidence(line).unwrap();
    }
    assert!(recorded.lines.len() < whole.recorded.lines.len());
    let output = carry_on(runs.path()).output().unwrap();
    assert_eq!(output.status.code(), whole.code, "{output:?}");
    assert_same(&last(runs.path()), whole);
}

#[test]
fn where_nothing_can_be_written_nothing_is_left_behind() {
    let (house, runs) = (House::new(), tempfile::tempdir().unwrap());
    let root = house.path().display().to_string();
    let words = ["run", "--root", &root].map(str::to_owned);
    let output = limited(&words, runs.path(), 0);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{error}");
    assert!(error.contains("nothing is recorded"), "{error}");
    assert_eq!(fs::read_dir(runs.path()).unwrap().count(), 0);
    // Not even root makes a folder in a file, or one in /proc.
    let file = runs.path().join("file");
    fs::write(&file, "").unwrap();
    for place in [&file, Path::new("/proc/runs")] {
        let output = house.sixlo(&["run", "--runs"]).arg(place).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(5), "{error}");
        let begins = format!("sixlo: cannot write {}", place.display());
        assert!(error.starts_with(&begins), "{error}");
        assert!(error.contains("name another folder with --runs"), "{error}");
    }
}

/// One run has one catalogue, and one column one device.
#[test]
fn a_run_whose_ground_has_changed_is_not_carried_on() {
    let house = House::new();
    house.add_port("odd", &[("odd", "{ self: slow }")]);
    let words = [
        "run",
        "iphc-all-in-line",
        "--dut",
        "odd",
        "--dut",
        "p6lowpan-5",
    ];
    let output = house.sixlo(&words).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let folder = latest(&house.runs()).unwrap();
    let (before, case) = (last(&house.runs()), house.read(CASE));

    house.write(CASE, case.replace("everything in line", "all in line"));
    let mut text = String::new();
    for words in [&["run", "--resume"][..], &["report"]] {
        let output = house.sixlo(words).arg(&folder).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        text += &said(&output);
    }
    house.write(CASE, case);

    // A trial to be played is taken away, so that the device is needed again.
    house.add_port("odd", &[("odd", "{ self: reordering }")]);
    let output = house.sixlo(&["run", "--resume"]).arg(&folder).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(5), "{output:?}");
    let shown = String::from_utf8(output.stdout).unwrap();
    text += shown.lines().find(|line| line.contains("ERROR")).unwrap();
    let after = last(&house.runs());
    assert_eq!(after.lines, before.lines);
    assert_eq!(after.header.profiles, before.header.profiles);
    // With the old one back, all is well.
    house.add_port("odd", &[("odd", "{ self: slow }")]);
    let output = house.sixlo(&["run", "--resume"]).arg(&folder).output();
    assert_eq!(output.unwrap().status.code(), Some(0));
    assert_eq!(last(&house.runs()).header.left_out, []);

    let folder = folder.display().to_string();
    let hash = &before.header.catalogue[..12];
    let mut text = text.replace(&folder, "RUN").replace(hash, "THEN");
    if let Some(at) = text.find("this one is ") {
        let at = at + "this one is ".len();
        let now = text[at..at + 12].to_owned();
        text = text.replace(&now, "NOW");
    }
    insta::assert_snapshot!(text);
}

fn start(words: &[String], runs: &Path) -> Child {
    sixlo(&[])
        .args(words)
        .arg("--runs")
        .arg(runs)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn carry_on(runs: &Path) -> Command {
    let mut command = sixlo(&["run", "--resume"]);
    command.arg(latest(runs).unwrap());
    command
}

/// Waits until so many octets of lines are recorded, or the run has ended.
fn until_recorded(child: &mut Child, runs: &Path, octets: u64) {
    while trials_length(runs) < octets && child.try_wait().unwrap().is_none() {
        thread::yield_now();
    }
}

fn trials_length(runs: &Path) -> u64 {
    let trials = latest(runs).map(|folder| fs::metadata(folder.join("trials.jsonl")));
    trials.map_or(0, |file| file.map_or(0, |file| file.len()))
}
