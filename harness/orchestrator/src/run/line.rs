//! One line of trials.jsonl: one attempt at one trial, all of it but its packets.
//!
//! Packets stand in the device's capture, in the same order; a line says at which
//! octets. Line and packets together give back the evidence, octet by octet, so
//! that a newer judge can judge it again.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sixlo_judge::evidence::{Cause, Event, Evidence, Phase, Stop, What};
use sixlo_judge::meta::TrialMeta;
use sixlo_judge::verdict::{Judgement, Outcome};
use thiserror::Error;

use crate::capture::{Direction, Interface, Packet};

/// What trials.jsonl holds of one attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The trial.
    pub trial: TrialMeta,
    /// 1 for the first attempt.
    pub attempt: u8,
    /// Whether the pacing was relaxed.
    pub relaxed: bool,
    /// What the judge said of this attempt.
    pub judgement: Judgement,
    /// Why waiting ended.
    pub stop: Stop,
    /// Whether the medium lost nothing by construction.
    pub lossless: bool,
    /// Whether the medium doubled frames or changed their order.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disturbed: bool,
    /// Where its packets stand in the device's capture.
    pub capture: Place,
    /// What happened, in order.
    pub events: Vec<Mark>,
}

/// Where an attempt's packets stand in the device's capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Their first octet.
    pub start: u64,
    /// The octet after their last.
    pub end: u64,
    /// The number of the first packet, counted from 1, as packet analysers count.
    pub first: u64,
    /// How many they are.
    pub packets: u64,
}

impl Place {
    /// Whether these packets can stand behind those in the same capture. None are
    /// numbers that only add up to more than there can be.
    pub(super) fn follows(&self, before: Place) -> bool {
        let next = before.first.max(1).checked_add(before.packets);
        self.stands() && before.end <= self.start && next == Some(self.first)
    }

    /// Whether so many packets can stand there at all.
    pub(super) fn stands(&self) -> bool {
        self.start <= self.end
            && self.packets <= self.end - self.start
            && self.first.checked_add(self.packets).is_some()
    }
}

/// One event without its octets: microseconds, part of the trial, and what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mark(pub u64, pub Phase, pub Kind);

/// What happened, with the packets left to the capture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Kind {
    /// The next packet of the capture went to the device.
    Sent {
        /// Why it was sent.
        cause: Cause,
        /// Whether it is known to have arrived.
        taken: bool,
    },
    /// The next packet of the capture came from the device.
    Heard,
    /// The next packet of the capture was handed back by the agent.
    Delivered,
    /// The agent said settled.
    Settled {
        /// The device's next timer, in microseconds.
        next_timer_us: Option<u64>,
    },
    /// The port does not offer this setting or command.
    Unsupported(String),
    /// This setting or command was refused, in these words.
    Refused(String, String),
    /// The device started again.
    Rebooted,
    /// Its process ended.
    Exited(String),
    /// It did not answer for so many milliseconds.
    Hung(u64),
    /// It sent more than is kept.
    Flooded,
    /// An answer to this trial came when it had ended, or may have, in words.
    Late(String),
    /// Trouble of the bench or the harness.
    Fault(String),
}

/// A line and its packets do not belong together.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EvidenceError {
    /// Fewer packets than events that need one.
    #[error("event {event} needs a packet, and the capture holds only {packets} of this attempt")]
    TooFewPackets {
        /// Counted from 1.
        event: usize,
        /// How many there are.
        packets: usize,
    },
    /// Packets are left over.
    #[error(
        "the capture holds {packets} packets of this attempt, its events account for {accounted}"
    )]
    TooManyPackets {
        /// How many there are.
        packets: usize,
        /// How many events have one.
        accounted: usize,
    },
    /// A packet went another way than its event.
    #[error("event {event} and packet {packet} of this attempt differ in kind")]
    Differ {
        /// Counted from 1.
        event: usize,
        /// Counted from 1.
        packet: usize,
    },
}

/// An event as a mark, and as the packet that goes to the capture, if there is one:
/// frames as they were on air.
pub(super) fn split<'a>(
    title: &str,
    event: &'a Event,
    on_air: Option<&'a [u8]>,
) -> (Mark, Option<Packet<'a>>) {
    use Interface::{Air, Delivered};
    let (kind, seen) = match &event.what {
        What::Sent { cause, taken, .. } => (
            Kind::Sent {
                cause: *cause,
                taken: *taken,
            },
            on_air.map(|psdu| (Air, Direction::ToDut, psdu)),
        ),
        What::Heard(_) => (
            Kind::Heard,
            on_air.map(|psdu| (Air, Direction::FromDut, psdu)),
        ),
        What::Delivered(packet) => (
            Kind::Delivered,
            Some((Delivered, Direction::FromDut, packet.as_slice())),
        ),
        What::Settled { next_timer_us } => (
            Kind::Settled {
                next_timer_us: *next_timer_us,
            },
            None,
        ),
        What::Unsupported(what) => (Kind::Unsupported(what.clone()), None),
        What::Refused(what, why) => (Kind::Refused(what.clone(), why.clone()), None),
        What::Rebooted => (Kind::Rebooted, None),
        What::Exited(how) => (Kind::Exited(how.clone()), None),
        What::Hung(ms) => (Kind::Hung(*ms), None),
        What::Flooded => (Kind::Flooded, None),
        What::Late(during) => (Kind::Late(during.clone()), None),
        What::Fault(why) => (Kind::Fault(why.clone()), None),
    };
    let mark = Mark(event.at_us, event.phase, kind);
    let packet = seen.map(|(interface, direction, octets)| Packet {
        at_us: event.at_us,
        interface,
        direction,
        octets: Cow::Borrowed(octets),
        comment: Cow::Owned(comment(title, &mark)),
    });
    (mark, packet)
}

impl Line {
    /// Frames of the trial itself that went to the device.
    pub(super) fn frames_sent(&self) -> usize {
        let is_own = |mark: &&Mark| {
            let own = matches!(
                mark.2,
                Kind::Sent {
                    cause: Cause::Trial,
                    ..
                }
            );
            own && matches!(mark.1, Phase::Step(_))
        };
        self.events.iter().filter(is_own).count()
    }

    /// Whether the device broke down in it, whatever the judge makes of that.
    pub fn broke_down(&self) -> bool {
        let is_end = |mark: &Mark| matches!(mark.2, Kind::Exited(_) | Kind::Hung(_));
        self.judgement.outcome == Outcome::Crashed || self.events.iter().any(is_end)
    }

    /// Puts the packets back to where they happened.
    pub fn evidence(&self, packets: Vec<Packet>) -> Result<Evidence, EvidenceError> {
        let total = packets.len();
        let mut packets = packets.into_iter();
        let mut events = Vec::with_capacity(self.events.len());
        for (at, mark) in self.events.iter().enumerate() {
            let mut octets = |interface, direction| {
                let packet = packets.next().ok_or(EvidenceError::TooFewPackets {
                    event: at + 1,
                    packets: total,
                })?;
                if packet.interface != interface || packet.direction != direction {
                    return Err(EvidenceError::Differ {
                        event: at + 1,
                        packet: total - packets.len(),
                    });
                }
                Ok(packet.octets.into_owned())
            };
            let what = match &mark.2 {
                Kind::Sent { cause, taken } => What::Sent {
                    psdu: octets(Interface::Air, Direction::ToDut)?,
                    cause: *cause,
                    taken: *taken,
                },
                Kind::Heard => What::Heard(octets(Interface::Air, Direction::FromDut)?),
                Kind::Delivered => {
                    What::Delivered(octets(Interface::Delivered, Direction::FromDut)?)
                }
                Kind::Settled { next_timer_us } => What::Settled {
                    next_timer_us: *next_timer_us,
                },
                Kind::Unsupported(what) => What::Unsupported(what.clone()),
                Kind::Refused(what, why) => What::Refused(what.clone(), why.clone()),
                Kind::Rebooted => What::Rebooted,
                Kind::Exited(how) => What::Exited(how.clone()),
                Kind::Hung(ms) => What::Hung(*ms),
                Kind::Flooded => What::Flooded,
                Kind::Late(during) => What::Late(during.clone()),
                Kind::Fault(why) => What::Fault(why.clone()),
            };
            events.push(Event {
                at_us: mark.0,
                phase: mark.1,
                what,
            });
        }
        match packets.len() {
            0 => Ok(Evidence {
                trial: Some(self.trial.id.clone()),
                attempt: self.attempt,
                relaxed: self.relaxed,
                events,
                stop: self.stop,
                lossless: self.lossless,
                disturbed: self.disturbed,
                on_air: BTreeMap::new(),
                overheard: self.judgement.overheard,
            }),
            left => Err(EvidenceError::TooManyPackets {
                packets: total,
                accounted: total - left,
            }),
        }
    }
}

/// What a packet's comment says: case, part of the trial, and why it was sent.
fn comment(title: &str, mark: &Mark) -> String {
    let part = match mark.1 {
        Phase::Given => "given".to_owned(),
        Phase::Control => "control".to_owned(),
        Phase::Step(step) => format!("step {}", u32::from(step) + 1),
        Phase::Sentinel => "sentinel".to_owned(),
    };
    let cause = match mark.2 {
        Kind::Sent {
            cause: Cause::Automatic,
            ..
        } => ", automatic",
        _ => "",
    };
    format!("{title}, {part}{cause}")
}
