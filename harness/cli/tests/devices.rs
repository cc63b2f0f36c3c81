//! Devices that misbehave in a run: each is named with what it did, in bounded time and
//! memory, and no other device's column is the worse for it.

mod common;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use common::house::House;
use sixlo_harness::run::{Recorded, latest};

const PROGRAM: &str = env!("CARGO_BIN_EXE_sixlo");

/// A device of this program with parameters, as dut.yaml starts it.
fn own(name: &str, parameter: &str) -> String {
    format!("{{ program: [{PROGRAM}, dut, {name}, --param, {parameter}] }}")
}

fn shell(script: &str) -> String {
    format!("{{ program: [sh, -c, '{script}'] }}")
}

#[test]
fn whoever_cannot_be_judged_is_named_with_the_reason() {
    let house = House::new();
    let devices = [
        ("nonsense", "{ self: nonsense }".to_owned()),
        ("agreeing", "{ self: agreeing }".to_owned()),
        ("newer", "{ self: newer }".to_owned()),
        ("unknown", "{ self: no-such-device }".to_owned()),
        ("absent", "{ program: [/no/such/program] }".to_owned()),
        ("exits", shell("echo no radio here >&2; exit 7")),
        ("babbling", shell("exec yes")),
        ("closing", shell("exec sleep 600 >&-")),
        ("zeros", shell("exec cat /dev/zero")),
    ];
    house.add_port("broken", &borrowed(&devices));
    let begin = Instant::now();
    let output = house
        .sixlo(&["run", "iphc-all-in-line"])
        .args(["--dut", "p6lowpan-5"])
        .args(devices.iter().flat_map(|(name, _)| ["--dut", name]))
        .output()
        .unwrap();
    assert!(begin.elapsed() < Duration::from_secs(20));
    assert_eq!(output.status.code(), Some(5), "{output:?}");
    let recorded = Recorded::read(&latest(&house.runs()).unwrap()).unwrap();
    let mut why: Vec<String> = recorded
        .header
        .left_out
        .iter()
        .map(|left_out| left_out.why.clone())
        .collect();
    why.sort();
    let text: Vec<&str> = why
        .iter()
        .map(|why| {
            why.split_once(" (known: ")
                .map_or(why.as_str(), |(why, _)| why)
        })
        .collect();
    insta::assert_snapshot!(text.join("\n"));
    // All of it is shown, too, and the good device is judged.
    let shown = String::from_utf8(output.stdout).unwrap();
    for why in why {
        assert!(shown.contains(&why), "{why}");
    }
    assert_eq!(verdicts(&recorded)["P6LoWPAN-5"], ["pass right"]);
}

#[test]
fn whoever_breaks_down_in_a_trial_costs_nobody_else_a_verdict() {
    let house = House::new();
    let devices = [
        ("frames", own("flooding", "with=frames")),
        ("packets", own("flooding", "with=packets")),
        ("log", own("flooding", "with=log")),
        ("console", own("flooding", "with=console")),
        ("dying", "{ self: dying }".to_owned()),
        ("rebooting", "{ self: rebooting }".to_owned()),
    ];
    house.add_port("broken", &borrowed(&devices));
    let begin = Instant::now();
    let output = house.sixlo(&["run", "iphc-all-in-line"]).output().unwrap();
    assert!(begin.elapsed() < Duration::from_secs(60));
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let recorded = Recorded::read(&latest(&house.runs()).unwrap()).unwrap();
    let mut text = String::new();
    for (dut, words) in verdicts(&recorded) {
        text += &format!("{dut}: {}\n", words.join(", "));
    }
    insta::assert_snapshot!(text);
    // What a flood leaves on disk is bounded: a few hundred packets an attempt.
    for file in std::fs::read_dir(&recorded.folder).unwrap().flatten() {
        let length = file.metadata().unwrap().len();
        assert!(length < 2_000_000, "{:?}: {length}", file.path());
    }
}

/// The harness waits 20 s for a first word, and 2 s for any later one.
#[test]
#[ignore = "takes half a minute; ci/test runs it"]
fn whoever_does_not_answer_is_given_up() {
    let house = House::new();
    let devices = [
        ("mute", shell("exec sleep 600")),
        ("complaining", shell("yes >&2 & exec sleep 600")),
        ("hanging", "{ self: hanging }".to_owned()),
    ];
    house.add_port("broken", &borrowed(&devices));
    let begin = Instant::now();
    let output = house
        .sixlo(&["run", "iphc-all-in-line", "--dut", "mute"])
        .args(["--dut", "complaining", "--dut", "hanging"])
        .args(["--dut", "p6lowpan-5"])
        .output()
        .unwrap();
    assert!(begin.elapsed() < Duration::from_secs(60));
    assert_eq!(output.status.code(), Some(5), "{output:?}");
    let recorded = Recorded::read(&latest(&house.runs()).unwrap()).unwrap();
    for left_out in &recorded.header.left_out {
        let (dut, why) = (&left_out.dut, &left_out.why);
        assert!(why.contains("did not answer"), "{dut}: {why}");
        assert!(why.len() < 2000, "{dut}: {} octets", why.len());
    }
    assert_eq!(recorded.header.left_out.len(), 2);
    let verdicts = verdicts(&recorded);
    assert_eq!(verdicts["P6LoWPAN-5"], ["pass right"]);
    assert!(verdicts["hanging"][0].starts_with("error"), "{verdicts:?}");
}

fn borrowed<'a>(devices: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    devices
        .iter()
        .map(|(name, start)| (*name, start.as_str()))
        .collect()
}

/// Each device's verdicts on the base case, attempt by attempt.
fn verdicts(recorded: &Recorded) -> BTreeMap<String, Vec<String>> {
    let mut verdicts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in &recorded.lines {
        if line.trial.case.0 != "iphc-all-in-line" {
            continue;
        }
        let judgement = &line.judgement;
        let word = format!("{} {}", judgement.verdict.word(), judgement.outcome.word());
        let words = verdicts.entry(line.trial.dut.to_string()).or_default();
        words.push(word);
    }
    verdicts
}
