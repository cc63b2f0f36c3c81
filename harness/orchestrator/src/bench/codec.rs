//! Frames crafted and dissected a second, beside other programs.

use std::borrow::Borrow;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use sixlo_frames::craft::{FrameSpec, craft};
use sixlo_frames::dissect::{DissectOptions, FcsMode, dissect};
use sixlo_frames::packet::Packet;
use sixlo_frames::workload::{self, Specimen};

use super::error::BenchError;
use super::peer::Peer;
use super::{scapy, tshark};

/// Different frames that are measured: those of the workload that fit one frame.
const FRAMES: usize = 1000;

/// Frames a second.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Codec {
    /// Different frames.
    pub frames: usize,
    /// Crafted a second, packet and frame.
    pub craft: f64,
    /// Dissected a second.
    pub dissect: f64,
    /// Beside scapy.
    pub scapy: Peer,
    /// Beside tshark.
    pub tshark: Peer,
}

/// One frame: how it is made, and its octets.
pub(super) struct Frame {
    packet: Packet,
    spec: FrameSpec,
    pub psdu: Vec<u8>,
}

/// Measures for about `time` each. Captures for other programs are made below `scratch`.
///
/// # Errors
/// If a capture cannot be written.
pub fn codec(time: Duration, scratch: &Path) -> Result<Codec, BenchError> {
    let frames = frames();
    Ok(Codec {
        frames: frames.len(),
        craft: craft_rate(&frames, time),
        dissect: dissect_rate(&frames, time),
        scapy: scapy::measure(&frames, time),
        tshark: tshark::measure(&frames, time, scratch)?,
    })
}

fn frames() -> Vec<Frame> {
    let one = |Specimen { packet, frame, .. }: Specimen| {
        let [psdu] = <[Vec<u8>; 1]>::try_from(craft(&frame, &packet.to_octets()).ok()?).ok()?;
        Some(Frame {
            packet,
            spec: frame,
            psdu,
        })
    };
    workload::sample(FRAMES)
        .into_iter()
        .filter_map(one)
        .collect()
}

/// Frames crafted a second, from a packet's fields to the octets on air.
pub(super) fn craft_rate<F: Borrow<Frame>>(frames: &[F], time: Duration) -> f64 {
    rate(frames, time, |frame| {
        black_box(craft(black_box(&frame.spec), &frame.packet.to_octets())).ok();
    })
}

/// Frames dissected a second, FCS checked and addresses restored.
pub(super) fn dissect_rate<F: Borrow<Frame>>(frames: &[F], time: Duration) -> f64 {
    let contexts = workload::contexts();
    let options = DissectOptions {
        contexts: &contexts,
        fcs: FcsMode::Present,
        keys: None,
    };
    rate(frames, time, |frame| {
        black_box(dissect(black_box(&frame.psdu), &options));
    })
}

fn rate<F: Borrow<Frame>>(frames: &[F], time: Duration, work: impl Fn(&Frame)) -> f64 {
    // Once to warm the caches.
    frames.iter().map(Borrow::borrow).for_each(&work);
    let begin = Instant::now();
    let mut done = 0;
    while done == 0 || begin.elapsed() < time {
        frames.iter().map(Borrow::borrow).for_each(&work);
        done += frames.len();
    }
    done as f64 / begin.elapsed().as_secs_f64()
}
