//! A neighbour advertisement for the stimulus's target, RFC 4861 7.2.4.

use std::net::Ipv6Addr;

use sixlo_frames::dissect::dissect_packet;

use super::Scope;
use crate::judge::asked::Asked;
use crate::judge::finding::{Finding, FindingKind};
use crate::judge::reading::{Reading, icmpv6_type};
use crate::judge::scene::{HeardPacket, Scene};
use crate::matching::Fields;
use crate::testcase::Pattern;
use crate::trial::Nonce;
use crate::verdict::{Rung, Seen};

/// RFC 4861 7.1.2: anything less may have been forwarded.
const ND_HOP_LIMIT: u8 = 255;
/// Where an IPv6 header has its hop limit.
const HOP_LIMIT_AT: usize = 7;

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
        let mut expected = format!("a neighbour advertisement for {target}");
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
            let mut words = wrong_in(packet, reading, asked.src());
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

/// What is wrong with any advertisement, whatever the case looks at. The solicited
/// one goes to its asker; to nobody's question it goes to all nodes.
fn wrong_in(packet: &HeardPacket, reading: &Reading, asker: Option<Ipv6Addr>) -> Vec<String> {
    const ALL_NODES: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1);
    let mut words = Vec::new();
    if !reading.checksum_right(&packet.octets) {
        words.push("a wrong checksum".to_owned());
    }
    if let Some(hop_limit) = packet.octets.get(HOP_LIMIT_AT)
        && *hop_limit != ND_HOP_LIMIT
    {
        words.push(format!("hop limit {hop_limit} (expected {ND_HOP_LIMIT})"));
    }
    let wanted = match asker {
        Some(asker) if !asker.is_unspecified() => asker,
        Some(_) => ALL_NODES,
        None => reading.dst,
    };
    if reading.dst != wanted {
        words.push(format!("destination {} (expected {wanted})", reading.dst));
    }
    words
}
