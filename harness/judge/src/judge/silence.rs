//! No answer: declined, gone astray, proven silence, or nothing learnt.

use super::asked::Asked;
use super::finding::{Finding, FindingKind};
use super::scene::{HeardPacket, Scene};
use crate::evidence::{Phase, Stop};
use crate::verdict::{Rung, Seen};

/// The highest capability level a code of "class unsupported" can name.
const HIGHEST_LEVEL: u8 = 5;

/// What the device's "class unsupported" says.
pub(super) enum Refusal {
    /// It is well made, and names this level.
    Declined(u8),
    /// It is not as it should be: in words.
    Malformed(String),
}

impl Scene<'_> {
    /// What to make of it that no answer to `asked` came.
    pub fn unanswered(&self, asked: &Asked) -> Finding {
        match self.refusal(asked) {
            Some(Refusal::Declined(level)) => {
                return Finding::new(
                    FindingKind::Declined,
                    Rung::Acknowledged,
                    Seen::Replied,
                    format!("class unsupported, level {level}"),
                );
            }
            Some(Refusal::Malformed(words)) => return Finding::wrong(Seen::Replied, words),
            None => {}
        }
        if let Some(words) = self.astray(asked) {
            return Finding {
                rung: Rung::Decompressed,
                ..Finding::wrong(Seen::Replied, words)
            };
        }
        let rung = self.rung_without_answer(asked);
        match self.silence_is_proven(asked) {
            Ok(()) => Finding::new(
                FindingKind::Dropped,
                rung,
                Seen::Nothing,
                self.silence_told(),
            ),
            Err(why) if self.may_be_loss(asked) => {
                Finding::new(FindingKind::PerhapsLost, rung, Seen::Nothing, why)
            }
            Err(why) => Finding::undecided(rung, why),
        }
    }

    /// "Class unsupported" after `asked`, RFC 4443's shape with the level as its
    /// code: at least four octets, a right checksum, to the stimulus's source.
    pub fn refusal(&self, asked: &Asked) -> Option<Refusal> {
        self.refusal_among(asked, |packet| self.in_steps(packet))
    }

    /// The same after the control, before anything else was sent.
    pub fn refusal_of_control(&self, control: &Asked) -> Option<Refusal> {
        self.refusal_among(control, |packet| packet.phase == Phase::Control)
    }

    fn refusal_among(
        &self,
        asked: &Asked,
        counts: impl Fn(&HeardPacket) -> bool,
    ) -> Option<Refusal> {
        let wanted = self.profile.class_unsupported_type;
        let (packet, reading, code) = self.after(asked).find_map(|(packet, reading)| {
            let (icmpv6_type, code) = reading.icmpv6(&packet.octets)?;
            let here = icmpv6_type == wanted && counts(packet);
            here.then_some((packet, reading, code))
        })?;
        if code > HIGHEST_LEVEL {
            return Some(Refusal::Malformed(format!(
                "class unsupported with code {code} (levels are 0 to {HIGHEST_LEVEL})"
            )));
        }
        if !reading.checksum_right(&packet.octets) {
            return Some(Refusal::Malformed(
                "class unsupported with a wrong checksum".to_owned(),
            ));
        }
        match asked.src() {
            Some(src) if src != reading.dst => Some(Refusal::Malformed(format!(
                "class unsupported to {} (the stimulus came from {src})",
                reading.dst
            ))),
            _ => Some(Refusal::Declined(code)),
        }
    }

    /// The device asked for an address that nobody has: it restored a wrong one.
    pub fn astray(&self, asked: &Asked) -> Option<String> {
        self.solicitations()
            .filter(|(event, _)| asked.precedes(*event))
            .find(|(_, target)| !self.is_sent_address(*target) && !self.is_duts(*target))
            .map(|(_, target)| {
                format!("a neighbour solicitation for {target}, an address nobody sent")
            })
    }

    fn rung_without_answer(&self, asked: &Asked) -> Rung {
        let solicited = asked.src().is_some_and(|src| {
            self.solicitations()
                .any(|(event, target)| asked.precedes(event) && target == src)
        });
        if solicited {
            Rung::Decompressed
        } else {
            asked.rung()
        }
    }

    /// Silence in words, with what ended the waiting.
    pub fn silence_told(&self) -> String {
        let ended = match self.evidence.stop {
            Stop::Settled => "the device had settled",
            Stop::Sentinel => "the sentinel after it was answered",
            Stop::Deadline => "the deadline passed",
            Stop::Broken => "the trial broke off",
        };
        format!("no answer; {ended}")
    }
}
