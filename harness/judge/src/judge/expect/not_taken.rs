//! A guard: no reply, no delivery, and no error that shows the packet was taken.
//! "Class unsupported" is as good as silence.

use sixlo_frames::packet::protocol;

use super::Reply;
use crate::evidence::Phase;
use crate::judge::asked::Asked;
use crate::judge::finding::{Finding, FindingKind};
use crate::judge::scene::{HeardPacket, Scene};
use crate::judge::silence::Refusal;
use crate::profile::Tap;
use crate::reading::{Reading, icmpv6_type};
use crate::trial::Nonce;
use crate::verdict::{Rung, Seen};

/// Where an IPv6 header has its two addresses.
const ADDRESSES: std::ops::Range<usize> = 8..40;

impl<'a> Scene<'a> {
    pub(super) fn not_taken(&self, asked: &Asked<'a>) -> Finding {
        let expected = "no reply, no delivery, no error that quotes it";
        if let Some((seen, words)) = self.sign_of_taking(asked) {
            if seen != Seen::Delivered && self.may_be_decoded_rightly(asked) {
                if self.delivered_as_on_air(asked) {
                    let words = "the packet as it is on air was delivered, not the bait; \
                                 its answer only shows that no checksum is verified";
                    return Finding::new(
                        FindingKind::Right,
                        Rung::Delivered,
                        Seen::Delivered,
                        words,
                    )
                    .expecting(expected);
                }
                let why = format!(
                    "{words}, but it verifies no checksum: rightly decoded, too, it would answer"
                );
                return Finding::undecided(Rung::Replied, why).expecting(expected);
            }
            return Finding::wrong(seen, words).by_itself().expecting(expected);
        }
        match self.refusal(asked) {
            Some(Refusal::Declined(level)) => Finding::new(
                FindingKind::Right,
                Rung::Acknowledged,
                Seen::Nothing,
                format!("class unsupported, level {level}"),
            ),
            _ => self.by_silence(asked, &self.silence_told()),
        }
        .expecting(expected)
    }

    /// A bait's checksum is right under a wrong decoding only. A device that
    /// verifies none answers under the right one, too, unless the answer shows
    /// the bait's own addresses and data, which nothing else restores to.
    fn may_be_decoded_rightly(&self, asked: &Asked<'a>) -> bool {
        let verifies = match Reading::of(asked.inner()).map(|reading| reading.protocol) {
            Some(protocol::ICMPV6) => self.calibration.drops_wrong_icmpv6_checksum,
            Some(protocol::UDP) => self.calibration.drops_wrong_udp_checksum,
            _ => None,
        };
        if verifies != Some(false) {
            return false;
        }
        let restored = self.restored_from_air();
        let addresses = |packet: &'a [u8]| packet.get(ADDRESSES);
        let alike = restored
            .iter()
            .any(|packet| packet.get(ADDRESSES) == addresses(asked.packet));
        let shows_bait = match self.echo_reply_found(asked) {
            Some(reply) => matches!(reply, Reply::Right),
            None => self.after(asked).any(|(packet, reading)| {
                let quote = reading.quote(&packet.octets);
                quote.is_some_and(|quote| {
                    asked.is_quoted_in(quote) && quote.get(ADDRESSES) == addresses(asked.packet)
                })
            }),
        };
        !restored.iter().any(|packet| packet == asked.packet) && (alike || !shows_bait)
    }

    /// Whether the tap shows `asked` restored to what stands on air, and to nothing
    /// else. Even a tap before all checks shows that much.
    fn delivered_as_on_air(&self, asked: &Asked<'a>) -> bool {
        let restored = self.restored_from_air();
        let mut delivered = self
            .delivered
            .iter()
            .filter(|(at, _, octets)| asked.precedes(*at) && asked.is_in(octets))
            .peekable();
        delivered.peek().is_some()
            && delivered.all(|(_, _, octets)| restored.iter().any(|packet| packet == octets))
    }

    /// Anything that shows that the device took `asked`: by which oracle, in words.
    pub(super) fn sign_of_taking(&self, asked: &Asked<'a>) -> Option<(Seen, String)> {
        let delivered = self.delivered.iter().any(|(at, phase, octets)| {
            let mine = asked.is_in(octets)
                || (*asked.nonce == Nonce::None && matches!(phase, Phase::Step(_)));
            asked.precedes(*at) && mine && self.would_be_accepted(octets)
        });
        if delivered {
            return Some((Seen::Delivered, "the packet was delivered".to_owned()));
        }
        self.after(asked)
            .find_map(|(packet, reading)| self.shows_taking(asked, packet, reading))
            .or_else(|| Some((Seen::Replied, self.astray(asked)?)))
    }

    fn shows_taking(
        &self,
        asked: &Asked<'a>,
        packet: &HeardPacket,
        reading: &Reading,
    ) -> Option<(Seen, String)> {
        let mine = asked.is_answered_by(reading, &packet.octets);
        if mine && reading.protocol == protocol::UDP {
            return Some((Seen::Replied, "a UDP answer".to_owned()));
        }
        let (icmpv6_type, code) = reading.icmpv6(&packet.octets)?;
        // Without a nonce of its own a frame is answered by whatever comes in its step.
        let in_its_step = *asked.nonce == Nonce::None
            && self.profile.settles
            && matches!(packet.phase, Phase::Step(_))
            && !self.is_liveness(packet);
        match icmpv6_type {
            icmpv6_type::ECHO_REPLY
                if mine || in_its_step || self.echoes_data(asked, packet, reading) =>
            {
                Some((Seen::Replied, "an echo reply".to_owned()))
            }
            icmpv6_type::NEIGHBOR_ADVERTISEMENT if mine => {
                Some((Seen::Replied, "a neighbour advertisement".to_owned()))
            }
            // Read as it stands on air the frame was another packet, and that one may be
            // declined: its octets are in the quote all the same.
            ..=icmpv6_type::LAST_ERROR if self.quotes_as_on_air(asked, packet, reading) => None,
            ..=icmpv6_type::LAST_ERROR if mine || in_its_step => Some((
                Seen::Quoted,
                format!("ICMPv6 error type {icmpv6_type} code {code}"),
            )),
            _ => None,
        }
    }

    /// An error that quotes the packet that the frame stands for by the rules, where that is
    /// not the one that it must not be taken for: other addresses than those.
    fn quotes_as_on_air(&self, asked: &Asked<'a>, packet: &HeardPacket, reading: &Reading) -> bool {
        let quoted = reading
            .quote(&packet.octets)
            .and_then(|quote| quote.get(ADDRESSES));
        quoted.is_some()
            && quoted != asked.packet.get(ADDRESSES)
            && self
                .restored_from_air()
                .iter()
                .any(|restored| restored.get(ADDRESSES) == quoted)
    }

    /// An echo reply that brings the request's data, whatever its identifier became.
    fn echoes_data(&self, asked: &Asked<'a>, packet: &HeardPacket, reading: &Reading) -> bool {
        let request = Reading::of(asked.inner())
            .and_then(|request| request.echo(asked.inner(), icmpv6_type::ECHO_REQUEST));
        let reply = reading.echo(&packet.octets, icmpv6_type::ECHO_REPLY);
        match (request, reply) {
            (Some(request), Some(reply)) => {
                let half =
                    reply.identifier == request.identifier || reply.sequence == request.sequence;
                half && reply.data == request.data && !self.is_liveness(packet)
            }
            _ => false,
        }
    }

    /// Whether the device's own checks behind the tap would let a packet pass. A tap
    /// before the checksum says nothing about guards on checksums.
    fn would_be_accepted(&self, octets: &[u8]) -> bool {
        let Some(reading) = Reading::of(octets) else {
            return false;
        };
        let has_checksum = matches!(
            reading.protocol,
            protocol::UDP | protocol::TCP | protocol::ICMPV6
        );
        let checksum = !has_checksum || reading.checksum_right(octets);
        match self.profile.tap {
            Tap::None => false,
            Tap::BeforeChecks => checksum && self.is_duts(reading.dst),
            Tap::AfterIpv6 => checksum,
            Tap::AfterTransport => true,
        }
    }
}
