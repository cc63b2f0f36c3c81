//! Frames of the device by their fields: one that must be seen, one that must not.

use sixlo_frames::dissect::{Dissection, dissect_packet};
use sixlo_frames::field::{FieldId, Value};

use super::Scope;
use crate::evidence::Phase;
use crate::judge::finding::{Finding, FindingKind};
use crate::judge::scene::Scene;
use crate::matching::{Fields, Mismatch};
use crate::testcase::Pattern;
use crate::verdict::{Rung, Seen};

impl<'a> Scene<'a> {
    pub(super) fn frame(&self, pattern: &Pattern, scope: Scope) -> Finding {
        let expected = format!("a frame with {pattern}");
        let last = self.asked.last();
        // The frame that comes closest, for the words.
        let mut nearest: Option<Vec<Mismatch>> = None;
        for (event, mismatches) in self.compare_frames(pattern) {
            let at_us = self.evidence.events[event].at_us;
            if last.is_some_and(|asked| !scope.holds(at_us, asked)) {
                continue;
            }
            if mismatches.is_empty() {
                return Finding::new(
                    FindingKind::Right,
                    Rung::ReplyRight,
                    Seen::Replied,
                    expected.clone(),
                )
                .expecting(expected);
            }
            let is_nearer = nearest
                .as_ref()
                .is_none_or(|nearest| mismatches.len() < nearest.len());
            if is_nearer {
                nearest = Some(mismatches);
            }
        }
        let near = nearest.filter(|mismatches| mismatches.len() < pattern.fields.len());
        match (self.steps_are_proven(), near) {
            (Err(why), _) => Finding::undecided(self.steps_rung(), why),
            (Ok(()), Some(mismatches)) => {
                let words: Vec<String> = mismatches.iter().map(ToString::to_string).collect();
                Finding::wrong(
                    Seen::Replied,
                    format!("the nearest frame has {}", words.join(", ")),
                )
            }
            (Ok(()), None) => Finding::new(
                FindingKind::Dropped,
                self.steps_rung(),
                Seen::Nothing,
                self.silence_told(),
            ),
        }
        .expecting(expected)
    }

    pub(super) fn never(&self, pattern: &Pattern) -> Finding {
        let expected = format!("no frame with {pattern}");
        let seen = self
            .compare_frames(pattern)
            .any(|(_, mismatches)| mismatches.is_empty());
        if seen {
            return Finding::wrong(Seen::Replied, format!("a frame with {pattern}"))
                .by_itself()
                .expecting(expected);
        }
        match self.steps_are_proven() {
            Ok(()) => Finding::new(
                FindingKind::Right,
                self.steps_rung(),
                Seen::Nothing,
                "no such frame",
            ),
            // Asked again and again, it becomes a proof (`conclude::conclude_on_lossy`).
            Err(why) if self.steps_may_be_loss() => Finding::new(
                FindingKind::RightOrLost,
                self.steps_rung(),
                Seen::Nothing,
                why,
            ),
            Err(why) => Finding::undecided(self.steps_rung(), why),
        }
        .expecting(expected)
    }

    pub(super) fn frame_count(
        &self,
        pattern: &Pattern,
        at_least: u32,
        at_most: Option<u32>,
    ) -> Finding {
        let expected = match at_most {
            Some(at_most) => format!("{at_least} to {at_most} frames with {pattern}"),
            None => format!("at least {at_least} frames with {pattern}"),
        };
        let matching = self
            .compare_frames(pattern)
            .filter(|(_, mismatches)| mismatches.is_empty())
            .count();
        let count = u32::try_from(matching).unwrap_or(u32::MAX);
        let observed = format!("{count} of them");
        let too_many = at_most.is_some_and(|at_most| count > at_most);
        match self.steps_are_proven() {
            _ if too_many => Finding::wrong(Seen::Replied, observed).by_itself(),
            // More may come, and too many is wrong.
            Err(why) if at_most.is_some() || count < at_least => {
                Finding::undecided(self.steps_rung(), why)
            }
            _ if count >= at_least => {
                let seen = if count > 0 {
                    Seen::Replied
                } else {
                    Seen::Nothing
                };
                Finding::new(FindingKind::Right, Rung::ReplyRight, seen, observed)
            }
            _ if count > 0 => Finding::wrong(Seen::Replied, observed),
            _ => Finding::new(
                FindingKind::Dropped,
                self.steps_rung(),
                Seen::Nothing,
                self.silence_told(),
            ),
        }
        .expecting(expected)
    }

    pub(super) fn counts_up(&self, field: FieldId, modulo: u32) -> Finding {
        let expected = format!("{} going up by one", field.name());
        let values: Vec<u64> = self
            .heard
            .iter()
            .filter(|packet| self.in_steps(packet) && !packet.retransmitted)
            .filter_map(|packet| {
                let first = &self.frames[*packet.frames.first()?];
                if self.is_foreign(first) {
                    return None;
                }
                match first.dissection.get(field)? {
                    Value::Uint(number) => Some(*number),
                    _ => None,
                }
            })
            .collect();
        let told: Vec<String> = values.iter().map(u64::to_string).collect();
        let told = format!("{} {}", field.name(), told.join(", "));
        let rises = |pair: &[u64]| (pair[0] + 1) % u64::from(modulo.max(1)) == pair[1];
        match values.windows(2).all(rises) {
            // It numbers nothing here: no occasion to count wrongly.
            _ if values.len() < 2 => {
                let kind = match self.steps_are_proven() {
                    Ok(()) => FindingKind::DecidesNothing,
                    Err(_) => FindingKind::Undecided,
                };
                let told = format!("fewer than two datagrams: {told}");
                Finding::new(kind, self.steps_rung(), Seen::Nothing, told)
            }
            true => Finding::new(FindingKind::Right, Rung::ReplyRight, Seen::Replied, told),
            false => Finding::wrong(Seen::Replied, told).by_itself(),
        }
        .expecting(expected)
    }

    /// Every frame of the steps against the pattern, answers to control and sentinel aside.
    fn compare_frames(&self, pattern: &Pattern) -> impl Iterator<Item = (usize, Vec<Mismatch>)> {
        let sent = self.asked.last().map(|asked| dissect_packet(asked.packet));
        let packets: Vec<Option<Dissection>> = self
            .heard
            .iter()
            .map(|packet| {
                let counts =
                    self.in_steps(packet) && !self.is_liveness(packet) && !packet.retransmitted;
                counts.then(|| dissect_packet(&packet.octets))
            })
            .collect();
        self.frames.iter().filter_map(move |frame| {
            let is_foreign = self.is_foreign(frame) && !self.is_passed_on(frame);
            if !matches!(frame.phase, Phase::Step(_) | Phase::Sentinel) || is_foreign {
                return None;
            }
            let packet = match frame.packet {
                // Of control or sentinel, or the MAC's retransmission.
                Some(at) => Some(packets[at].as_ref()?),
                None => None,
            };
            let fields = Fields {
                frame: Some(&frame.dissection),
                packet,
            };
            let stimulus = Fields {
                frame: None,
                packet: sent.as_ref(),
            };
            Some((frame.event, pattern.mismatches(fields, stimulus)))
        })
    }

    /// Whether everything that the steps sent arrived, and the device came to rest.
    fn steps_are_proven(&self) -> Result<(), String> {
        match self.asked.is_empty() {
            true => self.rest_is_proven(),
            false => self
                .asked
                .iter()
                .try_for_each(|asked| self.arrival_is_proven(asked)),
        }
    }

    /// Whether loss is all that keeps that from being proven.
    fn steps_may_be_loss(&self) -> bool {
        !self.asked.is_empty()
            && self
                .asked
                .iter()
                .all(|asked| self.arrival_may_be_loss(asked))
    }

    fn steps_rung(&self) -> Rung {
        let rungs = self.asked.iter().map(|asked| asked.rung());
        rungs.max().unwrap_or(Rung::Nowhere)
    }
}
