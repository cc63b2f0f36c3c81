//! What the program says of itself, and of what it cannot do.

mod common;

use std::process::Output;

use common::sixlo;

#[test]
fn every_help_at_once() {
    let mut text = String::new();
    for words in [
        &["--help"][..],
        &["run", "--help"],
        &["report", "--help"],
        &["lint", "--help"],
        &["explain", "--help"],
        &["catalogue", "--help"],
        &["stack", "--help"],
    ] {
        let output = sixlo(words).output().unwrap();
        text += &format!("$ sixlo {}\n{}\n", words.join(" "), said(&output));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn every_error_names_the_value_and_what_is_allowed() {
    let mut text = String::new();
    for words in [
        &["run", "no-such-case"][..],
        &["run", "--dut", "no-such-device"],
        &["run", "--loss", "0.9"],
        &["run", "--resume", "testcases"],
        &["run", "--parameters", "no-such-file.yaml"],
        &["report", "testcases"],
        &["report", "--runs", "testcases"],
        &["stack", "probe", "no-such-device"],
        &["catalogue", "list", "no-such-case"],
        &["explain", "no-such-case"],
        &["lint", "--root", "harness"],
        &["dut", "no-such-device"],
    ] {
        let output = sixlo(words).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        text += &format!("$ sixlo {}\n{}\n", words.join(" "), said(&output));
    }
    insta::assert_snapshot!(text);
}

/// Everything it printed, with names of devices left out, and its exit code.
fn said(output: &Output) -> String {
    let code = output.status.code().expect("it ends by itself");
    let printed = [&output.stdout[..], &output.stderr[..]].concat();
    let mut text = String::from_utf8(printed).expect("it prints UTF-8");
    if let Some((before, after)) = text.split_once("(known: ")
        && let Some((_, after)) = after.split_once(')')
    {
        text = format!("{before}(known: …){after}");
    }
    format!("{text}exit {code}\n")
}
