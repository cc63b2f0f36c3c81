//! What was seen while a trial was played: recorded, never interpreted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::name::TrialId;

/// Everything recorded in one attempt at one trial, in order of time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Evidence {
    /// The trial.
    pub trial: Option<TrialId>,
    /// 1 for the first attempt.
    pub attempt: u8,
    /// Whether the pacing was relaxed: a PIXIT deadline in place of the sentinel.
    pub relaxed: bool,
    /// What happened.
    pub events: Vec<Event>,
    /// Why waiting ended after the last step.
    pub stop: Stop,
    /// The medium lost nothing by construction (virtual air without seeded loss).
    pub lossless: bool,
    /// The medium doubled frames or changed their order in this attempt.
    pub disturbed: bool,
    /// Where the link secured a frame: the frame as it was on air, by its event's position,
    /// whose `psdu` is then the frame as the key opens it.
    pub on_air: BTreeMap<usize, Vec<u8>>,
    /// What a second radio heard of what was sent; none where there is none.
    pub overheard: Option<Overheard>,
}

/// Frames that were put on air, and what a second radio, the one that hears the device, heard
/// of them: what it misses of those it misses of the device's, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overheard {
    /// Frames put on air, as far as the radio that does so tells.
    pub sent: u32,
    /// Those of them that the second radio told.
    pub heard: u32,
}

impl Overheard {
    /// The share of frames that the second radio missed, 0 to 1; 0 where none were sent.
    pub fn missed(self) -> f64 {
        match self.sent {
            0 => 0.0,
            sent => f64::from(sent.saturating_sub(self.heard)) / f64::from(sent),
        }
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Overheard) -> Overheard {
        Overheard {
            sent: self.sent.saturating_add(other.sent),
            heard: self.heard.saturating_add(other.heard),
        }
    }

    /// What was counted since `before` was.
    #[must_use]
    pub fn since(self, before: Overheard) -> Overheard {
        Overheard {
            sent: self.sent.saturating_sub(before.sent),
            heard: self.heard.saturating_sub(before.heard),
        }
    }
}

impl Evidence {
    /// A frame of the event at `at` as it was on air; none for other events.
    pub fn octets_on_air(&self, at: usize) -> Option<&[u8]> {
        let psdu = match &self.events.get(at)?.what {
            What::Sent { psdu, .. } | What::Heard(psdu) => psdu,
            _ => return None,
        };
        Some(self.on_air.get(&at).unwrap_or(psdu))
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Microseconds on the lane's clock, when it happened at the DUT: a frame to it
    /// arrived, one of its own left.
    pub at_us: u64,
    /// In which part of the trial.
    pub phase: Phase,
    /// What happened.
    pub what: What,
}

/// The parts of a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Settings are being made.
    Given,
    /// The same datagram in the DUT's simplest form.
    Control,
    /// Step n of `when`, counted from 0. The one behind the last is a reset that only some
    /// attempts have ([`Judgement::afterwards`](crate::verdict::Judgement::afterwards)).
    Step(u16),
    /// The crafted frame's sentinel: answered, it proves the silence before it.
    Sentinel,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A frame went to the DUT.
    Sent {
        /// PSDU, FCS included.
        psdu: Vec<u8>,
        /// Why it was sent.
        cause: Cause,
        /// Whether it is known to have arrived: the agent's done or settled. An ACK of the
        /// virtual air proves nothing.
        taken: bool,
    },
    /// A frame came from the DUT. PSDU, FCS included.
    Heard(Vec<u8>),
    /// The agent handed back a restored IPv6 packet.
    Delivered(Vec<u8>),
    /// The agent said settled; `next_timer_us` is its next timer.
    Settled {
        /// Microseconds on the DUT's clock.
        next_timer_us: Option<u64>,
    },
    /// A setting or command is not offered by the port.
    Unsupported(String),
    /// A setting or command was refused: setting, and the agent's words.
    Refused(String, String),
    /// The DUT said hello unasked, or its boot number changed.
    Rebooted,
    /// The DUT's process ended: in words, such as "killed by signal 6".
    Exited(String),
    /// The DUT did not answer its agent within the watchdog's time, in milliseconds.
    Hung(u64),
    /// The DUT sent more than the harness is willing to keep.
    Flooded,
    /// An answer to this trial came when it had ended, or may have, in words.
    Late(String),
    /// Bench or harness trouble, in words.
    Fault(String),
}

/// Why the tester sent a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The trial says so.
    Trial,
    /// The tester's own protocol engine answered the DUT.
    Automatic,
}

/// Why waiting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stop {
    /// It did not: the trial broke off.
    #[default]
    Broken,
    /// The DUT settled with every frame worked off.
    Settled,
    /// The sentinel was answered.
    Sentinel,
    /// The deadline passed.
    Deadline,
}
