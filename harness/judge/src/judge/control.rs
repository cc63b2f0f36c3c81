//! Whether the control was answered: without it an oracle cannot judge.

use super::asked::Asked;
use super::expect::Reply;
use super::finding::{Finding, FindingKind};
use super::scene::Scene;
use super::silence::Refusal;
use crate::reading::Reading;
use crate::trial::Nonce;
use crate::verdict::Seen;

impl<'a> Scene<'a> {
    /// The finding, as far as the control lets one believe it.
    pub fn believed(&self, finding: Finding) -> Finding {
        let by_silence = finding.kind == FindingKind::Right && finding.seen == Seen::Nothing;
        let fail = finding.kind.weight() > FindingKind::Undecided.weight();
        let trusting = by_silence || (fail && finding.needs_control);
        let Some(control) = self.control.as_ref().filter(|_| trusting) else {
            return finding;
        };
        match self.control_fails(control) {
            None => finding,
            Some(why) => Finding {
                kind: FindingKind::Undecided,
                observed: format!("the oracle cannot judge: {why} ({})", finding.observed),
                ..finding
            },
        }
    }

    /// Why the control says nothing about the oracle, in words; none where it was answered rightly.
    fn control_fails(&self, control: &Asked<'a>) -> Option<String> {
        if !self.is_answerable(control) {
            return None;
        }
        if control.sent == 0 {
            return Some("no control was sent".to_owned());
        }
        match self.echo_reply_found(control) {
            Some(Reply::Right) => return None,
            Some(Reply::Wrong(words)) => {
                return Some(format!("the control was answered wrongly, by an {words}"));
            }
            Some(Reply::None) | None => {}
        }
        if self.is_answered(&self.control) {
            return None;
        }
        Some(match self.refusal_of_control(control) {
            Some(Refusal::Declined(level)) => {
                format!("the control was declined, class unsupported, level {level}")
            }
            _ => "the control was not answered".to_owned(),
        })
    }

    /// Whether the device would answer this control: a guard's may be as invalid as
    /// the guard itself, or go to somebody else, only in the simplest form.
    fn is_answerable(&self, control: &Asked<'a>) -> bool {
        let valid = Reading::of(control.packet).is_none_or(|reading| {
            reading.checksum_right(control.packet) && self.is_duts(reading.dst)
        });
        valid && *control.nonce != Nonce::None
    }
}
