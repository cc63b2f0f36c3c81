//! What the program says of itself, and of what it cannot do.

mod common;

use std::fs;
use std::process::Output;

use common::house::House;
use common::{said, sixlo};

#[test]
fn every_help_at_once() {
    let mut text = String::new();
    for words in [
        &["--help"][..],
        &["run", "--help"],
        &["report", "--help"],
        &["rejudge", "--help"],
        &["judge", "--help"],
        &["diff", "--help"],
        &["bundle", "--help"],
        &["bundle", "make", "--help"],
        &["gate", "--help"],
        &["lint", "--help"],
        &["explain", "--help"],
        &["shrink", "--help"],
        &["crashes", "--help"],
        &["catalogue", "--help"],
        &["stack", "--help"],
        &["stack", "new", "--help"],
        &["selftest", "--help"],
        &["bench", "--help"],
        &["rack", "--help"],
        &["rack", "doctor", "--help"],
    ] {
        let output = sixlo(words).output().unwrap();
        text += &format!("$ sixlo {}\n{}\n", words.join(" "), told(&output));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn every_error_names_the_value_and_what_is_allowed() {
    let house = House::new();
    let mut text = String::new();
    for (code, words) in [
        (4, &["run", "no-such-case"][..]),
        (4, &["run", "--dut", "no-such-device"]),
        (4, &["catalogue", "list", "no-such-case"]),
        (2, &["run", "--loss", "0.9"]),
        (2, &["run", "--delay", "2s"]),
        (2, &["run", "--seed", "-1"]),
        (2, &["run", "--resume", "testcases"]),
        (2, &["run", "--resume", "testcases", "--seed", "2"]),
        (2, &["run", "--parameters", "no-such-file.yaml"]),
        (2, &["run", "--parameters", "testcases"]),
        (2, &["run", "--lose", "0.1"]),
        (2, &["runn"]),
        (2, &["report", "testcases"]),
        (2, &["rejudge", "testcases"]),
        (2, &["gate"]),
        (2, &["gate", "--baseline", "no-such-file.yaml", "testcases"]),
        (2, &["gate", "--baseline", "README.md", "testcases"]),
        (2, &["gate", "--baseline", "README.md", "--today", "now"]),
        (2, &["diff", "testcases"]),
        (2, &["diff", "testcases", "testcases"]),
        (2, &["diff", "README.md", "testcases"]),
        (2, &["report", "no-such-folder"]),
        (2, &["report", "--runs", "testcases"]),
        (2, &["report", "--format", "paper"]),
        (2, &["report", "--format", "badge", "--dut"]),
        (2, &["stack", "probe", "no-such-device"]),
        (2, &["stack", "probe"]),
        (2, &["stack", "new"]),
        (2, &["stack", "new", "a/b"]),
        (2, &["stack", "new", "P6LoWPAN-5"]),
        (2, &["stack", "new", "mine", "--kind", "cobol"]),
        (5, &["stack", "new", "mine", "--in", "no-such-folder"]),
        (2, &["judge"]),
        (2, &["judge", "no-such-file.pcap"]),
        (2, &["judge", "testcases"]),
        (2, &["judge", "testcases/rows.yaml"]),
        (2, &["judge", "x.pcap", "--context", "16=2001:db8::/64"]),
        (2, &["judge", "x.pcap", "--fcs", "perhaps"]),
        (2, &["bundle"]),
        (2, &["bundle", "make", "testcases"]),
        (2, &["bundle", "verify", "README.md"]),
        (5, &["bundle", "verify", "no-such-file.zip"]),
        (2, &["bundle", "unpack", "testcases"]),
        (2, &["explain", "iphc-all-inline"]),
        (2, &["explain", "no-such-case"]),
        (2, &["explain", "p6lowpan-5/ghc", "--run", "no-such-folder"]),
        (2, &["lint", "--root", "harness"]),
        (2, &["lint", "--root", "no-such-folder"]),
        (2, &["dut", "no-such-device"]),
        (2, &["dut"]),
        (2, &["dut", "silent", "--fault", "no-such-fault"]),
        (2, &["dut", "silent", "--param", "no-such-parameter=1"]),
    ] {
        let output = house.sixlo(words).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{words:?}");
        text += &format!("$ sixlo {}\n{}\n", words.join(" "), told(&output));
    }
    insta::assert_snapshot!(text);
}

/// One that needs a package is left out of a run, and cannot be probed.
#[test]
fn a_missing_package_is_named_with_how_to_get_it() {
    let house = House::new();
    house.add_port("needy", &[("needy", "{ self: silent }")]);
    let dut = "firmware-under-test/ports/needy/dut.yaml";
    let requires = "requires: { file: /no/such/file, get: apt-get install such-a-file }";
    let text = house.read(dut);
    house.write(
        dut,
        text.replace("    simplest:", &format!("    {requires}\n    simplest:")),
    );
    let mut text = String::new();
    for (code, words) in [
        (0, &["stack", "list"][..]),
        (2, &["stack", "probe", "needy"]),
        (4, &["run", "iphc-all-in-line", "--dut", "needy"]),
    ] {
        let output = house.sixlo(words).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{words:?}: {output:?}");
        let told = told(&output);
        let about: Vec<&str> = told.lines().filter(|line| line.contains("needs")).collect();
        text += &format!("$ sixlo {}\n{}\n\n", words.join(" "), about.join("\n"));
    }
    insta::assert_snapshot!(text);
    // It changes no exit code.
    let words = [
        "run",
        "iphc-all-in-line",
        "--dut",
        "needy",
        "--dut",
        "p6lowpan-5",
    ];
    let output = house.sixlo(&words).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

/// What cannot be printed is the bench's trouble; that nobody reads on is none.
#[test]
fn a_closed_or_full_output_is_no_panic() {
    let house = House::new();
    let run = ["run", "iphc-all-in-line", "--dut", "p6lowpan-5"];
    for words in [&run[..], &["report"], &["lint"], &["catalogue", "list"]] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = house.sixlo(words).stdout(full).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(5), "{words:?}: {error}");
        assert!(
            error.starts_with("sixlo: cannot write to the standard output: "),
            "{words:?}: {error}"
        );
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = house.sixlo(words).stdout(writer).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{words:?}: {output:?}");
        assert!(output.stderr.is_empty(), "{words:?}: {output:?}");
    }
}

/// Everything it printed, with names of devices left out, and its exit code.
fn told(output: &Output) -> String {
    let text = said(output);
    if let Some((before, after)) = text.split_once("(known: ").or(text.split_once("; known: "))
        && let Some((_, after)) = after.split_once(')')
    {
        return format!("{before}(known: …){after}");
    }
    text
}
