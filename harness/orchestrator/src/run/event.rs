//! What a run says while it goes on. It prints nothing; whoever started it does.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sixlo_judge::meta::TrialMeta;
use sixlo_judge::name::{CaseId, DutName};
use sixlo_judge::profile::Profile;
use sixlo_judge::verdict::{Judgement, Verdict};

/// What a run says while it goes on.
#[derive(Debug)]
pub enum Event {
    /// It begins, with so many devices, in this folder.
    Started {
        /// The run's folder.
        folder: PathBuf,
        /// Devices that will be opened.
        devices: usize,
    },
    /// A device answers, and this many trials are planned for it.
    Opened {
        /// As it was found.
        profile: Box<Profile>,
        /// Trials planned.
        trials: usize,
        /// Cases, or rows of their sweeps, that do not apply to it, and why.
        not_applicable: Vec<(CaseId, String)>,
    },
    /// A device cannot be judged here.
    LeftOut(LeftOut),
    /// A device has logged lines in the attempts at the trial that is judged next.
    Logged {
        /// The device.
        dut: DutName,
        /// The lines, each with its level before it.
        lines: Vec<String>,
    },
    /// A trial has its last word.
    Judged(Box<Judged>),
    /// The last word on a trial may have changed: an answer to it came late, or the device
    /// was gone before the next trial, and this one was played again.
    Amended {
        /// The trial and its new last word.
        judged: Box<Judged>,
        /// What the verdict was.
        before: Verdict,
    },
    /// Another device of the rack stood in for one that the bench failed under.
    Replaced {
        /// The device.
        dut: DutName,
        /// Which, and why.
        words: String,
    },
    /// All trials of a device have their last word.
    Finished {
        /// The device.
        dut: DutName,
        /// Wall time since it was opened.
        took: Duration,
    },
}

/// A trial's last word.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The trial.
    pub trial: TrialMeta,
    /// How often it was played.
    pub attempts: usize,
    /// What its attempts come to.
    pub judgement: Judgement,
    /// Wall time of all attempts; zero where all of them were recorded before.
    pub took: Duration,
}

/// A device that cannot be judged here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// The device.
    pub dut: DutName,
    /// Why, in words.
    pub why: String,
    /// Something is not installed: that changes no exit code. Otherwise it is
    /// trouble of the bench.
    pub missing: bool,
}
