//! A trial's last word.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sixlo_judge::meta::Knob;
use sixlo_judge::status::Expected;
use sixlo_judge::verdict::{FeatureStep, Outcome, Rung, Seen, Verdict};

use super::Case;
use crate::report::{Finding, Results};
use crate::run::capture_path;

/// A trial's last word. Its words are the judge's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trial {
    /// A hash: the same trial has it in every run.
    pub id: String,
    /// The device.
    pub dut: String,
    /// The case.
    pub case: String,
    /// The sweep row's label, and which time it was if it is not the first; empty without either.
    pub label: String,
    /// The values that a product sweep gave it.
    pub knobs: Vec<Knob>,
    /// Pass, inconc, fail, error, or none where nothing is judged.
    pub verdict: Verdict,
    /// What became of the stimulus.
    pub outcome: Outcome,
    /// How far the stimulus is known to have got.
    pub rung: Rung,
    /// By which oracle that was seen.
    pub seen: Seen,
    /// Set against what is claimed and known.
    pub status: Status,
    /// The reason that known.yaml gives; only with status `known`.
    pub reason: Option<String>,
    /// The function in the stack's source that it names.
    pub function: Option<String>,
    /// A SHOULD that was not kept.
    pub deviation: Option<String>,
    /// What was expected.
    pub expected: String,
    /// What was observed.
    pub observed: String,
    /// Why it is undecided or in error; empty otherwise.
    pub cause: String,
    /// What became of the case's features: informative, never part of the verdict.
    #[serde(default)]
    pub features: Vec<FeatureStep>,
    /// Why a pass is among what somebody has to look at.
    pub note: Option<String>,
    /// How often it was played.
    pub attempts: usize,
    /// Whether its attempts came to different verdicts.
    pub flaky: bool,
    /// Where the packets of its last attempt stand.
    pub packets: Packets,
}

/// A verdict set against what is claimed and known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Only written down.
    NotJudged,
    /// A pass that was to be expected.
    Pass,
    /// Dropped or declined, and nobody claimed it.
    NotClaimed,
    /// known.yaml explains it.
    Known,
    /// Undecided for its parent or twin, which counts in its place.
    Relative,
    /// Undecided.
    Undecided,
    /// A fail that nothing explains.
    UnexpectedFail,
    /// A pass of what is not claimed, or of what known.yaml says does not pass.
    UnexpectedPass,
    /// Trouble of the bench or the harness.
    Trouble,
}

/// Where packets stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Packets {
    /// The capture's name in the run's folder.
    pub file: String,
    /// The number of the first packet, counted from 1.
    pub first: u64,
    /// How many they are.
    pub count: u64,
}

impl Trial {
    /// A trial as reports tell of it.
    pub fn of(finding: &Finding, results: &Results) -> Self {
        let judgement = &finding.judgement;
        let meta = &finding.trial;
        let known = match finding.expected {
            Expected::Known(at) => results.known.get(&meta.dut).and_then(|known| known.get(at)),
            _ => None,
        };
        let file = capture_path(Path::new(""), &meta.dut.0);
        Trial {
            id: meta.id.to_string(),
            dut: meta.dut.to_string(),
            case: meta.case.to_string(),
            label: meta.row(),
            knobs: meta.knobs.clone(),
            verdict: judgement.verdict,
            outcome: judgement.outcome,
            rung: judgement.rung,
            seen: judgement.seen,
            status: Status::of(&finding.expected),
            reason: known.map(|known| known.reason.clone()),
            function: known.and_then(|known| known.function.clone()),
            deviation: judgement.deviation.clone(),
            expected: judgement.expected.clone(),
            observed: judgement.observed.clone(),
            cause: judgement.cause.clone(),
            features: judgement.features.clone(),
            note: finding.note(results).map(str::to_owned),
            attempts: finding.attempts,
            flaky: finding.flaky,
            packets: Packets {
                file: file.display().to_string(),
                first: finding.packets.first,
                count: finding.packets.packets,
            },
        }
    }

    /// Case and label, as reports name a trial beside its device.
    pub fn title(&self) -> String {
        title(&self.case, &self.label)
    }

    /// Everything a reader needs to see what came out and why, name by name; what is
    /// empty is left out. `folder` is the run's.
    pub fn fields(&self, case: &Case, folder: &Path) -> Vec<(&'static str, String)> {
        let known = match (&self.reason, &self.function) {
            (Some(reason), Some(function)) => format!("{reason} ({function})"),
            (Some(reason), None) => reason.clone(),
            (None, _) => String::new(),
        };
        let Case {
            clause,
            strength,
            title,
            ..
        } = case;
        let mut fields = vec![
            ("clause", format!("{clause} ({}): {title}", strength.word())),
            ("expected", self.expected.clone()),
            ("observed", self.observed.clone()),
            ("cause", self.cause.clone()),
            ("known", known),
        ];
        fields.extend(self.features.iter().map(|step| ("feature", step.words())));
        fields.extend([
            ("note", self.note.clone().unwrap_or_default()),
            ("evidence", self.packets.words(folder)),
        ]);
        fields.retain(|(_, words)| !words.is_empty());
        fields
    }
}

/// A trial's case and label.
pub(crate) fn title(case: &str, label: &str) -> String {
    match label {
        "" => case.to_owned(),
        label => format!("{case} [{label}]"),
    }
}

impl Packets {
    fn words(&self, folder: &Path) -> String {
        let Packets { first, count, .. } = self;
        let file = folder.join(&self.file);
        match count {
            0 => "no packet".to_owned(),
            1 => format!("{}, packet {first}", file.display()),
            _ => format!(
                "{}, packets {first} to {}",
                file.display(),
                first + count - 1
            ),
        }
    }
}

impl Status {
    fn of(expected: &Expected) -> Self {
        match expected {
            Expected::NotJudged => Status::NotJudged,
            Expected::Pass => Status::Pass,
            Expected::NotClaimed => Status::NotClaimed,
            Expected::Known(_) => Status::Known,
            Expected::Relative => Status::Relative,
            Expected::Undecided => Status::Undecided,
            Expected::UnexpectedFail => Status::UnexpectedFail,
            Expected::UnexpectedPass => Status::UnexpectedPass,
            Expected::Trouble => Status::Trouble,
        }
    }

    /// What it means, in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            Status::NotJudged => "not judged",
            Status::Pass => "as expected",
            Status::NotClaimed => "not claimed",
            Status::Known => "known deviation",
            Status::Relative => "its parent or twin decides",
            Status::Undecided => "undecided",
            Status::UnexpectedFail => "unexpected fail",
            Status::UnexpectedPass => "unexpected pass",
            Status::Trouble => "trouble of the bench or the harness",
        }
    }
}
