//! Frames of the device by their fields: one that must be seen, one that must not.

use sixlo_frames::dissect::{Dissection, dissect_packet};

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
                    "the frame",
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
            Err(why) => Finding::undecided(self.steps_rung(), why),
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
                let counts = self.in_steps(packet) && !self.is_liveness(packet);
                counts.then(|| dissect_packet(&packet.octets))
            })
            .collect();
        self.frames.iter().filter_map(move |frame| {
            if !matches!(frame.phase, Phase::Step(_) | Phase::Sentinel) {
                return None;
            }
            let packet = match frame.packet {
                // Of control or sentinel.
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
                .try_for_each(|asked| self.silence_is_proven(asked)),
        }
    }

    fn steps_rung(&self) -> Rung {
        let rungs = self.asked.iter().map(|asked| asked.rung());
        rungs.max().unwrap_or(Rung::Nowhere)
    }
}
