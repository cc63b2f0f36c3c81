//! A device that breaks down: the fewest frames that do it, and nothing of it in anything that
//! is published before its day.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::house::House;
use common::{checkout, said};
use sixlo_harness::run::latest;

/// A traffic class in line, and what one guard holds, which must not be taken anyway.
const CASES: [&str; 3] = [
    "testcases/rfc6282/3.1.1/udp-all-in-line.yaml",
    "testcases/rfc6282/3.1.1/hop-limit-in-line.yaml",
    "testcases/rfc6282/3.1.1/hop-limit-1.yaml",
];
const DAY_BEFORE: &str = "2027-02-28";
const DAY: &str = "2027-03-01";
/// What IPHC with HLIM=01 begins with: it brings the device down.
const OCTETS: &str = "6100";
/// That with traffic class and flow label in line, as it stands in a frame.
const FRAME: [u8; 6] = [0x61, 0x00, 0x00, 0x00, 0x00, 0x00];
/// What the device says when it ends.
const LAST_WORDS: &str = "a frame that this stack cannot take";

fn house() -> House {
    house_of("at-once")
}

/// `ends`: when the device ends that has heard the octets.
fn house_of(ends: &str) -> House {
    let house = House::new();
    for case in CASES {
        house.write(case, fs::read(checkout().join(case)).unwrap());
    }
    break_port(&house, ends);
    house
}

/// From now on the port's device breaks down; `ends`: see [`house_of`].
fn break_port(house: &House, ends: &str) {
    let program = env!("CARGO_BIN_EXE_sixlo");
    let start = format!(
        "{{ program: [{program}, dut, fragile, --param, around=p6lowpan-5, --param, holds={OCTETS}, --param, ends={ends}] }}"
    );
    house.add_port("fragile", &[("fragile", &start)]);
}

fn run(house: &House, words: &[&str]) -> String {
    let words = [&["run", "--dut", "fragile"], words].concat();
    said(&house.sixlo(&words).output().unwrap())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files.extend(self::files(&path)),
            false => files.push(path),
        }
    }
    files
}

#[test]
fn a_breakdown_comes_down_to_the_octets_that_cause_it() {
    let house = house();
    let ran = run(&house, &[]);
    assert!(ran.ends_with("exit 1\n"), "{ran}");
    let output = house.sixlo(&["crashes"]).output().unwrap();
    let text = said(&output);
    assert!(text.ends_with("exit 1\n"), "{text}");
    for told in [
        "fragile-",
        LAST_WORDS,
        "a frame of 25 octets",
        "61 00",
        "no step can be left out",
        "sixlo run hop-limit-1 --dut fragile",
        "1 causes",
    ] {
        assert!(text.contains(told), "no `{told}` in\n{text}");
    }
    let written = files(&latest(&house.runs()).unwrap().join("crashes"));
    let mut names: Vec<&str> = written
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["frames.pcapng", "frames.txt", "report.md"]);
    // A second time it comes to the same folder, and an entry of known.yaml makes it expected.
    house.write(
        "firmware-under-test/ports/fragile/known.yaml",
        "- { cases: hop-limit-1, outcome: crashed, reason: it cannot take HLIM 01 }\n",
    );
    let text = said(&house.sixlo(&["crashes"]).output().unwrap());
    assert!(text.ends_with("exit 0\n"), "{text}");
    assert!(text.contains("it cannot take HLIM 01"), "{text}");
    assert_eq!(
        files(&latest(&house.runs()).unwrap().join("crashes")).len(),
        3
    );
}

/// The device goes on after the frame, and is gone when the next trial is about to begin: that one is
/// not to blame.
#[test]
fn a_breakdown_between_trials_is_that_of_the_trial_before() {
    let house = house_of("at-reset");
    let known = "firmware-under-test/ports/fragile/known.yaml";
    house.write(
        known,
        "- { cases: hop-limit-1, outcome: crashed, reason: it ends at the next reset }\n",
    );
    let ran = run(&house, &[]);
    assert!(ran.ends_with("exit 0\n"), "{ran}");
    let text = said(&house.sixlo(&["crashes"]).output().unwrap());
    assert!(text.ends_with("exit 0\n"), "{text}");
    for told in [
        LAST_WORDS,
        "a frame of 25 octets",
        "; then a reset",
        "seen in   hop-limit-1",
        "it ends at the next reset",
        "1 causes",
    ] {
        assert!(text.contains(told), "no `{told}` in\n{text}");
    }
    // The last trial of a run has none behind it, and shows it all the same.
    house.write(known, "[]\n");
    let alone = run(&house, &["hop-limit-1"]);
    assert!(alone.ends_with("exit 1\n"), "{alone}");
    assert!(alone.contains(LAST_WORDS), "{alone}");
}

#[test]
fn a_run_without_a_breakdown_says_so() {
    let house = house();
    house
        .sixlo(&["run", "--dut", "p6lowpan-5", "iphc-all-in-line"])
        .output()
        .unwrap();
    let text = said(&house.sixlo(&["crashes"]).output().unwrap());
    assert!(text.starts_with("No device broke down in "), "{text}");
    assert!(text.ends_with("exit 0\n"), "{text}");
}

/// What tells of the crash: its case, its words, its function, its octets as text, and of these enough that an
/// address made up for an anonymous bundle does not hold them by chance.
const SECRETS: [&str; 7] = [
    "hop-limit-1",
    "HLIM=01",
    LAST_WORDS,
    "panicked",
    "it cannot take HLIM 01",
    "restore_hop_limit",
    "61 00 00 00 00 00 11",
];

fn holds(octets: &[u8], secret: &[u8]) -> bool {
    octets.windows(secret.len()).any(|window| window == secret)
}

/// No secret of `house`'s run in what these words print, or write into `file`.
fn assert_tells_nothing(house: &House, words: &[&str], file: Option<&Path>) -> Vec<u8> {
    let output = house.sixlo(words).output().unwrap();
    let told = match file {
        Some(file) => fs::read(file).unwrap(),
        None => output.stdout,
    };
    assert!(!told.is_empty(), "{words:?} {:?}", output.stderr);
    for secret in SECRETS {
        let tells = holds(&told, secret.as_bytes());
        assert!(
            !tells,
            "{words:?} tells `{secret}`:\n{}",
            String::from_utf8_lossy(&told)
        );
    }
    told
}

#[test]
fn what_is_under_an_embargo_is_in_no_format_and_no_bundle_before_its_day() {
    let house = house();
    let known = format!(
        "# restore_hop_limit\n- {{ cases: hop-limit-1, outcome: crashed, reason: it cannot take HLIM 01, \
         function: restore_hop_limit, embargo: {DAY} }}\n"
    );
    house.write("firmware-under-test/ports/fragile/known.yaml", known);
    let ran = run(&house, &[]);
    assert!(ran.contains("Summary "), "{ran}");
    house.sixlo(&["crashes"]).output().unwrap();
    tells_nothing_before_its_day(&house);
    // Whoever ran it sees it, and everybody from its day on.
    let local = said(&house.sixlo(&["report"]).output().unwrap());
    assert!(!local.contains("withheld"), "{local}");
    let later = house
        .sixlo(&["report", "--format", "json", "--today", DAY])
        .output()
        .unwrap();
    let later = String::from_utf8(later.stdout).unwrap();
    assert!(
        later.contains("restore_hop_limit") && !later.contains("withheld\":[{"),
        "{later}"
    );
    let included = [
        "report",
        "--format",
        "csv",
        "--today",
        DAY_BEFORE,
        "--embargoed",
        "include",
    ];
    let included = said(&house.sixlo(&included).output().unwrap());
    assert!(included.contains("hop-limit-1"), "{included}");
}

#[test]
fn new_crashes_are_withheld_where_the_port_or_the_run_says_so() {
    for by_port in [true, false] {
        let house = house();
        let dut = "firmware-under-test/ports/fragile/dut.yaml";
        let words = format!("--embargo={DAY}");
        let text = house.read(dut);
        if by_port {
            house.write(dut, format!("embargo: {DAY}\n{text}"));
            run(&house, &[]);
        } else {
            run(&house, &[&words]);
        }
        tells_nothing_before_its_day(&house);
    }
}

#[test]
fn neither_diff_nor_gate_tells_before_its_day_and_both_come_to_the_same() {
    let house = House::new();
    for case in CASES {
        house.write(case, fs::read(checkout().join(case)).unwrap());
    }
    house.add_port("fragile", &[("fragile", "{ self: p6lowpan-5 }")]);
    run(&house, &[]);
    let sound = latest(&house.runs()).unwrap();
    break_port(&house, "at-once");
    let dut = "firmware-under-test/ports/fragile/dut.yaml";
    house.write(dut, format!("embargo: {DAY}\n{}", house.read(dut)));
    run(&house, &[]);
    let broken = latest(&house.runs()).unwrap();
    assert_ne!(sound, broken);

    let [sound, broken] = [&sound, &broken].map(|path| path.to_str().unwrap());
    let baseline = house.path().join("baseline.yaml");
    let gate = ["gate", "--baseline", "baseline.yaml", "--today", DAY_BEFORE];
    let diff = ["diff", sound, broken, "--today", DAY_BEFORE];
    assert_tells_nothing(&house, &[&gate, &["--init"][..]].concat(), Some(&baseline));
    for words in [&gate[..], &diff] {
        let local = said(&house.sixlo(words).output().unwrap());
        assert!(local.contains("hop-limit-1"), "{local}");
        assert!(local.ends_with("exit 1\n"), "{local}");
        let formats: &[&str] = match words[0] {
            "diff" => &["markdown", "json"],
            _ => &["markdown"],
        };
        for format in formats {
            let words = [words, &["--format", format]].concat();
            let told = String::from_utf8(assert_tells_nothing(&house, &words, None)).unwrap();
            assert!(told.contains(&format!("trials until {DAY}")), "{told}");
            // What is withheld has neither gone nor changed, and yet the code says that something has.
            assert!(!told.contains("1 not played now"), "{told}");
            assert!(!told.contains("\"gone\""), "{told}");
            assert_eq!(house.sixlo(&words).output().unwrap().status.code(), Some(1));
            let included = [&words[..], &["--embargoed", "include"]].concat();
            let included = said(&house.sixlo(&included).output().unwrap());
            assert!(included.contains("hop-limit-1"), "{included}");
        }
    }
}

fn tells_nothing_before_its_day(house: &House) {
    let own = latest(&house.runs()).unwrap().join("fragile.pcapng");
    assert!(
        holds(&fs::read(own).unwrap(), &FRAME),
        "the run keeps everything"
    );
    let on = ["--today", DAY_BEFORE];
    for format in ["markdown", "comment", "html", "junit", "csv", "json"] {
        let told = assert_tells_nothing(
            house,
            &[&["report", "--format", format], &on[..]].concat(),
            None,
        );
        let told = String::from_utf8(told).unwrap();
        let says = told.contains("withheld") && told.contains(DAY);
        assert!(
            says || format == "csv",
            "{format} does not say that something is missing: {told}"
        );
    }
    let badge = ["report", "--format", "badge", "--dut", "fragile"];
    assert_tells_nothing(house, &[&badge, &on[..]].concat(), None);
    let file = house.path().join("report.txt");
    let text = ["report", "--output", "report.txt"];
    assert_tells_nothing(house, &[&text, &on[..]].concat(), Some(&file));
    for anonymise in [false, true] {
        let zip = format!("{anonymise}.zip");
        let mut words = vec!["bundle", "make", "-o", &zip, "--today", DAY_BEFORE];
        words.extend(anonymise.then_some("--anonymise"));
        let made = said(&house.sixlo(&words).output().unwrap());
        assert!(made.ends_with("exit 0\n"), "{made}");
        assert!(made.contains(&format!("until {DAY}")), "{made}");
        let unpacked = said(&house.sixlo(&["bundle", "unpack", &zip]).output().unwrap());
        assert!(
            unpacked.ends_with(" exit 0\n") || unpacked.ends_with("exit 0\n"),
            "{unpacked}"
        );
        for path in files(&house.path().join(anonymise.to_string())) {
            let octets = fs::read(&path).unwrap();
            // The case itself is in the catalogue, for everybody to play.
            if path
                .components()
                .any(|part| part.as_os_str() == "testcases")
            {
                continue;
            }
            for secret in SECRETS {
                assert!(
                    !holds(&octets, secret.as_bytes()),
                    "{}: {secret}",
                    path.display()
                );
            }
            let is_capture = path.extension().is_some_and(|end| end == "pcapng");
            assert!(!is_capture || !holds(&octets, &FRAME), "{}", path.display());
        }
        // And it can be looked at by people who have nothing else.
        let report = format!("{anonymise}/run");
        let root = format!("{anonymise}/house");
        let shown = said(
            &house
                .sixlo(&["report", &report, "--root", &root])
                .output()
                .unwrap(),
        );
        assert!(shown.contains("withheld") && shown.contains(DAY), "{shown}");
    }
}
