//! One datagram that was put to the device: what was sent of it, and when.

use std::net::Ipv6Addr;

use sixlo_frames::packet::protocol;

use crate::reading::{Reading, icmpv6_type, innermost};
use crate::trial::{Nonce, Stimulus};
use crate::verdict::Rung;

/// A control, a datagram of the trial's steps, or a sentinel.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    /// How an answer to it is recognised.
    pub nonce: &'a Nonce,
    /// The IPv6 packet that it stands for; empty where it stands for none.
    pub packet: &'a [u8],
    /// Position of the first event that sent a frame of it; none if none was sent.
    pub first_event: Option<usize>,
    /// Answers from this event on are another datagram's, which bears the same nonce.
    pub until: Option<usize>,
    /// When the last frame of it was sent, in microseconds.
    pub last_us: u64,
    /// Frames that should have been sent.
    pub wanted: usize,
    /// Frames that were sent.
    pub sent: usize,
    /// Sent frames that are known to have arrived.
    pub taken: usize,
}

impl<'a> Asked<'a> {
    pub fn new(stimulus: &'a Stimulus) -> Self {
        Asked {
            nonce: &stimulus.nonce,
            packet: &stimulus.packet,
            first_event: None,
            until: None,
            last_us: 0,
            wanted: stimulus.psdus.len(),
            sent: 0,
            taken: 0,
        }
    }

    /// Further frames of the same datagram.
    pub fn extend(&mut self, stimulus: &'a Stimulus) {
        self.wanted += stimulus.psdus.len();
        if self.packet.is_empty() {
            self.packet = &stimulus.packet;
        }
    }

    pub fn note_sent(&mut self, event: usize, at_us: u64, taken: bool) {
        self.first_event.get_or_insert(event);
        self.last_us = at_us;
        self.sent += 1;
        self.taken += usize::from(taken);
    }

    /// Every frame of it is known to have arrived.
    pub fn is_taken(&self) -> bool {
        self.sent > 0 && self.taken >= self.wanted
    }

    /// How far it got for sure, no answer being looked at.
    pub fn rung(&self) -> Rung {
        match self.sent {
            0 => Rung::Nowhere,
            _ if self.is_taken() => Rung::Acknowledged,
            _ => Rung::OnAir,
        }
    }

    /// Whether an event at this position may be an answer to it: it comes after
    /// the first frame of it, and before another datagram with its nonce.
    pub fn precedes(&self, event: usize) -> bool {
        self.first_event.is_some_and(|first| first < event)
            && self.until.is_none_or(|until| event < until)
    }

    /// The packet that is to be answered: inside a tunnel the innermost one.
    pub fn inner(&self) -> &'a [u8] {
        innermost(self.packet)
    }

    /// Source of the packet as the device has to restore it.
    pub fn src(&self) -> Option<Ipv6Addr> {
        Reading::of(self.packet).map(|reading| reading.src)
    }

    /// Whether `octets`, a packet that the device restored, hold this datagram's nonce.
    pub fn is_in(&self, octets: &[u8]) -> bool {
        let holds = |nonce: &[u8]| {
            !nonce.is_empty() && octets.windows(nonce.len()).any(|window| window == nonce)
        };
        match self.nonce {
            Nonce::Echo {
                identifier,
                sequence,
            } => {
                let [a, b] = identifier.to_be_bytes();
                let [c, d] = sequence.to_be_bytes();
                holds(&[a, b, c, d])
            }
            Nonce::Quote(octets) => holds(octets),
            Nonce::Target(target) => holds(&target.octets()),
            Nonce::None => false,
        }
    }

    /// Whether a packet from the device answers this datagram, rightly or not: an
    /// echo reply, an advertisement of its target, UDP that brings its data back,
    /// or an error that quotes it.
    pub fn is_answered_by(&self, reading: &Reading, packet: &[u8]) -> bool {
        match self.nonce {
            Nonce::Echo {
                identifier,
                sequence,
            } if reading
                .echo(packet, icmpv6_type::ECHO_REPLY)
                .is_some_and(|echo| {
                    (echo.identifier, echo.sequence) == (*identifier, *sequence)
                }) =>
            {
                true
            }
            Nonce::Target(target)
                if reading
                    .target(packet, icmpv6_type::NEIGHBOR_ADVERTISEMENT)
                    .is_some_and(|(advertised, _)| advertised == *target) =>
            {
                true
            }
            Nonce::Quote(_) if reading.protocol == protocol::UDP => {
                self.is_in(reading.upper(packet))
            }
            _ => reading
                .quote(packet)
                .is_some_and(|quote| self.is_quoted_in(quote)),
        }
    }

    /// Whether this error's quote is of this datagram. What stands behind the end that the quoted
    /// packet itself states is no part of it: some stacks let other packets' octets follow, left
    /// over in their memory. A datagram that lies about its length may be quoted whole.
    pub fn is_quoted_in(&self, quote: &[u8]) -> bool {
        const HEADER: usize = 40;
        let stated = match quote.get(4..6) {
            Some(&[high, low]) => HEADER + usize::from(u16::from_be_bytes([high, low])),
            _ => 0,
        };
        let end = stated.max(self.packet.len()).min(quote.len());
        self.is_in(&quote[..end])
    }
}
