//! An echo reply, RFC 4443 4.2: to the stimulus's source, with its identifier,
//! sequence number and data; from the pinged address, or after a multicast
//! ping from any address but somebody else's.

use std::net::Ipv6Addr;

use super::Scope;
use crate::answer::EchoRequest;
use crate::evidence::Phase;
use crate::judge::asked::Asked;
use crate::judge::finding::{Finding, FindingKind};
use crate::judge::scene::{HeardPacket, Scene};
use crate::reading::{Echo, icmpv6_type};
use crate::trial::Nonce;
use crate::verdict::{Rung, Seen};

/// What became of an echo request.
pub(in crate::judge) enum Reply {
    None,
    Right,
    /// In words.
    Wrong(String),
}

impl<'a> Scene<'a> {
    /// Whether any of what was sent is an echo request.
    pub(super) fn asks_for_echo(&self) -> bool {
        let mut asked = self.asked.iter();
        asked.any(|asked| EchoRequest::in_packet(asked.inner()).is_some())
    }

    pub(super) fn echo_reply(&self, asked: &Asked<'a>, scope: Scope) -> Finding {
        let Some(request) = EchoRequest::in_packet(asked.inner()) else {
            return Finding::undecided(asked.rung(), "the stimulus holds no echo request");
        };
        self.reply_to(&request, asked, scope)
            .expecting(request.expected())
    }

    fn reply_to(&self, request: &EchoRequest, asked: &Asked<'a>, scope: Scope) -> Finding {
        match self.reply_found(request, asked, scope) {
            Reply::Right => self.replied_rightly(asked),
            Reply::Wrong(words) => Finding::wrong(Seen::Replied, words),
            Reply::None => self.another_answer(asked, scope),
        }
    }

    /// The reply to whatever echo request `asked` holds, by the reply's own octets alone.
    pub fn echo_reply_found(&self, asked: &Asked<'a>) -> Option<Reply> {
        let request = EchoRequest::in_packet(asked.inner())?;
        Some(self.reply_found(&request, asked, Scope::default()))
    }

    /// All replies are looked at: a wrong one behind a right one is wrong.
    fn reply_found(&self, request: &EchoRequest, asked: &Asked<'a>, scope: Scope) -> Reply {
        let mut found = Reply::None;
        for (packet, reading) in self.after(asked) {
            let Some(reply) = reading.echo(&packet.octets, icmpv6_type::ECHO_REPLY) else {
                continue;
            };
            if !scope.holds(packet.at_us, asked) || !self.answers(&reply, packet, request, asked) {
                continue;
            }
            let may_answer = self.may_answer(reading.src, request.dst);
            if let Some(words) = request.wrong_in(&reply, &packet.octets, reading, may_answer) {
                return Reply::Wrong(words);
            }
            found = Reply::Right;
        }
        found
    }

    fn replied_rightly(&self, asked: &Asked<'a>) -> Finding {
        let delivered = self
            .delivered
            .iter()
            .any(|(at, _, octets)| asked.precedes(*at) && *octets == asked.packet);
        // A device that takes any checksum may have restored wrong addresses and
        // undone that in its reply: only what it delivered could tell.
        let blind = self.calibration.drops_wrong_icmpv6_checksum == Some(false);
        if blind && !delivered && self.control.is_some() {
            return Finding::undecided(
                Rung::Replied,
                "an echo proves no address here: the device answers one with a wrong checksum",
            );
        }
        let seen = if delivered {
            Seen::Delivered
        } else {
            Seen::Replied
        };
        Finding::new(FindingKind::Right, Rung::ReplyRight, seen, "the echo reply")
    }

    fn another_answer(&self, asked: &Asked<'a>, scope: Scope) -> Finding {
        let error = self.after(asked).find_map(|(packet, reading)| {
            let quote = reading.quote(&packet.octets)?;
            (asked.is_quoted_in(quote) && scope.holds(packet.at_us, asked)).then_some(())?;
            reading.icmpv6(&packet.octets)
        });
        match error {
            Some((icmpv6_type, code)) => Finding {
                rung: Rung::Delivered,
                ..Finding::wrong(
                    Seen::Quoted,
                    format!("ICMPv6 error type {icmpv6_type} code {code}"),
                )
            },
            None => self.unanswered(asked),
        }
    }

    /// Whether a reply is meant for this request. Identifier and sequence number
    /// say so; one of them and the data do, too: then the other one is wrong.
    /// Where a device settles, whatever it says in a phase belongs to that phase.
    fn answers(
        &self,
        reply: &Echo,
        packet: &HeardPacket,
        request: &EchoRequest,
        asked: &Asked<'a>,
    ) -> bool {
        let identifier = reply.identifier == request.echo.identifier;
        let sequence = reply.sequence == request.echo.sequence;
        if identifier && sequence {
            return true;
        }
        let others = self.asked.iter().chain(&self.control).chain(&self.sentinel);
        let of_another = others
            .filter(|other| other.nonce != asked.nonce)
            .any(|other| {
                *other.nonce
                    == Nonce::Echo {
                        identifier: reply.identifier,
                        sequence: reply.sequence,
                    }
            });
        let own_phase = asked.first_event.map(|at| self.evidence.events[at].phase);
        let half_right = (identifier || sequence) && reply.data == request.echo.data;
        let mine = match (own_phase, packet.phase) {
            (Some(own), phase) if own == phase => half_right || self.profile.settles,
            (Some(Phase::Step(_)), Phase::Sentinel) => half_right,
            _ => false,
        };
        mine && !of_another
    }

    /// Whether `src` may answer a ping of `pinged`. Which addresses a device
    /// forms by itself is its own affair, so after a multicast ping any will do
    /// that is not somebody else's.
    fn may_answer(&self, src: Ipv6Addr, pinged: Ipv6Addr) -> bool {
        match pinged.is_multicast() {
            true => !src.is_multicast() && !src.is_unspecified() && !self.is_testers(src),
            false => src == pinged,
        }
    }
}
