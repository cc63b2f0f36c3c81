//! Capability levels: what a peer takes, what this node says of itself.
//! Draft section 6.2.

use crate::ipv6::draft::Draft;
use crate::ipv6::{Incoming, protocol};
use crate::lowpan::Glimpse;
use crate::mac::{Link, LinkAddress};
use crate::nd::Neighbour;
use crate::{Node, Sink};

/// Highest level there is. Draft section 6.1.
pub const HIGHEST_LEVEL: u8 = 5;
/// Neighbours whose level is remembered.
const PEERS: usize = 16;

/// What is known of a neighbour.
#[derive(Debug, Clone, Copy)]
struct Peer {
    link: LinkAddress,
    /// As it has said.
    level: Option<u8>,
    /// It has sent something compressed by a context.
    speaks_contexts: bool,
}

/// What is known of neighbours, by MAC address: a level is a property of a
/// neighbour on the link, not of an IPv6 address.
#[derive(Debug, Clone)]
pub(crate) struct Peers {
    known: [Option<Peer>; PEERS],
    next: usize,
}

impl Peers {
    pub const fn new() -> Self {
        Peers {
            known: [None; PEERS],
            next: 0,
        }
    }

    fn find(&self, link: LinkAddress) -> Option<&Peer> {
        self.known.iter().flatten().find(|peer| peer.link == link)
    }

    fn level(&self, link: LinkAddress) -> Option<u8> {
        self.find(link)?.level
    }

    /// Whether a source address may be compressed by a context. Who does not
    /// know it cannot even say so, having nobody to say it to; so this is sent
    /// only to those known to take it. Draft section 6.1.
    pub fn takes_stateful_source(&self, link: LinkAddress) -> bool {
        let takes = |peer: &Peer| peer.level.map_or(peer.speaks_contexts, |level| level >= 2);
        self.find(link).is_some_and(takes)
    }

    /// The lowest level heard of.
    fn lowest(&self) -> Option<u8> {
        self.known
            .iter()
            .flatten()
            .filter_map(|peer| peer.level)
            .min()
    }

    /// The newest word counts.
    pub fn learn(&mut self, link: LinkAddress, level: u8) {
        self.entry(link).level = Some(level);
    }

    pub fn hear_context_used(&mut self, link: LinkAddress) {
        self.entry(link).speaks_contexts = true;
    }

    /// The peer's entry; a new one takes the place of the oldest.
    fn entry(&mut self, link: LinkAddress) -> &mut Peer {
        let is_it = |slot: &Option<Peer>| slot.is_some_and(|peer| peer.link == link);
        let index = self.known.iter().position(is_it);
        let index = index.or_else(|| self.known.iter().position(Option::is_none));
        let index = index.unwrap_or_else(|| {
            let oldest = self.next;
            self.next = (oldest + 1) % PEERS;
            self.known[oldest] = None;
            oldest
        });
        self.known[index].get_or_insert(Peer {
            link,
            level: None,
            speaks_contexts: false,
        })
    }

    /// A level goes with its neighbour.
    pub fn forget(&mut self, link: LinkAddress) {
        for slot in &mut self.known {
            if slot.is_some_and(|peer| peer.link == link) {
                *slot = None;
            }
        }
    }
}

/// The frame that was not taken, from its IPHC dispatch on.
pub(crate) struct Evidence<'a> {
    pub link: Link,
    pub lowpan: &'a [u8],
}

impl<const LEVEL: u8> Node<LEVEL> {
    /// Answers a frame above this node's level by "class unsupported": own
    /// level in the code, nothing quoted, uncompressed, straight to the
    /// neighbour that sent it. Silent wherever RFC 4443 2.4(e) wants silence.
    pub(crate) fn decline(&mut self, evidence: Evidence<'_>, sink: &mut dyn Sink) {
        let Evidence { link, lowpan } = evidence;
        if link.destination.is_group() {
            return;
        }
        let contexts = (LEVEL >= 2).then_some((&self.contexts, self.now_us));
        let Some(seen) = Glimpse::of(lowpan, link, contexts) else {
            return;
        };
        let answerable = !seen.source.is_unspecified()
            && !seen.source.is_multicast()
            && !seen
                .icmpv6_type
                .is_some_and(|kind| self.is_error_type(kind));
        if !answerable
            || !self
                .limiter
                .allows(self.now_us, self.settings.errors_per_second)
        {
            return;
        }
        let Some(own) = self.addresses.source_for(&seen.source) else {
            return;
        };
        let code = self.settings.error_code_base.wrapping_add(LEVEL);
        let mut draft = Draft::new(own, seen.source, protocol::ICMPV6);
        draft.put(&[self.settings.error_type, code, 0, 0]);
        let link = Link {
            source: self.link_address_of(&own),
            destination: link.source,
        };
        self.transmit(draft.finish(), link, 0, sink);
    }

    /// "Class unsupported" is an error wherever errors are treated apart,
    /// though its type lies among the informational ones. RFC 4443 2.1.
    pub(crate) fn is_error_type(&self, kind: u8) -> bool {
        kind < 128 || kind == self.settings.error_type || kind == protocol::REDIRECT
    }

    /// A neighbour said "class unsupported" with this code. What it means is
    /// the MAC address that was sent to, which may be another one of its.
    pub(crate) fn hear_class_unsupported(&mut self, incoming: &Incoming<'_>, code: u8) {
        let level = code.wrapping_sub(self.settings.error_code_base);
        if level > HIGHEST_LEVEL {
            return;
        }
        self.peers.learn(incoming.link.source, level);
        let neighbour = self.neighbours.find(&incoming.header.source);
        if let Some(sent_to) = neighbour.and_then(Neighbour::link) {
            self.peers.learn(sent_to, level);
        }
    }

    /// The level in the first two data octets of a 6CIO: level + 1 in three
    /// bits; 0 is no level, but the word of one who takes all of RFC 6282.
    pub(crate) fn hear_capability(&mut self, peer: LinkAddress, flags: u16) {
        match flags >> self.settings.capability_shift & 7 {
            0 => self.peers.learn(peer, HIGHEST_LEVEL),
            7 => {}
            announced => self.peers.learn(peer, announced as u8 - 1),
        }
    }

    /// The same bits of this node's own option; `None` if it shall not tell.
    pub(crate) fn own_capability(&self) -> Option<u16> {
        let flags = u16::from(LEVEL + 1) << self.settings.capability_shift;
        (!self.settings.capability_suppressed).then_some(flags)
    }

    /// The level at which to send to a neighbour: what is learnt caps the own
    /// one; the unknown are tried at the own one.
    pub(crate) fn level_towards(&self, peer: LinkAddress) -> u8 {
        self.peers.level(peer).unwrap_or(LEVEL).min(LEVEL)
    }

    /// The level at which to send to everyone: the lowest heard of.
    pub(crate) fn level_towards_all(&self) -> u8 {
        self.peers.lowest().unwrap_or(LEVEL).min(LEVEL)
    }
}
