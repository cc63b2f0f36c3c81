//! `sixlo explain` and `sixlo shrink` of a run's cells, from the run to the words.

mod common;

use std::fs;

use common::house::House;
use common::{checkout, said};
use sixlo_harness::run::{Recorded, latest};

/// A house with a device that takes HLIM 01 for 64 and 10 for 1.
fn faulty() -> House {
    let house = House::new();
    for case in [
        "udp-all-in-line",
        "hop-limit-in-line",
        "hop-limit-1",
        "hop-limit-64",
        "hop-limit-255",
    ] {
        let path = format!("testcases/rfc6282/3.1.1/{case}.yaml");
        house.write(&path, fs::read(checkout().join(&path)).unwrap());
    }
    let program = env!("CARGO_BIN_EXE_sixlo");
    let start = format!("{{ program: [{program}, dut, p6lowpan-5, --fault, hop-limits-swapped] }}");
    house.add_port("faulty", &[("faulty", &start)]);
    house
}

#[test]
fn a_run_is_explained_and_shrunk() {
    let house = faulty();
    let of = |words: &[&str]| house.sixlo(words).output().unwrap();
    let run = of(&["run", "--dut", "faulty", "hop-limit"]);
    assert_eq!(run.status.code(), Some(1), "{}", said(&run));
    let folder = latest(&house.runs()).unwrap();

    // The row's number is as good as the topic, and a name's case does not matter.
    let cell = said(&of(&["explain", "FAULTY/11a"]));
    assert!(cell.starts_with("faulty/hop-limit: row 11a"), "{cell}");
    for told in [
        "2 of 3 trials fail",
        "HLIM=01 is hop limit 1",
        "got to    delivered",
        "`sixlo shrink faulty/hop-limit`",
    ] {
        assert!(cell.contains(told), "{told}\n{cell}");
    }
    let case = said(&of(&["explain", "faulty/hop-limit-1"]));
    assert!(case.starts_with("faulty/hop-limit-1: HLIM=01"), "{case}");

    let output = of(&["shrink", "faulty/hop-limit"]);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    for told in [
        "the smallest difference that still fails: HLIM 0 → 1",
        "the smallest difference that still fails: HLIM 0 → 2",
        "iphc.hlim: 0 [60 00] → 1 [61 00]",
    ] {
        assert!(text.contains(told), "{told}\n{text}");
    }
    let passes = said(&of(&["shrink", "faulty/hop-limit-255"]));
    assert!(passes.contains("none of 1 trials fails"), "{passes}");

    // The tries lie under the run, are evidence like any, and are not taken for a run.
    let tries = Recorded::read(&latest(&folder.join("shrink")).unwrap()).unwrap();
    assert!(tries.lines.len() > 6);
    for line in 0..tries.lines.len() {
        tries.evidence(line).unwrap();
    }
    assert_eq!(latest(&house.runs()).unwrap(), folder);
}

#[test]
fn what_names_no_cell_is_told_what_does() {
    let house = House::new();
    let run = house
        .sixlo(&["run", "--dut", "p6lowpan-0"])
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", said(&run));
    let folder = latest(&house.runs()).unwrap();
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    let mut text = String::new();
    for words in [
        ["explain", "P6LoWPAN-0/hop-limitt"],
        ["explain", "P6LoWPAN-1/hop-limit"],
        ["explain", "P6LoWPAN-0/mesh-header"],
        ["shrink", "P6LoWPAN-0"],
        ["shrink", "P6LoWPAN-0/UDP checksum elison"],
        ["shrink", "P6LoWPAN-0/mesh-header"],
    ] {
        let output = house.sixlo(&words).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        let error = said(&output).replace(&name, "RUN");
        text += &format!("$ sixlo {}\n{error}\n", words.join(" "));
    }
    insta::assert_snapshot!(text);
}
