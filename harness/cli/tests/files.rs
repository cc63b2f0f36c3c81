//! Files that people write wrongly: which file, which line and column, which value,
//! what is allowed, and exit code 2.

mod common;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use common::house::{CASE, DUT, House, KNOWN};
use common::said;

/// What `sixlo lint` says of a house in which this file is another one.
fn lint_with(house: &House, path: &str, octets: impl AsRef<[u8]>) -> String {
    let right = fs::read(house.path().join(path)).unwrap();
    house.write(path, octets);
    let output = house.sixlo(&["lint"]).output().unwrap();
    house.write(path, right);
    said(&output)
}

#[test]
fn mistakes_in_any_file_are_told_with_place_value_and_what_is_allowed() {
    let house = House::new();
    let rows = "testcases/rows.yaml";
    let requirements = "testcases/requirements.yaml";
    let mistakes = [
        (CASE, "title:", "titel:"),
        (CASE, "level:     1", "level: 1\nlevel: 2"),
        (CASE, "level:     1", "level: one"),
        (CASE, "level:     1", "level: 300"),
        (CASE, "covers:    [", "covers: x # ["),
        (CASE, "  - echo-reply", "  - echo-reply: yes"),
        (CASE, "  - send: {}", "  - wait: 5 hours"),
        (CASE, "when:", "when: *nothing\nx:"),
        (CASE, "title:     ", "title: \""),
        (CASE, "title:     ", "title:\t- "),
        (DUT, "version:", "stack: x\nversion:"),
        (DUT, "claims: { level: 0", "claims: { level: 6"),
        (DUT, "p6lowpan: true", "p6lowpan: no"),
        (DUT, "reply-within: 50 ms", "reply-within: 50"),
        (DUT, "reassembly-buffers: 4", "reassembly-buffers: -4"),
        (DUT, "name: P6LoWPAN-1", "name: ../P6LoWPAN-1"),
        (DUT, "name: P6LoWPAN-1", "name: P6LoWPAN-0"),
        (DUT, "{ self: p6lowpan-1 }", "{ itself: p6lowpan-1 }"),
        (DUT, "{ self: p6lowpan-1 }", "{ program: [] }"),
        (KNOWN, "[]", "- { cases: x, outcome: odd, reason: r }"),
        (KNOWN, "[]", "cases: x"),
        (rows, "title:", "titel:"),
        (rows, "level: 0,", "level: 0, level: 0,"),
        (requirements, "- id:", "- di:"),
    ];
    let mut text = String::new();
    for (path, right, wrong) in mistakes {
        let file = house.read(path);
        assert!(file.contains(right), "{path}: {right}");
        let told = lint_with(&house, path, file.replacen(right, wrong, 1));
        text += &format!("{wrong:?} in place of {right:?}\n{told}\n");
    }
    insta::assert_snapshot!(text);
}

/// What is no file, no text, or larger than anybody writes: told at once.
#[test]
fn hostile_files_cost_neither_time_nor_memory() {
    let house = House::new();
    let nested = format!("title: {}", "[".repeat(1 << 20));
    let deep = format!("then:\n  - any-of: {}", "[{any-of: ".repeat(1 << 16));
    // Nine times nine times … of the one before.
    let mut bomb = "title: &a x\n".to_owned();
    for (name, before) in ('b'..='z').zip('a'..) {
        let nine = format!("*{before}, ").repeat(9);
        bomb += &format!("why: &{name} [{nine}]\n");
    }
    let mut within = "origin: [ &a x".to_owned();
    for (name, before) in ('b'..='z').zip('a'..) {
        let nine = format!("*{before}, ").repeat(9);
        within += &format!(", &{name} [{nine}]");
    }
    within += " ]\n";
    let long = format!("title: {}\n", "x".repeat(100 << 20));
    let mut text = String::new();
    for (name, octets) in [
        ("an empty file", &b""[..]),
        ("no UTF-8", &b"title: a\nwhy: \xc3\xa4\xff\xfe\n"[..]),
        ("a NUL", &b"title: a\0\n"[..]),
        ("two documents", &b"title: a\n---\ntitle: b\n"[..]),
        ("a million brackets", nested.as_bytes()),
        ("sixty thousand levels", deep.as_bytes()),
        ("a billion laughs", bomb.as_bytes()),
        ("a billion laughs in one value", within.as_bytes()),
        ("a line of 100 MiB", long.as_bytes()),
    ] {
        text += &format!("{name}\n{}\n", lint_with(&house, CASE, octets));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_house_with_something_missing_says_what() {
    let house = House::new();
    let mut text = String::new();
    let mut lint = |name: &str| {
        let told = said(&house.sixlo(&["lint"]).output().unwrap());
        let told = told.replace(&shown(house.path()), "HOUSE");
        text += &format!("{name}\n{told}\n");
    };
    for part in [
        "testcases/requirements.yaml",
        "firmware-under-test/ports",
        KNOWN,
        "testcases/rows.yaml",
    ] {
        let (here, away) = (house.path().join(part), house.path().join("away"));
        fs::rename(&here, &away).unwrap();
        lint(&format!("without {part}"));
        fs::rename(&away, &here).unwrap();
    }
    let link = house.path().join("testcases/loop");
    symlink(".", &link).unwrap();
    lint("with a link to a folder");
    fs::remove_file(&link).unwrap();
    let link = house.path().join("testcases/rfc6282/nowhere.yaml");
    symlink("nowhere", &link).unwrap();
    lint("with a link to nowhere");
    fs::remove_file(&link).unwrap();
    fs::create_dir(&link).unwrap();
    fs::create_dir(house.path().join("testcases/empty")).unwrap();
    lint("with empty folders");
    let away = tempfile::tempdir().unwrap();
    let elsewhere = said(&house.sixlo(&["lint"]).current_dir(&away).output().unwrap());
    let elsewhere = elsewhere.replace(&shown(away.path()), "ELSEWHERE");
    text += &format!("elsewhere\n{elsewhere}");
    insta::assert_snapshot!(text);
}

fn shown(path: &Path) -> String {
    path.canonicalize().unwrap().display().to_string()
}

/// A user who stands anywhere names the house, and finds the run below where she stands.
#[test]
fn a_run_from_another_folder_needs_only_the_root() {
    let house = House::new();
    let away = tempfile::tempdir().unwrap();
    let output = house
        .sixlo(&["run", "iphc-all-in-line", "--dut", "p6lowpan-5", "--root"])
        .arg(house.path())
        .current_dir(&away)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(away.path().join("reports/runs").is_dir());
    // In a folder of the house, it is found upwards.
    let output = house
        .sixlo(&["lint"])
        .current_dir(house.path().join("testcases/calibration"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn mistakes_in_a_parameter_file_are_told_with_their_places() {
    let house = House::new();
    let mut text = String::new();
    for wrong in [
        "seed: x",
        "seed: 1\nseed: 2",
        "sed: 1",
        "pan-id: 65536",
        "prefix: \"2001:db8::/64\"",
        "prefixes: { context-0: \"2001:db8::\" }",
        "prefixes: { context-99: \"2001:db8::/64\" }",
        "ports: { closed: 9 }",
        "ports: { closed-16-bit: 99999 }",
        "dut: { eui64: \"02 00\" }",
        "dut: { eui64: \"02 00 5e ef 10 00 00 1a\" }",
        "- seed",
    ] {
        house.write("parameters.yaml", wrong);
        let words = ["run", "--dry-run", "--parameters", "parameters.yaml"];
        let told = said(&house.sixlo(&words).output().unwrap());
        text += &format!("{wrong:?}\n{told}\n");
    }
    insta::assert_snapshot!(text);
}
