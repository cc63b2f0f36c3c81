//! "Class unsupported" from a device that declares P6LoWPAN: its own level as
//! the code, to the stimulus's source. draft-ayers 6.2.

use crate::judge::asked::Asked;
use crate::judge::finding::{Finding, FindingKind};
use crate::judge::scene::Scene;
use crate::judge::silence::Refusal;
use crate::verdict::{Rung, Seen};

impl<'a> Scene<'a> {
    pub(super) fn class_unsupported(&self, asked: &Asked<'a>) -> Finding {
        let own = self.profile.claims.level;
        let expected = match own {
            Some(level) => format!("class unsupported, level {level}"),
            None => "class unsupported".to_owned(),
        };
        match self.refusal(asked) {
            Some(Refusal::Declined(level)) if own.is_none_or(|own| own == level) => Finding::new(
                FindingKind::Right,
                Rung::ReplyRight,
                Seen::Replied,
                format!("class unsupported, level {level}"),
            ),
            Some(Refusal::Declined(level)) => {
                Finding::wrong(Seen::Replied, format!("class unsupported, level {level}"))
            }
            Some(Refusal::Malformed(words)) => Finding::wrong(Seen::Replied, words),
            None => self.taken_or_silent(asked),
        }
        .expecting(expected)
    }

    /// A device that takes what it should have declined has given a wrong answer.
    fn taken_or_silent(&self, asked: &Asked<'a>) -> Finding {
        match self.sign_of_taking(asked) {
            Some((seen, words)) => Finding::wrong(seen, words),
            None => self.unanswered(asked),
        }
    }
}
