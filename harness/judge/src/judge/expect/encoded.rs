//! Sending: every frame of the device's answer restores to what it meant, and one
//! of them has the form that the case names.

use sixlo_frames::dissect::{Problem, ProblemKind, dissect_packet};
use sixlo_frames::field::FieldId;

use crate::judge::asked::Asked;
use crate::judge::expect::Scope;
use crate::judge::finding::{Finding, FindingKind};
use crate::judge::scene::{HeardPacket, Scene};
use crate::matching::Fields;
use crate::testcase::Pattern;
use crate::trial::TrialStep;
use crate::verdict::{Rung, Seen};

/// aMaxPhyPacketSize, FCS included. IEEE 802.15.4-2015 11.3.
const MAX_PSDU_OCTETS: usize = 127;

impl<'a> Scene<'a> {
    pub(super) fn encoded(&self, pattern: &Pattern) -> Finding {
        let mut expected = "frames that restore to what was meant".to_owned();
        if !pattern.fields.is_empty() {
            expected += &format!(", one of them with {pattern}");
        }
        let meant = match self.meant() {
            Ok(meant) => meant,
            Err(finding) => return finding.expecting(expected),
        };
        if let Some(words) = self.ill_formed(meant) {
            return Finding::wrong(Seen::Replied, words)
                .by_itself()
                .expecting(expected);
        }
        self.has_form(meant, pattern).expecting(expected)
    }

    /// The packet that the device had to send, as it came; or what became of it.
    fn meant(&self) -> Result<&HeardPacket, Finding> {
        let given = self.trial.steps.iter().rev().find_map(|step| match step {
            TrialStep::SendIpv6(packet) => Some(packet),
            _ => None,
        });
        match (given, self.asked.last()) {
            (Some(given), _) => self.sent_as_given(given),
            (None, Some(asked)) => self.answer_to(asked),
            (None, None) => Err(Finding::undecided(
                Rung::Nowhere,
                "the case gives the device nothing to send",
            )),
        }
    }

    fn sent_as_given(&self, given: &[u8]) -> Result<&HeardPacket, Finding> {
        let same = |packet: &&HeardPacket| {
            let is_it = packet.octets == given || self.spells_a_length(packet, given);
            self.in_steps(packet) && is_it
        };
        if let Some(packet) = self.heard.iter().find(same) {
            return Ok(packet);
        }
        let wanted = dissect_packet(given);
        let alike = |packet: &&HeardPacket| {
            // The same upper layer from the device: it was meant to be this one. An answer to the
            // sentinel may bear the same data, and is none.
            let tail = given.len().min(packet.octets.len()).min(8);
            self.in_steps(packet)
                && !self.is_liveness(packet)
                && given[given.len() - tail..] == packet.octets[packet.octets.len() - tail..]
        };
        if let Some(packet) = self.heard.iter().find(alike) {
            let found = dissect_packet(&packet.octets);
            let differing = wanted
                .fields
                .iter()
                .find(|field| found.get(field.id) != wanted.get(field.id));
            let words = differing.map_or("other octets".to_owned(), |field| {
                format!("another {}", field.id.name())
            });
            return Err(Finding::wrong(
                Seen::Replied,
                format!("frames that restore to a packet with {words}"),
            ));
        }
        Err(self.nothing_sent())
    }

    /// Whether it is `given` but for a fragment header in NHC with a length, 6, where its
    /// reserved octet stands otherwise. RFC 6282 4.2 leaves open which it is, and the octet
    /// means nothing to a receiver (RFC 8200 4.5).
    fn spells_a_length(&self, packet: &HeardPacket, given: &[u8]) -> bool {
        const LENGTH: (u8, u8) = (0, 6);
        let frames = packet.frames.iter().map(|&at| &self.frames[at].dissection);
        let is_open =
            |problem: &Problem| problem.kind == ProblemKind::Ambiguous(FieldId::NhcExtensionLength);
        let mut open = frames.flat_map(|frame| &frame.problems);
        let pairs = given.iter().zip(&packet.octets);
        let mut differing = pairs.filter(|(given, sent)| given != sent);
        packet.octets.len() == given.len()
            && open.any(is_open)
            && differing.all(|(given, sent)| (*given, *sent) == LENGTH)
    }

    /// The answer to a datagram: the same checks as for receiving it, but what is
    /// wrong here is the device's own encoding.
    fn answer_to<'s>(&'s self, asked: &Asked<'a>) -> Result<&'s HeardPacket, Finding> {
        let answer = self
            .after(asked)
            .find(|(packet, reading)| asked.is_answered_by(reading, &packet.octets));
        let Some((packet, reading)) = answer else {
            return Err(match self.ill_formed_frames() {
                Some(words) => Finding::wrong(Seen::Replied, words).by_itself(),
                None => self.unanswered(asked),
            });
        };
        let echo = self.echo_reply(asked, Scope::default());
        if echo.kind == FindingKind::WrongValue && asked.is_answered_by(reading, &packet.octets) {
            return Err(echo);
        }
        match reading.checksum_right(&packet.octets) {
            true => Ok(packet),
            false => Err(Finding::wrong(
                Seen::Replied,
                "frames that restore to a packet with a wrong checksum",
            )),
        }
    }

    fn nothing_sent(&self) -> Finding {
        if let Some(words) = self.ill_formed_frames() {
            return Finding::wrong(Seen::Replied, words).by_itself();
        }
        // No route, no room, no wish: nothing was encoded, rightly or wrongly.
        Finding::undecided(Rung::Nowhere, "the packet was not sent")
    }

    /// What is wrong with the frames that carry a packet, in words.
    fn ill_formed(&self, packet: &HeardPacket) -> Option<String> {
        packet.frames.iter().find_map(|&at| {
            let frame = &self.frames[at];
            if frame.octets > MAX_PSDU_OCTETS {
                return Some(format!(
                    "a frame of {} octets ({MAX_PSDU_OCTETS} at most)",
                    frame.octets
                ));
            }
            let fragment = frame.dissection.fragment?;
            let octets = frame.dissection.packet.as_ref()?.len();
            let end = usize::from(fragment.datagram_offset) * 8 + octets;
            // RFC 4944 5.3: all but the last are multiples of 8 octets.
            (end < usize::from(fragment.datagram_size) && octets % 8 != 0).then(|| {
                format!(
                    "a fragment of {octets} octets that is not the last (a multiple of 8 is wanted)"
                )
            })
        })
    }

    /// A frame in the steps that cannot be restored, or fragments that never
    /// became a datagram, in words.
    fn ill_formed_frames(&self) -> Option<String> {
        if self.broken_off && self.rest_is_proven().is_ok() {
            return Some("fragments that never became a datagram".to_owned());
        }
        self.frames
            .iter()
            .filter(|frame| frame.phase != crate::evidence::Phase::Control)
            .filter(|frame| frame.dissection.packet.is_none())
            .find_map(|frame| {
                let problem = frame.dissection.problems.first()?;
                Some(format!("a frame that does not restore: {:?}", problem.kind))
            })
    }

    pub(super) fn has_form(&self, packet: &HeardPacket, pattern: &Pattern) -> Finding {
        let found = dissect_packet(&packet.octets);
        let sent = self.asked.last().map(|asked| dissect_packet(asked.packet));
        let stimulus = Fields {
            frame: None,
            packet: sent.as_ref(),
        };
        let nearest = packet
            .frames
            .iter()
            .map(|&at| {
                let fields = Fields {
                    frame: Some(&self.frames[at].dissection),
                    packet: Some(&found),
                };
                pattern.mismatches(fields, stimulus)
            })
            .min_by_key(Vec::len)
            .unwrap_or_default();
        if nearest.is_empty() {
            return Finding::new(
                FindingKind::Right,
                Rung::ReplyRight,
                Seen::Replied,
                "frames that restore to what was meant, in this form",
            );
        }
        let words: Vec<String> = nearest.iter().map(ToString::to_string).collect();
        // It restores, so nothing is lost: another form was chosen.
        Finding::new(
            FindingKind::Dropped,
            Rung::Replied,
            Seen::Replied,
            format!("another form: {}", words.join(", ")),
        )
    }
}
