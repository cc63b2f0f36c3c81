//! What was seen in every attempt at every trial of one device, packed for the page.

use std::collections::HashMap;

use serde::Serialize;
use sixlo_frames::context::ContextTable;
use sixlo_frames::security::Keys;
use sixlo_judge::evidence::{Cause, Event, Evidence, Phase, Stop, What};
use sixlo_judge::name::TrialId;

use super::frames::{Frames, Seen};
use super::pack::pack;
use super::strings::Strings;
use crate::catalogue::{Catalogue, Parameters, compile};
use crate::report::model::Report;
use crate::run::{JournalError, Line, Recorded};
use crate::tester::Security;

/// The evidence of one device, as the page holds it.
#[derive(Debug)]
pub struct Chunk {
    /// The device.
    pub dut: String,
    /// Packed.
    pub packed: String,
}

/// What a chunk is before it is packed: this as JSON, its length in front of it in four
/// octets, highest first; behind it the octets of all frames.
#[derive(Debug, Default, Serialize)]
struct Unpacked {
    strings: Strings,
    #[serde(flatten)]
    frames: Frames,
    /// For each trial of the device, in the report's order, its attempts.
    trials: Vec<Vec<Attempt>>,
}

/// One attempt; words are numbers of strings.
#[derive(Debug, Serialize)]
struct Attempt {
    verdict: usize,
    expected: usize,
    observed: usize,
    cause: usize,
    /// Why waiting ended, how the frames were paced, and what the medium did to them.
    how: usize,
    /// Microseconds since the run began, of the first event.
    start: u64,
    /// Four numbers an event: microseconds since the event before it, which may be less
    /// than none; part of the trial (0 given, 1 control, 2 sentinel, 3 and up the steps);
    /// kind; and the number of its frame or words.
    events: Vec<i64>,
}

/// The kinds of events; the script knows them by these numbers.
mod kind {
    /// To the device, from the trial.
    pub const SENT: i64 = 0;
    /// To the device, by the tester's protocol engine.
    pub const AUTOMATIC: i64 = 1;
    /// Added to both where it is known to have arrived.
    pub const TAKEN: i64 = 2;
    /// From the device.
    pub const HEARD: i64 = 4;
    /// Handed back by its agent.
    pub const DELIVERED: i64 = 5;
    /// Said by its agent.
    pub const SAID: i64 = 6;
    /// Trouble: a crash, a hang, a reboot, a flood.
    pub const TROUBLE: i64 = 7;
}

/// One chunk a device.
pub fn chunks(
    report: &Report,
    recorded: &Recorded,
    catalogue: &Catalogue,
    parameters: &Parameters,
) -> Result<Vec<Chunk>, JournalError> {
    let contexts = contexts(recorded, catalogue, parameters);
    let mut lines: HashMap<&str, Vec<usize>> = HashMap::new();
    for (n, line) in recorded.lines.iter().enumerate() {
        lines.entry(&line.trial.id.0).or_default().push(n);
    }
    let mut chunks = Vec::new();
    for dut in &report.duts {
        let mut unpacked = Unpacked::default();
        unpacked.frames.keys = keys(recorded, &dut.name);
        for trial in report.trials.iter().filter(|trial| trial.dut == dut.name) {
            let mut attempts = Vec::new();
            for &n in lines.get(trial.id.as_str()).into_iter().flatten() {
                let line = &recorded.lines[n];
                let contexts = contexts.get(&line.trial.id).copied().unwrap_or_default();
                attempts.push(unpacked.attempt(line, &recorded.evidence(n)?, &contexts));
            }
            unpacked.trials.push(attempts);
        }
        chunks.push(Chunk {
            dut: dut.name.clone(),
            packed: unpacked.packed(),
        });
    }
    Ok(chunks)
}

/// The keys of a device's link; none where it is plain.
fn keys(recorded: &Recorded, dut: &str) -> Option<Keys> {
    let mut profiles = recorded.header.profiles.iter();
    let profile = profiles.find(|profile| profile.name.0 == dut)?;
    let security = Security::of(&profile.link, &profile.addresses)?;
    Some(security.keys().clone())
}

/// The contexts that each trial's frames are read with: they stand in no capture.
fn contexts(
    recorded: &Recorded,
    catalogue: &Catalogue,
    parameters: &Parameters,
) -> HashMap<TrialId, ContextTable> {
    let mut contexts = HashMap::new();
    for profile in &recorded.header.profiles {
        for case in &catalogue.cases {
            let trials = compile(case, profile, parameters).trials;
            contexts.extend(trials.into_iter().map(|trial| (trial.id, trial.contexts)));
        }
    }
    contexts
}

impl Unpacked {
    fn attempt(&mut self, line: &Line, evidence: &Evidence, contexts: &ContextTable) -> Attempt {
        let contexts = self.frames.contexts(contexts);
        let mut events = Vec::with_capacity(4 * evidence.events.len());
        let start = evidence.events.first().map_or(0, |event| event.at_us);
        let mut before = start;
        for (at, event) in evidence.events.iter().enumerate() {
            let (kind, number) = self.event(event, evidence.octets_on_air(at), contexts);
            let phase = match event.phase {
                Phase::Given => 0,
                Phase::Control => 1,
                Phase::Sentinel => 2,
                Phase::Step(step) => 3 + i64::from(step),
            };
            let since = event.at_us.cast_signed().wrapping_sub(before.cast_signed());
            events.extend([since, phase, kind, number]);
            before = event.at_us;
        }
        let judgement = &line.judgement;
        Attempt {
            verdict: self.strings.number(judgement.verdict.word()),
            expected: self.strings.number(&judgement.expected),
            observed: self.strings.number(&judgement.observed),
            cause: self.strings.number(&judgement.cause),
            how: self.strings.number(&how(evidence)),
            start,
            events,
        }
    }

    /// Its kind, and its frame or words.
    fn event(&mut self, event: &Event, on_air: Option<&[u8]>, contexts: usize) -> (i64, i64) {
        let on_air = on_air.unwrap_or_default();
        let mut frame =
            |seen, octets: &[u8]| self.frames.number(seen, octets, &mut self.strings) as i64;
        let (kind, words) = match &event.what {
            What::Sent { cause, taken, .. } => {
                let kind = match cause {
                    Cause::Trial => kind::SENT,
                    Cause::Automatic => kind::AUTOMATIC,
                };
                let taken = if *taken { kind::TAKEN } else { 0 };
                return (kind + taken, frame(Seen::Air(contexts), on_air));
            }
            What::Heard(_) => return (kind::HEARD, frame(Seen::Air(contexts), on_air)),
            What::Delivered(packet) => return (kind::DELIVERED, frame(Seen::Packet, packet)),
            What::Settled { next_timer_us } => (kind::SAID, settled(event.at_us, *next_timer_us)),
            What::Unsupported(what) => (kind::SAID, format!("not offered by the port: {what}")),
            What::Refused(what, why) => (kind::SAID, format!("refused {what}: {why}")),
            What::Rebooted => (kind::TROUBLE, "rebooted".to_owned()),
            What::Exited(how) => (kind::TROUBLE, format!("its process ended: {how}")),
            What::Hung(ms) => (kind::TROUBLE, format!("did not answer for {ms} ms")),
            What::Flooded => (kind::TROUBLE, "sent more than is kept".to_owned()),
            What::Late(what) => (kind::TROUBLE, format!("late answer: {what}")),
            What::Fault(why) => (kind::TROUBLE, format!("trouble of the bench: {why}")),
        };
        (kind, self.strings.number(&words) as i64)
    }

    fn packed(&self) -> String {
        let json = serde_json::to_vec(self).expect("names and numbers are JSON");
        let length = u32::try_from(json.len()).expect("a run's words are less than 4 GiB");
        let parts = [&length.to_be_bytes()[..], &json, &self.frames.octets];
        pack(&parts.concat())
    }
}

fn settled(at_us: u64, next_timer_us: Option<u64>) -> String {
    match next_timer_us.map(|next| next.saturating_sub(at_us)) {
        None => "settled".to_owned(),
        Some(left) => format!("settled, next timer in {} s", left as f64 / 1e6),
    }
}

fn how(evidence: &Evidence) -> String {
    let mut parts = vec![match evidence.stop {
        Stop::Broken => "broke off",
        Stop::Settled => "ended when the device had settled",
        Stop::Sentinel => "ended when the sentinel was answered",
        Stop::Deadline => "ended by the deadline",
    }];
    if evidence.relaxed {
        parts.push("paced with more time");
    }
    if !evidence.lossless {
        parts.push("over a medium that may lose frames");
    }
    if evidence.disturbed {
        parts.push("some frames doubled or overtaken");
    }
    parts.join(", ")
}
