//! scapy, run as a script of ours by the system's Python.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde::Deserialize;

use super::codec::{Frame, craft_rate, dissect_rate};
use super::peer::{Measured, Peer};

const SCRIPT: &str = include_str!("scapy.py");
const SYSTEM_PYTHON: &str = "/usr/bin/python3";
const GET: &str = "apt-get install python3-scapy";

/// What the script writes.
#[derive(Debug, Deserialize)]
struct Answer {
    version: String,
    /// Frames that it reads and builds alike, by their number.
    usable: Vec<usize>,
    craft: Option<f64>,
    dissect: Option<f64>,
}

pub(super) fn measure(frames: &[Frame], time: Duration) -> Peer {
    // The package belongs to the system's Python, which another one may hide.
    match measure_with(SYSTEM_PYTHON, frames, time) {
        Peer::Missing(why) => match measure_with("python3", frames, time) {
            Peer::Missing(_) => Peer::Missing(why),
            measured => measured,
        },
        measured => measured,
    }
}

pub(super) fn measure_with(python: &str, frames: &[Frame], time: Duration) -> Peer {
    let answer = match ask(python, frames, time) {
        Ok(answer) => answer,
        Err(why) => return Peer::Missing(why),
    };
    let (Some(craft), Some(dissect)) = (answer.craft, answer.dissect) else {
        return Peer::Missing(format!(
            "scapy {} builds none of the frames",
            answer.version
        ));
    };
    let same: Vec<&Frame> = answer
        .usable
        .iter()
        .filter_map(|&at| frames.get(at))
        .collect();
    Peer::Measured(Measured {
        version: answer.version,
        frames: same.len(),
        craft: Some(craft),
        dissect,
        our_craft: craft_rate(&same, time),
        our_dissect: dissect_rate(&same, time),
    })
}

fn ask(python: &str, frames: &[Frame], time: Duration) -> Result<Answer, String> {
    let mut lines = String::new();
    for frame in frames {
        for octet in &frame.psdu {
            let _ = write!(lines, "{octet:02x}");
        }
        lines.push('\n');
    }
    let mut child = Command::new(python)
        .args(["-c", SCRIPT, &time.as_secs_f64().to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{python}: {error} ({GET})"))?;
    if let Some(mut stdin) = child.stdin.take() {
        // One that has ended already tells why by its status.
        let _ = stdin.write_all(lines.as_bytes());
    }
    let output = child
        .wait_with_output()
        .map_err(|error| format!("{python}: {error}"))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        let last = words.lines().last().unwrap_or("it failed");
        return Err(format!("{python}: {last} ({GET})"));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("its answer: {error}"))
}
