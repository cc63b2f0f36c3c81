//! A neighbour advertisement for the stimulus's target, RFC 4861 7.2.4.

use sixlo_frames::dissect::dissect_packet;

use super::Scope;
use crate::answer::{advertisement_expected, wrong_in_advertisement};
use crate::judge::asked::Asked;
use crate::judge::finding::{Finding, FindingKind};
use crate::judge::scene::Scene;
use crate::matching::Fields;
use crate::reading::icmpv6_type;
use crate::testcase::Pattern;
use crate::trial::Nonce;
use crate::verdict::{Rung, Seen};

impl<'a> Scene<'a> {
    pub(super) fn advertisement(
        &self,
        asked: &Asked<'a>,
        pattern: &Pattern,
        scope: Scope,
    ) -> Finding {
        let Nonce::Target(target) = asked.nonce else {
            return Finding::undecided(asked.rung(), "the stimulus asks for no target");
        };
        let mut expected = advertisement_expected(*target);
        if !pattern.fields.is_empty() {
            expected += &format!(" with {pattern}");
        }
        let sent = dissect_packet(asked.packet);
        let mut wrong = None;
        for (packet, reading) in self.after(asked) {
            let advertised = reading.target(&packet.octets, icmpv6_type::NEIGHBOR_ADVERTISEMENT);
            if advertised.map(|(target, _)| target) != Some(*target)
                || !scope.holds(packet.at_us, asked)
            {
                continue;
            }
            let found = dissect_packet(&packet.octets);
            let fields = Fields {
                frame: packet.frames.first().map(|&at| &self.frames[at].dissection),
                packet: Some(&found),
            };
            let stimulus = Fields {
                frame: None,
                packet: Some(&sent),
            };
            let mut words = wrong_in_advertisement(&packet.octets, reading, asked.src());
            let mismatches = pattern.mismatches(fields, stimulus);
            words.extend(mismatches.iter().map(ToString::to_string));
            if words.is_empty() {
                return Finding::new(
                    FindingKind::Right,
                    Rung::ReplyRight,
                    Seen::Replied,
                    "the advertisement",
                )
                .expecting(expected);
            }
            wrong.get_or_insert(words);
        }
        match wrong {
            Some(words) => Finding::wrong(
                Seen::Replied,
                format!("an advertisement with {}", words.join(", ")),
            ),
            None => self.unanswered(asked),
        }
        .expecting(expected)
    }
}
