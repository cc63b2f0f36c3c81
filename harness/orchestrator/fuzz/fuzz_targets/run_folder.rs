//! A run's folder in which anything stands. The input is run.json, trials.jsonl and a
//! capture, with an octet fe between them.

#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use sixlo_harness::run::{Journal, Recorded, capture_path};

/// With it the lines are reached even where the input does not spell a header.
const HEADER: &str = r#"{"sixlo":"0.1.0","started":0,"catalogue":"","parameters":null,
    "selection":{"cases":[],"duts":[],"full":false,"strict":false,"seed":1,"shuffle":false,"loss":0.0},
    "profiles":[],"left_out":[]}"#;

fuzz_target!(|octets: &[u8]| {
    let mut parts = octets.splitn(3, |&octet| octet == 0xfe);
    let mut part = || parts.next().unwrap_or_default();
    let folder = tempfile::tempdir_in("/dev/shm").expect("a folder");
    let (header, lines, capture) = (part(), part(), part());
    let header = if header.is_empty() { HEADER.as_bytes() } else { header };
    fs::write(folder.path().join("run.json"), header).expect("run.json");
    fs::write(folder.path().join("trials.jsonl"), lines).expect("trials.jsonl");
    fs::write(capture_path(folder.path(), "a"), capture).expect("a capture");
    let Ok(recorded) = Recorded::read(folder.path()) else {
        return;
    };
    for line in 0..recorded.lines.len() {
        let _ = recorded.evidence(line);
    }
    let _ = Journal::resume(&recorded);
});
