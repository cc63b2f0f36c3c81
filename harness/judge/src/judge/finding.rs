//! What one expectation comes to.

use crate::verdict::{Outcome, Rung, Seen, Verdict};

/// What one expectation comes to, before strength and kind are looked at.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Finding {
    pub kind: FindingKind,
    pub rung: Rung,
    pub seen: Seen,
    /// What was expected, in words.
    pub expected: String,
    /// What was observed, in words; for an undecided one, why.
    pub observed: String,
    /// A fail of this kind may be the oracle's, and is believed only where the
    /// control was answered rightly.
    pub needs_control: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FindingKind {
    Right,
    /// Right, with a deviation to note.
    Deviation,
    /// What came decides nothing, as the case says itself.
    DecidesNothing,
    Undecided,
    /// Right by silence, unless it is the medium's.
    RightOrLost,
    /// Silence that nothing but the medium's loss explains.
    PerhapsLost,
    /// Proven silence.
    Dropped,
    Declined,
    WrongValue,
}

impl FindingKind {
    pub fn verdict(self) -> Verdict {
        match self {
            FindingKind::Right | FindingKind::Deviation => Verdict::Pass,
            FindingKind::DecidesNothing => Verdict::None,
            FindingKind::Undecided | FindingKind::RightOrLost | FindingKind::PerhapsLost => {
                Verdict::Inconc
            }
            _ => Verdict::Fail,
        }
    }

    pub fn outcome(self) -> Outcome {
        match self {
            FindingKind::Right | FindingKind::Deviation | FindingKind::RightOrLost => {
                Outcome::Right
            }
            FindingKind::DecidesNothing | FindingKind::Undecided => Outcome::Unknown,
            FindingKind::PerhapsLost | FindingKind::Dropped => Outcome::Dropped,
            FindingKind::Declined => Outcome::Declined,
            FindingKind::WrongValue => Outcome::WrongValue,
        }
    }

    /// The order in which findings of one trial outweigh each other.
    pub fn weight(self) -> u8 {
        match self {
            FindingKind::Right => 0,
            FindingKind::Deviation => 1,
            FindingKind::DecidesNothing => 2,
            FindingKind::RightOrLost => 3,
            FindingKind::PerhapsLost => 4,
            FindingKind::Undecided => 5,
            FindingKind::Dropped => 6,
            FindingKind::Declined => 7,
            FindingKind::WrongValue => 8,
        }
    }
}

impl Finding {
    pub fn new(kind: FindingKind, rung: Rung, seen: Seen, observed: impl Into<String>) -> Self {
        Finding {
            kind,
            rung,
            seen,
            expected: String::new(),
            observed: observed.into(),
            needs_control: true,
        }
    }

    pub fn undecided(rung: Rung, why: impl Into<String>) -> Self {
        Finding::new(FindingKind::Undecided, rung, Seen::Nothing, why)
    }

    /// An answer came and was wrong.
    pub fn wrong(seen: Seen, observed: impl Into<String>) -> Self {
        Finding::new(FindingKind::WrongValue, Rung::Replied, seen, observed)
    }

    /// Positive evidence of its own: believed whatever became of the control.
    #[must_use]
    pub fn by_itself(self) -> Self {
        Finding {
            needs_control: false,
            ..self
        }
    }

    #[must_use]
    pub fn expecting(self, expected: impl Into<String>) -> Self {
        Finding {
            expected: expected.into(),
            ..self
        }
    }

    /// The weightier of two; of equal ones the first.
    #[must_use]
    pub fn worse(self, other: Finding) -> Finding {
        if other.kind.weight() > self.kind.weight() {
            other
        } else {
            self
        }
    }
}
