//! Processes that die, hang, flood and complain. Shells play the devices: what is
//! tested is what becomes of a process, not what an agent says.

use std::time::{Duration, Instant};

use sixlo_agent_protocol::HostMessage;

use super::*;
use crate::agent_link::LinkError;

const LIMIT: Duration = Duration::from_secs(10);

/// A device that runs this script.
fn device(script: &str) -> HostProcess {
    let start = Start {
        program: "/bin/sh".into(),
        arguments: vec!["-c".to_owned(), script.to_owned()],
        cpu: None,
    };
    HostProcess::spawn(&start).unwrap()
}

/// How its link ends, and how it is buried.
fn end_of(script: &str, limit: Duration) -> (LinkError, String) {
    let mut device = Box::new(device(script));
    device.link().set_watchdog(limit);
    device.link().queue(HostMessage::Reset);
    let error = loop {
        if let Err(error) = device.link().hear() {
            break error;
        }
    };
    (error, device.bury())
}

#[test]
fn the_way_it_ended_is_told_in_words_with_its_last_words() {
    let ends = [
        ("exit 3", "exited with code 3"),
        ("kill -ABRT $$", "killed by signal 6"),
        ("kill -SEGV $$", "killed by signal 11"),
        (
            "echo oh no >&2; exit 1",
            "exited with code 1; its last words: oh no",
        ),
        // Its pipes are closed well before its end.
        ("exec <&- >&- 2>&-; sleep 0.1; exit 4", "exited with code 4"),
    ];
    for (script, words) in ends {
        let ended = end_of(script, LIMIT);
        assert_eq!(ended, (LinkError::Closed, words.to_owned()), "{script}");
    }
}

#[test]
fn one_that_hangs_is_killed_with_everything_it_started() {
    let limit = Duration::from_millis(50);
    let begin = Instant::now();
    let (error, words) = end_of("sleep 1000 & echo $! >&2; wait", limit);
    assert_eq!(error, LinkError::Silent(limit));
    let grandchild = words
        .strip_prefix("was running and has been killed; its last words: ")
        .expect(&words);
    let stat = format!("/proc/{grandchild}/stat");
    // Killed; whoever inherits it may not have reaped it yet.
    while std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z ")) {
        assert!(begin.elapsed() < LIMIT, "it lives on");
        std::thread::yield_now();
    }
}

#[test]
fn complaints_without_end_stop_neither_the_device_nor_the_harness() {
    // Far more than a pipe holds, then an end of its own.
    let script = "i=0; while [ $i -lt 20000 ]; do echo complaint $i >&2; i=$((i+1)); done; exit 5";
    let (error, words) = end_of(script, LIMIT);
    assert_eq!(error, LinkError::Closed);
    assert!(words.starts_with("exited with code 5; its last words: …"));
    assert!(words.ends_with("complaint 19999"), "{words}");

    let limit = Duration::from_millis(100);
    let (error, words) = end_of("while :; do echo complaint >&2; done", limit);
    assert_eq!(error, LinkError::Silent(limit));
    assert!(words.starts_with("was running and has been killed"));
}

#[test]
fn what_is_no_program_is_named() {
    let start = Start {
        program: "/nowhere/dut".into(),
        arguments: vec![],
        cpu: None,
    };
    let error = HostProcess::spawn(&start).err().unwrap().to_string();
    assert!(error.starts_with("cannot start /nowhere/dut: "), "{error}");
}

#[test]
fn whoever_is_dropped_is_gone() {
    let device = device("sleep 1000");
    let pid = rustix::process::Pid::from_raw(device.id().cast_signed()).unwrap();
    assert!(rustix::process::test_kill_process(pid).is_ok());
    drop(device);
    assert!(rustix::process::test_kill_process(pid).is_err());
}
