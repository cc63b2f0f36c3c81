//! Expected or not, and what a run's exit code is. A verdict never looks at
//! claims; this does.

use crate::family::Standing;
use crate::known::{Applies, Known};
use crate::meta::TrialMeta;
use crate::profile::{Claims, Profile};
use crate::rows::Rows;
use crate::testcase::{Direction, Kind, TestCase};
use crate::verdict::{Judgement, Outcome, Seen, Verdict};

/// A trial's verdict against what its device claims and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Not judged: not applicable, or only written down.
    NotJudged,
    /// A pass of what is claimed, or of what anybody must do.
    Pass,
    /// Dropped or declined, and not claimed.
    NotClaimed,
    /// A deviation, or an undecided trial, that known.yaml explains: the number of
    /// its entry.
    Known(usize),
    /// Its parent or twin decides: those count in its place.
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

/// Everything `expected` looks at beside the trial.
#[derive(Debug, Clone, Copy)]
pub struct Expectations<'a> {
    /// rows.yaml.
    pub rows: &'a Rows,
    /// known.yaml of the device's port.
    pub known: &'a [Known],
    /// The device.
    pub profile: &'a Profile,
}

impl Expectations<'_> {
    /// Whether this verdict was to be expected.
    pub fn expected(
        &self,
        case: &TestCase,
        meta: &TrialMeta,
        judgement: &Judgement,
        standing: &Standing,
    ) -> Expected {
        match judgement.verdict {
            Verdict::None => return Expected::NotJudged,
            Verdict::Error => return Expected::Trouble,
            _ if !standing.stands() => return Expected::Relative,
            _ if case.disputed.is_some() && judgement.outcome != Outcome::Crashed => {
                return Expected::NotJudged;
            }
            _ => {}
        }
        let claimed = self.claimed(case, meta);
        let applies = |entry: &Known| entry.applies(meta, self.profile) == Applies::Yes;
        let known = self.known.iter().position(applies);
        let explained = self
            .known
            .iter()
            .position(|entry| applies(entry) && entry.explains(judgement));
        match (judgement.verdict, known, explained) {
            // A SHOULD that was not kept: no fail, and nothing to claim.
            (Verdict::Pass, _, None) if judgement.deviation.is_some() => Expected::Pass,
            (Verdict::Pass, Some(_), None) => Expected::UnexpectedPass,
            (Verdict::Pass, _, _) if case.kind == Kind::Guard => Expected::Pass,
            // Keeping silent where silence is right is no ability to claim.
            (Verdict::Pass, _, _) if judgement.seen == Seen::Nothing => Expected::Pass,
            (Verdict::Pass, _, _) if claimed == Some(false) && has_level(case, meta) => {
                Expected::UnexpectedPass
            }
            (Verdict::Pass, _, _) => Expected::Pass,
            (_, _, Some(at)) => Expected::Known(at),
            (Verdict::Fail, _, _) if is_absence(judgement) && claimed == Some(false) => {
                Expected::NotClaimed
            }
            (Verdict::Fail, _, _) => Expected::UnexpectedFail,
            _ => Expected::Undecided,
        }
    }

    /// Whether the device claims what this trial asks for; none where nothing at
    /// all is claimed, where everybody must do it, or where the port does it in the
    /// stack's place: nobody claims that, and yet it must work.
    fn claimed(&self, case: &TestCase, meta: &TrialMeta) -> Option<bool> {
        let claims = &self.profile.claims;
        let by_port = self.profile.done_by_port.contains(&case.topic);
        if *claims == Claims::default() || by_port {
            return None;
        }
        if claims.except.contains(&case.topic) {
            return Some(false);
        }
        if claims.rows.contains(&case.topic) {
            return Some(true);
        }
        let row = self.rows.row(&case.topic);
        let level = [case.level, meta.level, row.and_then(|row| row.level)]
            .into_iter()
            .flatten()
            .max();
        match (level, claims.level, row) {
            (Some(needed), Some(claimed), _) => Some(needed <= claimed),
            // Rows are claimed one by one, and this one is not.
            (_, _, Some(_)) => Some(false),
            _ => None,
        }
    }
}

/// Whether a pass says that the device does more than it claims. Rows outside
/// the levels and sending are free to anybody.
fn has_level(case: &TestCase, meta: &TrialMeta) -> bool {
    case.direction == Direction::Receive && case.level.or(meta.level).is_some()
}

fn is_absence(judgement: &Judgement) -> bool {
    matches!(judgement.outcome, Outcome::Dropped | Outcome::Declined)
}

/// What `sixlo` exits with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// All passed, or are known.
    Success,
    /// An unexpected fail or an unexpected pass.
    Unexpected,
    /// The arguments or the catalogue are wrong, or an entry of known.yaml matches nothing.
    Usage,
    /// Something is undecided.
    Undecided,
    /// Nothing was selected, or nothing of it applies: an empty run is never green.
    Nothing,
    /// Trouble of the bench or the harness.
    Trouble,
}

impl ExitStatus {
    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            ExitStatus::Success => 0,
            ExitStatus::Unexpected => 1,
            ExitStatus::Usage => 2,
            ExitStatus::Undecided => 3,
            ExitStatus::Nothing => 4,
            ExitStatus::Trouble => 5,
        }
    }

    /// What it means, in one clause.
    pub fn meaning(self) -> &'static str {
        match self {
            ExitStatus::Success => "all passed, or are known",
            ExitStatus::Unexpected => "an unexpected fail or an unexpected pass",
            ExitStatus::Usage => {
                "wrong arguments, a wrong catalogue, or a known deviation that matches nothing"
            }
            ExitStatus::Undecided => "something is undecided",
            ExitStatus::Nothing => "nothing was selected",
            ExitStatus::Trouble => "trouble of the bench or the harness",
        }
    }

    /// Of several, the one to exit with: 2, 5, 1, 3, 4, 0.
    #[must_use]
    pub fn and(self, other: ExitStatus) -> ExitStatus {
        [
            ExitStatus::Usage,
            ExitStatus::Trouble,
            ExitStatus::Unexpected,
            ExitStatus::Undecided,
            ExitStatus::Nothing,
        ]
        .into_iter()
        .find(|&status| self == status || other == status)
        .unwrap_or(ExitStatus::Success)
    }

    /// The status of a run with these trials.
    pub fn of<'a>(trials: impl IntoIterator<Item = &'a Expected>) -> ExitStatus {
        let mut status = ExitStatus::Success;
        // Whether any trial was judged, and whether any counts by itself.
        let (mut judged, mut counted) = (false, false);
        for expected in trials {
            judged |= *expected != Expected::NotJudged;
            counted |= !matches!(expected, Expected::NotJudged | Expected::Relative);
            status = status.and(match expected {
                Expected::NotJudged
                | Expected::Pass
                | Expected::NotClaimed
                | Expected::Known(_)
                | Expected::Relative => ExitStatus::Success,
                Expected::Undecided => ExitStatus::Undecided,
                Expected::UnexpectedFail | Expected::UnexpectedPass => ExitStatus::Unexpected,
                Expected::Trouble => ExitStatus::Trouble,
            });
        }
        match (judged, counted) {
            (false, _) => ExitStatus::Nothing,
            // Guards without their twins: nothing was decided.
            (true, false) => ExitStatus::Undecided,
            (true, true) => status,
        }
    }
}

#[cfg(test)]
mod tests;
