//! What the judge says.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::evidence::Overheard;

/// TTCN-3's verdicts, in worsening order. *Not applicable* is none of them.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing judged yet.
    None,
    /// Right.
    Pass,
    /// Undecided, with its cause.
    Inconc,
    /// Wrong, with proof of delivery.
    Fail,
    /// The harness's or the bench's own trouble; never colours a cell.
    Error,
}

/// What became of the stimulus. Never merged: silence, refusal and a wrong
/// value are different answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The right answer.
    Right,
    /// An answer, but a wrong one.
    WrongValue,
    /// "Class unsupported", with the level it names; or the stack refused a
    /// setting that the case needs.
    Declined,
    /// Silence. Proven where the verdict is a fail; with an inconc nothing but the
    /// medium's loss explains it.
    Dropped,
    /// An answer came after the trial had ended: whatever its silence seemed to say is void.
    Late,
    /// The DUT crashed, hung or rebooted.
    Crashed,
    /// Nothing could be learnt.
    Unknown,
}

/// How far the frame is known to have got.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Rung {
    /// Not even on the air.
    Nowhere,
    /// The injector or the medium put it on the air.
    OnAir,
    /// The DUT's radio acknowledged it, or its agent took it (done, settled).
    Acknowledged,
    /// All fragments were put together.
    Reassembled,
    /// The header was restored.
    Decompressed,
    /// The packet reached the DUT's own IPv6 layer.
    Delivered,
    /// An answer came.
    Replied,
    /// The answer was right.
    ReplyRight,
}

/// By which oracle it was seen, weakest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Seen {
    /// By nothing.
    Nothing,
    /// By a reply with the trial's nonce.
    Replied,
    /// By an ICMPv6 error that quotes the restored packet.
    Quoted,
    /// By the agent, which handed the restored packet back.
    Delivered,
}

/// The judge's word on one attempt at one trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// Pass, inconc, fail or error.
    pub verdict: Verdict,
    /// What became of the stimulus.
    pub outcome: Outcome,
    /// How far it got.
    pub rung: Rung,
    /// By which oracle that was seen.
    pub seen: Seen,
    /// A SHOULD that was not kept; the verdict is pass unless strict.
    pub deviation: Option<String>,
    /// What was expected, in words; written once and shown everywhere alike.
    pub expected: String,
    /// What was observed, in words.
    pub observed: String,
    /// Why it is undecided or in error, in words; empty otherwise.
    pub cause: String,
    /// What the DUT's own frames in this trial used and missed, per row.
    pub economy: Vec<Economy>,
    /// What became of the case's features: informative, never part of the verdict.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<FeatureStep>,
    /// What a second radio heard of what was sent, as the evidence has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overheard: Option<Overheard>,
    /// The attempt looked at what the device does when it is reset afterwards, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub afterwards: bool,
}

impl Judgement {
    /// Nothing learnt, and why.
    pub fn undecided(cause: impl Into<String>) -> Self {
        Judgement {
            verdict: Verdict::Inconc,
            outcome: Outcome::Unknown,
            rung: Rung::Nowhere,
            seen: Seen::Nothing,
            deviation: None,
            expected: String::new(),
            observed: String::new(),
            cause: cause.into(),
            economy: Vec::new(),
            features: Vec::new(),
            overheard: None,
            afterwards: false,
        }
    }

    /// The same under `--strict`: a SHOULD that was not kept is a fail.
    #[must_use]
    pub fn strictly(self) -> Self {
        match (&self.deviation, self.verdict) {
            (Some(_), Verdict::Pass) => Judgement {
                verdict: Verdict::Fail,
                ..self
            },
            // What repeats will decide is no mere deviation.
            (Some(_), Verdict::Inconc) => Judgement {
                deviation: None,
                ..self
            },
            _ => self,
        }
    }
}

/// One of the DUT's frames against the best legal encoding: never part of a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Economy {
    /// The row whose feature it is.
    pub topic: crate::name::Topic,
    /// Frames that used it.
    pub used: u32,
    /// Frames that could have and did not.
    pub missed: u32,
    /// Frames that could have, and by P6LoWPAN's rules for peers of unknown level
    /// did not have to.
    #[serde(default)]
    pub excused: u32,
    /// Frames that used it wrongly: they do not restore to what was meant.
    pub wrong: u32,
    /// Octets on air beyond the smallest legal encoding.
    pub wasted_octets: u32,
}

/// A *feature* step of a test description: a means of compression that a sender may
/// use, and that interoperability does not hang on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FeatureStep {
    /// The form that was looked for, in words.
    pub expected: String,
    /// What was there, in words; where nothing was seen, why.
    pub observed: String,
    /// Whether it was used.
    pub kept: Kept,
}

/// Whether a sender used what a feature step looks for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Kept {
    /// It did.
    Kept,
    /// It sent another form.
    NotKept,
    /// It sent nothing that could show it.
    NotSeen,
}
