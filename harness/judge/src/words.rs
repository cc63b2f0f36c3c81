//! The words for what the judge says: written here once, used by every report.

use crate::matrix::{Cell, Gap};
use crate::testcase::Strength;
use crate::verdict::{FeatureStep, Kept, Outcome, Rung, Seen, Verdict};

impl Verdict {
    /// One word.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::None => "none",
            Verdict::Pass => "pass",
            Verdict::Inconc => "inconc",
            Verdict::Fail => "fail",
            Verdict::Error => "error",
        }
    }

    /// What it means, in one clause.
    pub fn meaning(self) -> &'static str {
        match self {
            Verdict::None => "not judged",
            Verdict::Pass => "right",
            Verdict::Inconc => "undecided, with its cause",
            Verdict::Fail => "wrong, the stimulus having arrived",
            Verdict::Error => "trouble of the bench or the harness",
        }
    }
}

impl Outcome {
    /// One or two words.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Right => "right",
            Outcome::WrongValue => "wrong value",
            Outcome::Declined => "declined",
            Outcome::Dropped => "dropped",
            Outcome::Late => "late",
            Outcome::Crashed => "crashed",
            Outcome::Unknown => "unknown",
        }
    }

    /// What it means, in one clause.
    pub fn meaning(self) -> &'static str {
        match self {
            Outcome::Right => "the right answer came",
            Outcome::WrongValue => "an answer came, and it was wrong",
            Outcome::Declined => "the device said that it does not do this",
            Outcome::Dropped => "proven silence",
            Outcome::Late => "an answer came after the trial had ended",
            Outcome::Crashed => "the device crashed, hung or rebooted",
            Outcome::Unknown => "nothing could be learnt",
        }
    }
}

impl Rung {
    /// The rung of the delivery ladder in words.
    pub fn word(self) -> &'static str {
        match self {
            Rung::Nowhere => "nowhere",
            Rung::OnAir => "on air",
            Rung::Acknowledged => "acknowledged",
            Rung::Reassembled => "reassembled",
            Rung::Decompressed => "decompressed",
            Rung::Delivered => "delivered",
            Rung::Replied => "replied",
            Rung::ReplyRight => "reply right",
        }
    }
}

impl Seen {
    /// The oracle in one word.
    pub fn word(self) -> &'static str {
        match self {
            Seen::Nothing => "nothing",
            Seen::Replied => "reply",
            Seen::Quoted => "quote",
            Seen::Delivered => "delivered",
        }
    }
}

impl Kept {
    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Kept::Kept => "kept",
            Kept::NotKept => "not kept",
            Kept::NotSeen => "not seen",
        }
    }
}

impl FeatureStep {
    /// What became of it; no verdict hangs on it.
    pub fn words(&self) -> String {
        let word = self.kept.word();
        match self.kept {
            Kept::Kept => format!("{word}: {}", self.expected),
            Kept::NotKept | Kept::NotSeen => {
                format!("{word}: {}; {}", self.expected, self.observed)
            }
        }
    }
}

impl Strength {
    /// As the catalogue spells it.
    pub fn word(self) -> &'static str {
        match self {
            Strength::Must => "MUST",
            Strength::Should => "SHOULD",
            Strength::May => "MAY",
            Strength::Format => "format",
        }
    }
}

impl Cell {
    /// Every mark, in order of precedence.
    pub const ALL: [Cell; 8] = [
        Cell::Crashed,
        Cell::Partly,
        Cell::Yes,
        Cell::No,
        Cell::Wrong,
        Cell::Undecided,
        Cell::NotRun,
        Cell::Withheld,
    ];

    /// The mark in the matrix.
    pub fn mark(self) -> &'static str {
        match self {
            Cell::Crashed => "!",
            Cell::Partly => "~",
            Cell::Yes => "o",
            Cell::No => "",
            Cell::Wrong => "x",
            Cell::Undecided => "?",
            Cell::NotRun => "-",
            Cell::Withheld => "#",
        }
    }

    /// What the mark means, for the legend.
    pub fn meaning(self) -> &'static str {
        match self {
            Cell::Crashed => "crashed, hung or rebooted on at least one case",
            Cell::Partly => "some cases passed, some failed",
            Cell::Yes => "every case passed",
            Cell::No => "none passed: all dropped or declined",
            Cell::Wrong => "none passed, and at least one answer was wrong",
            Cell::Undecided => "undecided",
            Cell::NotRun => "not run or not applicable",
            Cell::Withheld => "withheld until a date, whatever it is",
        }
    }
}

impl Gap {
    /// Every way, the worst first.
    pub const ALL: [Gap; 3] = [Gap::ClaimFails, Gap::ClaimOpen, Gap::NobodyClaimed];

    /// What it means, in one clause.
    pub fn meaning(self) -> &'static str {
        match self {
            Gap::ClaimFails => "claimed, and does not hold",
            Gap::ClaimOpen => "claimed, and not decided",
            Gap::NobodyClaimed => "holds, and nobody claimed it",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_at_once() {
        use std::fmt::Write as _;

        let mut all = String::new();
        for verdict in [
            Verdict::None,
            Verdict::Pass,
            Verdict::Inconc,
            Verdict::Fail,
            Verdict::Error,
        ] {
            writeln!(all, "{:12} {}", verdict.word(), verdict.meaning()).unwrap();
        }
        for outcome in [
            Outcome::Right,
            Outcome::WrongValue,
            Outcome::Declined,
            Outcome::Dropped,
            Outcome::Late,
            Outcome::Crashed,
            Outcome::Unknown,
        ] {
            writeln!(all, "{:12} {}", outcome.word(), outcome.meaning()).unwrap();
        }
        for cell in Cell::ALL {
            writeln!(
                all,
                "{:12} {}",
                format!("`{}`", cell.mark()),
                cell.meaning()
            )
            .unwrap();
        }
        for rung in [
            Rung::Nowhere,
            Rung::OnAir,
            Rung::Acknowledged,
            Rung::Reassembled,
            Rung::Decompressed,
            Rung::Delivered,
            Rung::Replied,
            Rung::ReplyRight,
        ] {
            writeln!(all, "{}", rung.word()).unwrap();
        }
        for seen in [Seen::Nothing, Seen::Replied, Seen::Quoted, Seen::Delivered] {
            writeln!(all, "{}", seen.word()).unwrap();
        }
        insta::assert_snapshot!(all);
    }
}
