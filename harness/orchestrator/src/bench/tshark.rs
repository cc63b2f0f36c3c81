//! tshark, on a capture of the same frames.

use std::borrow::Cow;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::codec::{Frame, craft_rate, dissect_rate};
use super::error::BenchError;
use super::peer::{Measured, Peer};
use crate::capture::{Direction, Interface, Packet, Writer};

const GET: &str = "apt-get install tshark";
/// Frames in a capture for each second of measuring: tshark's time must stand out
/// from its start.
const FRAMES_A_SECOND: f64 = 60_000.0;

pub(super) fn measure(
    frames: &[Frame],
    time: Duration,
    scratch: &Path,
) -> Result<Peer, BenchError> {
    let Some(version) = version("tshark") else {
        return Ok(Peer::Missing(format!("not found ({GET})")));
    };
    let repeats = (time.as_secs_f64() * FRAMES_A_SECOND / frames.len() as f64).ceil() as usize;
    let empty = Capture::write(scratch, "empty", frames, 0)?;
    let full = Capture::write(scratch, "full", frames, repeats.max(1))?;
    // The first start reads the program itself from the disk.
    let started = empty.dissect().and_then(|_| empty.dissect());
    let (Some(start), Some(took)) = (started, full.dissect()) else {
        return Ok(Peer::Missing("it does not read our capture".to_owned()));
    };
    let seconds = took.saturating_sub(start).as_secs_f64().max(1e-6);
    let same: Vec<&Frame> = frames.iter().collect();
    Ok(Peer::Measured(Measured {
        version,
        frames: frames.len(),
        craft: None,
        dissect: (frames.len() * repeats.max(1)) as f64 / seconds,
        our_craft: craft_rate(&same, time),
        our_dissect: dissect_rate(&same, time),
    }))
}

/// `TShark (Wireshark) 4.0.17 (…)`: the number.
fn version(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let words = text.lines().next()?.split_whitespace();
    let number = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
    Some(
        words
            .into_iter()
            .find(number)?
            .trim_end_matches('.')
            .to_owned(),
    )
}

/// A capture, gone in the end.
struct Capture(PathBuf);

impl Capture {
    fn write(
        folder: &Path,
        name: &str,
        frames: &[Frame],
        repeats: usize,
    ) -> Result<Self, BenchError> {
        let path = folder.join(format!("sixlo-bench-{}-{name}.pcapng", std::process::id()));
        let capture = Capture(path);
        let write = || {
            let file = BufWriter::new(File::create(&capture.0)?);
            let mut writer = Writer::begin(file, 0, Duration::ZERO)?;
            for (n, frame) in std::iter::repeat_n(frames, repeats).flatten().enumerate() {
                writer.write(&Packet {
                    at_us: n as u64,
                    interface: Interface::Air,
                    direction: Direction::FromDut,
                    octets: Cow::Borrowed(&frame.psdu),
                    comment: Cow::Borrowed(""),
                })?;
            }
            writer.flush()
        };
        match write() {
            Ok(()) => Ok(capture),
            Err(error) => Err(BenchError::file(&capture.0, error)),
        }
    }

    /// How long it takes to be dissected up to the ports, with nothing printed that
    /// need not be; none if it fails.
    fn dissect(&self) -> Option<Duration> {
        let begin = Instant::now();
        let status = Command::new("tshark")
            .args([
                "-n",
                "-T",
                "fields",
                "-e",
                "ipv6.dst",
                "-e",
                "udp.dstport",
                "-r",
            ])
            .arg(&self.0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .ok()?;
        status.success().then(|| begin.elapsed())
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        // What cannot be removed stands in the system's folder for temporary files.
        let _ = std::fs::remove_file(&self.0);
    }
}
