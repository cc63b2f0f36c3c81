//! The device still answers a plain echo after what was done to it.

use crate::judge::finding::{Finding, FindingKind};
use crate::judge::scene::Scene;
use crate::verdict::{Rung, Seen};

impl Scene<'_> {
    pub(super) fn alive(&self) -> Finding {
        let finding = match &self.sentinel {
            _ if self.is_answered(&self.sentinel) => Finding::new(
                FindingKind::Right,
                Rung::Acknowledged,
                Seen::Replied,
                "the echo after it was answered",
            ),
            Some(sentinel) if sentinel.sent > 0 => match self.rest_is_proven() {
                Ok(()) => Finding::new(
                    FindingKind::Dropped,
                    sentinel.rung(),
                    Seen::Nothing,
                    "a plain echo after it was not answered",
                ),
                Err(why) => Finding::undecided(sentinel.rung(), why),
            },
            _ => Finding::undecided(Rung::Nowhere, "no echo was sent after the stimulus"),
        };
        finding.expecting("an answer to a plain echo afterwards")
    }
}
