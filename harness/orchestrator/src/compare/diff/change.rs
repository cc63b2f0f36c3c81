//! One trial in two runs.

use serde::Serialize;
use sixlo_judge::status::ExitStatus;
use sixlo_judge::testcase::Direction;
use sixlo_judge::verdict::{Outcome, Verdict};

use crate::report::LastWord;
use crate::report::model::{Report, Status, Trial, title};

/// One trial in two runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// What has become of it.
    pub class: Class,
    /// The device.
    pub dut: String,
    /// Which side of it is judged.
    pub direction: Direction,
    /// The row of Figure 2, or the topic without a row.
    pub topic: String,
    /// The same as reports show it.
    pub feature: String,
    /// The case.
    pub case: String,
    /// The sweep row's label; empty without a sweep.
    pub label: String,
    /// Before; none where it was not played.
    pub was: Option<Word>,
    /// After; none where it was not played.
    pub is: Option<Word>,
    /// The case's text is another one: what has changed may be the question.
    pub case_has_changed: bool,
}

/// What has become of a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// It failed or deviated in neither way before, and does so now.
    New,
    /// Another failure than before, such as a wrong value where it dropped.
    Changed,
    /// It was decided, and is not now.
    Undecided,
    /// It was not decided, and is now.
    Decided,
    /// It fails no more, or no longer deviates.
    Fixed,
    /// It was not played before.
    Appeared,
    /// It is not played now.
    Gone,
    /// The same failure or deviation as before, or still undecided.
    Still,
}

/// What a run says of a trial.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Word {
    /// The verdict.
    pub verdict: Verdict,
    /// What became of the stimulus.
    pub outcome: Outcome,
    /// Set against what is claimed and known.
    pub status: Status,
    /// A SHOULD that is not kept.
    pub deviates: bool,
    /// Whether its attempts disagreed.
    pub flaky: bool,
    /// The verdict's own words.
    pub words: String,
    /// What known.yaml says of it.
    pub known: Option<String>,
}

/// How bad it is, where it is decided.
#[derive(PartialEq, PartialOrd)]
enum Rank {
    Right,
    Deviates,
    Fails,
}

impl Class {
    /// The heading over them.
    pub fn heading(self) -> &'static str {
        match self {
            Class::New => "New",
            Class::Changed => "Changed in kind",
            Class::Undecided => "Undecided now",
            Class::Decided => "Decided now",
            Class::Fixed => "Fixed",
            Class::Appeared => "Not played before",
            Class::Gone => "Not played now",
            Class::Still => "As before",
        }
    }
}

impl Change {
    /// What makes it the same trial in two comparisons.
    pub(super) fn key(&self) -> super::Key<'_> {
        (&self.dut, &self.case, &self.label)
    }

    /// What has become of a trial; none where it came out right both times.
    pub(super) fn between(
        was: Option<&Trial>,
        is: Option<&Trial>,
        before: &Report,
        after: &Report,
    ) -> Option<Self> {
        let class = class(was.map(Word::of).as_ref(), is.map(Word::of).as_ref())?;
        let Trial {
            dut, case, label, ..
        } = is.or(was)?;
        let (then, now) = (before.case(case), after.case(case));
        let known = now.or(then)?;
        let rows = after.rows.iter().chain(&before.rows);
        let hashes = (then.zip(now)).map(|(then, now)| (&then.text_hash, &now.text_hash));
        Some(Change {
            class,
            dut: dut.clone(),
            direction: known.direction,
            topic: known.topic.clone(),
            feature: rows
                .into_iter()
                .find(|row| row.topic.0 == known.topic)
                .map_or_else(|| known.topic.clone(), |row| row.title.clone()),
            case: case.clone(),
            label: label.clone(),
            was: was.map(Word::of),
            is: is.map(Word::of),
            case_has_changed: hashes
                .is_some_and(|(then, now)| then != now && !then.is_empty() && !now.is_empty()),
        })
    }

    /// What it adds to the exit code. What known.yaml says, and what is not judged by itself,
    /// adds nothing; nor does what was as it is.
    pub fn status(&self) -> ExitStatus {
        let Some(is) = &self.is else {
            return match self.was_decided() {
                true => ExitStatus::Undecided,
                false => ExitStatus::Success,
            };
        };
        let fails_newly = is.verdict == Verdict::Fail
            && match self.class {
                // It passed: what is not claimed counts, too.
                Class::New => {
                    matches!(is.status, Status::UnexpectedFail | Status::NotClaimed)
                }
                Class::Decided | Class::Appeared => is.status == Status::UnexpectedFail,
                Class::Changed => {
                    let was = self.was.as_ref();
                    is.status == Status::UnexpectedFail
                        && (is.outcome == Outcome::Crashed
                            || was.is_some_and(|was| was.status != Status::UnexpectedFail))
                }
                Class::Undecided | Class::Fixed | Class::Gone | Class::Still => false,
            };
        match (self.class, is.status) {
            _ if fails_newly => ExitStatus::Unexpected,
            (Class::Still, _) => ExitStatus::Success,
            (_, Status::Trouble) => ExitStatus::Trouble,
            (Class::Undecided, Status::Undecided) if self.was_decided() => ExitStatus::Undecided,
            _ => ExitStatus::Success,
        }
    }

    /// Case and label, as reports name a trial beside its device.
    pub fn title(&self) -> String {
        title(&self.case, &self.label)
    }

    fn was_decided(&self) -> bool {
        self.was.as_ref().is_some_and(|was| was.rank().is_some())
    }
}

fn class(was: Option<&Word>, is: Option<&Word>) -> Option<Class> {
    let (Some(was), Some(is)) = (was, is) else {
        return match (was, is) {
            (None, Some(_)) => Some(Class::Appeared),
            (Some(_), None) => Some(Class::Gone),
            _ => None,
        };
    };
    Some(match (was.rank(), is.rank()) {
        (None, None) if was.verdict == is.verdict => Class::Still,
        // Undecided, or the bench in trouble.
        (_, None) => Class::Undecided,
        (None, Some(_)) => Class::Decided,
        (Some(was), Some(is)) if was < is => Class::New,
        (Some(was), Some(is)) if was > is => Class::Fixed,
        (Some(Rank::Right), _) => return None,
        _ if was.outcome != is.outcome => Class::Changed,
        _ => Class::Still,
    })
}

impl Word {
    fn of(trial: &Trial) -> Self {
        let known = match (&trial.reason, &trial.function) {
            (Some(reason), Some(function)) => Some(format!("{reason} ({function})")),
            (reason, _) => reason.clone(),
        };
        Word {
            verdict: trial.verdict,
            outcome: trial.outcome,
            status: trial.status,
            deviates: trial.deviation.is_some(),
            flaky: trial.flaky,
            words: LastWord::from(trial).to_string(),
            known,
        }
    }

    fn rank(&self) -> Option<Rank> {
        match self.verdict {
            Verdict::Pass if self.deviates => Some(Rank::Deviates),
            Verdict::Pass => Some(Rank::Right),
            Verdict::Fail => Some(Rank::Fails),
            Verdict::None | Verdict::Inconc | Verdict::Error => None,
        }
    }
}
