//! One file an expectation; this one says which, and combines them.

mod advertisement;
mod alive;
mod class_unsupported;
mod echo_reply;
mod encoded;
mod forwarded;
mod frame;
mod not_taken;
mod quoted_chain;
mod restored;

pub(super) use echo_reply::Reply;
pub(super) use restored::is_default;

use std::time::Duration;

use super::asked::Asked;
use super::finding::{Finding, FindingKind};
use super::scene::Scene;
use crate::conclude::SILENCE_DECIDES_NOTHING;
use crate::testcase::{Expectation, OnMatch};
use crate::trial::Nonce;
use crate::verdict::{Rung, Seen};

/// The part of the evidence that an expectation looks at.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scope {
    /// Nothing after so many microseconds behind the stimulus counts.
    within: Option<Duration>,
}

impl Scope {
    /// Whether something at `at_us` comes in time after `asked`.
    fn holds(&self, at_us: u64, asked: &Asked) -> bool {
        self.within.is_none_or(|limit| {
            u128::from(at_us.saturating_sub(asked.last_us)) <= limit.as_micros()
        })
    }
}

impl<'a> Scene<'a> {
    /// What an expectation comes to.
    pub fn find(&self, expectation: &Expectation, scope: Scope) -> Finding {
        match expectation {
            Expectation::EchoReply => {
                let echo = |nonce: &Nonce| matches!(nonce, Nonce::Echo { .. });
                self.of_answerable(echo, |asked| self.echo_reply(asked, scope))
            }
            Expectation::Restored(pattern) => {
                self.of_answerable(has_nonce, |asked| self.restored(asked, pattern, scope))
            }
            Expectation::QuotedChain(chain) => {
                self.of_answerable(has_nonce, |asked| self.quoted_chain(asked, chain, scope))
            }
            Expectation::Advertisement(pattern) => {
                let target = |nonce: &Nonce| matches!(nonce, Nonce::Target(_));
                self.of_answerable(target, |asked| self.advertisement(asked, pattern, scope))
            }
            Expectation::ClassUnsupported => {
                self.of_answerable(|_| true, |asked| self.class_unsupported(asked))
            }
            Expectation::NotTaken => self.of_refusable(|asked| self.not_taken(asked)),
            Expectation::Frame(pattern) => self.frame(pattern, scope),
            Expectation::Never(pattern) => self.never(pattern),
            Expectation::FrameCount {
                at_least,
                at_most,
                fields,
            } => self.frame_count(fields, *at_least, *at_most),
            Expectation::Alive => self.alive(),
            Expectation::Encoded(pattern) => self.encoded(pattern),
            Expectation::Forwarded(pattern) => {
                self.of_answerable(has_nonce, |asked| self.forwarded(asked, pattern, scope))
            }
            Expectation::CountsUp { field, modulo } => self.counts_up(*field, *modulo),
            Expectation::AnyOf(alternatives) => self.any_of(alternatives, scope),
            Expectation::Within(inner, limit) => self.within(inner, *limit),
            Expectation::AtMostOne(inner) => self.at_most_one(inner, scope),
        }
    }

    /// The datagrams that an answer is due to: of several those that a right
    /// stack restores, by our own reading of what was sent; if there is none, the last.
    fn answerable(&self, kind: impl Fn(&Nonce) -> bool) -> Vec<&Asked<'a>> {
        let of_kind: Vec<&Asked> = self
            .asked
            .iter()
            .filter(|asked| kind(asked.nonce))
            .collect();
        if of_kind.len() > 1 {
            let restored = self.restored_from_air();
            let whole: Vec<&Asked> = of_kind
                .iter()
                .copied()
                .filter(|asked| restored.iter().any(|packet| packet == asked.packet))
                .collect();
            if !whole.is_empty() {
                return whole;
            }
        }
        of_kind
            .last()
            .copied()
            .or(self.asked.last())
            .into_iter()
            .collect()
    }

    /// The findings on every datagram of this kind that a right stack restores,
    /// the worst of them.
    fn of_answerable(
        &self,
        kind: impl Fn(&Nonce) -> bool,
        find: impl Fn(&Asked<'a>) -> Finding,
    ) -> Finding {
        self.worst(self.answerable(kind), find)
    }

    /// The findings on every datagram that no right stack restores; where all can
    /// be restored, on the last one.
    fn of_refusable(&self, find: impl Fn(&Asked<'a>) -> Finding) -> Finding {
        let restored = match self.asked.len() {
            0 | 1 => Vec::new(),
            _ => self.restored_from_air(),
        };
        let is_whole = |asked: &&Asked| restored.iter().any(|packet| packet == asked.packet);
        let others: Vec<&Asked> = self.asked.iter().filter(|asked| !is_whole(asked)).collect();
        match others.is_empty() {
            true => self.worst(self.asked.last().into_iter().collect(), find),
            false => self.worst(others, find),
        }
    }

    fn worst(&self, asked: Vec<&Asked<'a>>, find: impl Fn(&Asked<'a>) -> Finding) -> Finding {
        asked
            .into_iter()
            .map(find)
            .reduce(Finding::worse)
            .unwrap_or_else(|| Finding::undecided(Rung::Nowhere, "the case sends no datagram"))
    }

    /// The first alternative that holds decides; if none does, the worst of what they came to.
    /// An echo reply that nothing asks for is no alternative: in a sweep whose rows share their
    /// expectation, some may send no echo request.
    fn any_of(&self, alternatives: &[(Expectation, OnMatch)], scope: Scope) -> Finding {
        let mut missed: Option<Finding> = None;
        let echo_asked = self.asks_for_echo();
        let due = |alternative: &&(Expectation, OnMatch)| {
            echo_asked || alternative.0 != Expectation::EchoReply
        };
        for (expectation, on_match) in alternatives.iter().filter(due) {
            let finding = self.find(expectation, scope);
            match finding.kind {
                FindingKind::Right | FindingKind::Deviation => return matched(finding, *on_match),
                // Only its repeats could tell, and what they tell is not this alternative's word.
                FindingKind::RightOrLost if *on_match == OnMatch::Inconc => {
                    missed = Some(Finding::undecided(finding.rung, SILENCE_DECIDES_NOTHING));
                }
                FindingKind::RightOrLost if *on_match != OnMatch::Pass => {
                    missed = Some(Finding::undecided(finding.rung, finding.observed));
                }
                _ => {
                    missed = Some(match missed {
                        None => finding,
                        Some(before) => either(before, finding),
                    });
                }
            }
        }
        missed.unwrap_or_else(|| Finding::undecided(Rung::Nowhere, "no alternative is named"))
    }

    fn within(&self, inner: &Expectation, limit: Duration) -> Finding {
        let in_time = self.find(
            inner,
            Scope {
                within: Some(limit),
            },
        );
        if in_time.kind == FindingKind::Right {
            return in_time;
        }
        let ever = self.find(inner, Scope::default());
        let expected = format!("{} within {limit:?}", in_time.expected);
        match ever.kind {
            FindingKind::Right => {
                Finding::wrong(ever.seen, format!("{}, but later", ever.observed))
            }
            _ => in_time,
        }
        .expecting(expected)
    }

    fn at_most_one(&self, inner: &Expectation, scope: Scope) -> Finding {
        self.of_answerable(has_nonce, |asked| {
            let answers = self
                .after(asked)
                .filter(|(packet, reading)| {
                    asked.is_answered_by(reading, &packet.octets) && !packet.retransmitted
                })
                .count();
            match answers {
                0 => self.by_silence(asked, "no answer"),
                1 => self.find(inner, scope),
                more => Finding::wrong(Seen::Replied, format!("{more} answers")).by_itself(),
            }
            .expecting("one answer at most")
        })
    }

    /// Right by silence, where that is proven.
    fn by_silence(&self, asked: &Asked, observed: &str) -> Finding {
        match self.silence_is_proven(asked) {
            Ok(()) => Finding::new(FindingKind::Right, asked.rung(), Seen::Nothing, observed),
            Err(why) if self.may_be_loss(asked) => {
                Finding::new(FindingKind::RightOrLost, asked.rung(), Seen::Nothing, why)
            }
            Err(why) => Finding::undecided(asked.rung(), why),
        }
    }
}

fn has_nonce(nonce: &Nonce) -> bool {
    *nonce != Nonce::None
}

/// What a matched alternative means.
fn matched(finding: Finding, on_match: OnMatch) -> Finding {
    let kind = match on_match {
        OnMatch::Pass => finding.kind,
        OnMatch::Deviation => FindingKind::Deviation,
        // What was seen was seen, whatever became of the control.
        OnMatch::Fail => {
            let kind = FindingKind::WrongValue;
            return Finding { kind, ..finding }.by_itself();
        }
        OnMatch::Inconc => FindingKind::DecidesNothing,
    };
    Finding { kind, ..finding }
}

/// Two alternatives that both do not hold. Where one of them cannot be judged, neither can
/// both, however often loss is ruled out for the other.
fn either(one: Finding, other: Finding) -> Finding {
    let expected = format!("{} or {}", one.expected, other.expected);
    match (one.kind, other.kind) {
        // No answer at all: the silence that is right, if it is one.
        (FindingKind::RightOrLost, _) => one,
        (_, FindingKind::RightOrLost) => other,
        (FindingKind::Undecided, _) => one,
        (_, FindingKind::Undecided) => other,
        (FindingKind::PerhapsLost, _) => one,
        (_, FindingKind::PerhapsLost) => other,
        _ => one.worse(other),
    }
    .expecting(expected)
}
