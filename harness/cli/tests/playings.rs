//! A run's own captures, judged as if strangers had made them: the same verdicts, or none
//! where the run had proof that no sniffer has; never the opposite.

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::recording::{Whole, whole};
use common::{checkout, said, sixlo};
use sixlo_harness::capture::foreign::{Frames, Hints};
use sixlo_harness::catalogue::{Catalogue, Parameters, load, read_text};
use sixlo_harness::playings::{Listened, Search, listen, texts};
use sixlo_judge::testcase::TestCase;
use sixlo_judge::verdict::{Outcome, Verdict};

#[test]
fn a_case_is_found_in_the_capture_of_its_own_run() {
    let words = ["run", "hop-limit-in-line", "--dut", "p6lowpan-5"];
    let run = whole(&words.map(str::to_owned));
    let capture = run.recorded.folder.join("P6LoWPAN-5.pcapng");
    let judge = |case: &str| {
        let output = sixlo(&["judge", "--case", case]).arg(&capture).output();
        said(&output.unwrap())
    };
    let told = judge("hop-limit-in-line");
    assert!(told.contains("\nPASS hop-limit-in-line ["), "{told}");
    assert!(
        told.contains(" pass\n") && told.ends_with("exit 0\n"),
        "{told}"
    );
    let told = judge("context-in-every-slot");
    assert!(
        told.contains("sixlo: no case `context-in-every-slot`"),
        "{told}"
    );
    // Nobody plays it there.
    let told = judge("wrong-fcs");
    assert!(
        told.contains("cannot judge wrong-fcs from a capture: "),
        "{told}"
    );
    let told = judge("fragmented-echo-1280");
    assert!(
        told.ends_with("exit 2\n") || told.ends_with("exit 4\n"),
        "{told}"
    );
}

#[test]
fn without_an_fcs_a_wrong_answer_may_be_the_sniffers() {
    let run = whole(&common::recording::run_of(&["udp-ports-4-bit"]));
    let catalogue = load(&checkout().join("testcases"), &Parameters::default()).unwrap();
    let of_case = |case: &&TestCase| case.id.0 == "udp-ports-4-bit";
    let case = catalogue.cases.iter().find(of_case).unwrap();
    let word = |capture: &Path| {
        let listened = listened(&catalogue, case, capture).unwrap();
        let judgement = &listened.playings.playings[0].judgement;
        (judgement.verdict, judgement.outcome)
    };
    // "Class unsupported" bears a checksum of its own, and stays.
    let wrong = (Verdict::Fail, Outcome::WrongValue);
    let mut failed = 0;
    for profile in &run.recorded.header.profiles {
        let capture = run.recorded.folder.join(format!("{}.pcapng", profile.name));
        let bare = run.recorded.folder.join(format!("{}.pcap", profile.name));
        write_without_fcs(&capture, &bare);
        let (then, now) = (word(&capture), word(&bare));
        failed += usize::from(then == wrong);
        let expected = match then == wrong {
            true => (Verdict::Inconc, Outcome::Unknown),
            false => then,
        };
        assert_eq!(now, expected, "{}: with an FCS {then:?}", profile.name);
    }
    assert!(
        failed > 0,
        "no device fails the case any more: take another"
    );
}

/// The capture's frames as a sniffer writes them that takes the FCS off: classic pcap,
/// link type 230 (<https://www.tcpdump.org/linktypes.html>).
fn write_without_fcs(capture: &Path, to: &Path) {
    let mut octets = Vec::new();
    for word in [0xa1b2_c3d4, 0x0004_0002, 0, 0, 0xffff, 230_u32] {
        octets.extend_from_slice(&word.to_le_bytes());
    }
    let mut frames = Frames::open(capture, Hints::default()).unwrap();
    while let Some(frame) = frames.next_frame().unwrap() {
        let length = u32::try_from(frame.mac.len()).unwrap();
        let seconds = u32::try_from(frame.at.as_secs()).unwrap();
        for word in [seconds, frame.at.subsec_micros(), length, length] {
            octets.extend_from_slice(&word.to_le_bytes());
        }
        octets.extend_from_slice(frame.mac);
    }
    std::fs::write(to, octets).unwrap();
}

#[test]
#[ignore = "slow: a sweep over a folder of the catalogue on four devices"]
fn never_the_opposite_of_what_the_run_said() {
    let words = common::recording::run_of(&["rfc6282/3.1.1", "rfc4944", "rfc6282/4.3.3"]);
    let run = whole(&words);
    let parameters = Parameters::default();
    let catalogue = load(&checkout().join("testcases"), &parameters).unwrap();
    let mut same = 0;
    for profile in &run.recorded.header.profiles {
        let capture = run.recorded.folder.join(format!("{}.pcapng", profile.name));
        for case in &catalogue.cases {
            let played = |line: &&sixlo_harness::run::Line| {
                line.trial.case == case.id && line.trial.dut == profile.name
            };
            if run.recorded.lines.iter().any(|line| played(&line))
                && let Some(listened) = listened(&catalogue, case, &capture)
            {
                same += compared(&run, &listened, case, &profile.name.0);
            }
        }
    }
    assert!(same > 100, "{same}");
}

fn listened(catalogue: &Catalogue, case: &TestCase, capture: &Path) -> Option<Listened> {
    let text = |path: &str| read_text(&checkout().join(format!("testcases/{path}.yaml")));
    let texts = texts(catalogue, case, text).unwrap();
    let search = Search::new(texts, Parameters::default()).unwrap().ok()?;
    let frames = Frames::open(capture, Hints::default()).unwrap();
    Some(listen(capture, frames, search).unwrap())
}

/// How many verdicts are the same; it panics where one is the opposite.
fn compared(run: &Whole, listened: &Listened, case: &TestCase, dut: &str) -> usize {
    let mut same = 0;
    let mut told = BTreeSet::new();
    for playing in &listened.playings.playings {
        let once = told.insert((playing.first, &playing.labels));
        assert!(once, "{dut} {}: told twice: {playing:?}", case.id);
        let line = run.recorded.lines.iter().find(|line| {
            let packets = line.capture.first..line.capture.first + line.capture.packets;
            line.trial.dut.0 == dut && packets.contains(&playing.first)
        });
        // The frames of one case may be those of another.
        let Some(line) = line.filter(|line| line.trial.case == case.id) else {
            continue;
        };
        let (then, now) = (line.judgement.verdict, playing.judgement.verdict);
        same += usize::from(then == now);
        assert!(
            now == then || matches!(now, Verdict::Inconc | Verdict::None),
            "{dut} {}: {then:?} in the run, now {:?}",
            line.trial.title(),
            playing.judgement
        );
    }
    same
}
