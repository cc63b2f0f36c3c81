//! A question that is open.

use std::net::Ipv6Addr;
use std::time::Duration;

use sixlo_frames::mac::MacAddress;

use super::exchange::Kind;
use super::packet::Packet;

/// Which answers belong to which question. `asker` is the request's source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Echo {
        asker: Ipv6Addr,
        asked: Ipv6Addr,
        identifier: u16,
        sequence: u16,
    },
    Target {
        asker: Ipv6Addr,
        target: Ipv6Addr,
    },
    Routers {
        asker: Ipv6Addr,
        /// `::` is everybody's.
        mac: MacAddress,
    },
    Udp {
        asker: Ipv6Addr,
        asker_port: u16,
        asked: Ipv6Addr,
        asked_port: u16,
    },
}

/// Packet numbers kept of the replies to one request.
const MOST_REPLIES: usize = 16;

/// A question, and what came of it so far.
#[derive(Debug)]
pub(super) struct Open {
    pub key: Key,
    pub kind: Kind,
    /// Tells it from others with the same key.
    pub serial: u64,
    pub request: Packet,
    /// What is wrong with the request itself: nothing is due then.
    pub fault: Option<String>,
    /// The request asks for an acknowledgement.
    pub asks_for_acknowledgement: bool,
    pub acknowledged: bool,
    /// Frames with it, retransmissions included.
    pub transmissions: u32,
    /// Times it was asked again, in frames of their own.
    pub repeats: u32,
    /// A request of this kind that went to one node, where repeats went to others.
    pub went_to_one: bool,
    /// Right replies: packet and who put it on the air.
    pub right: Vec<(u64, MacAddress)>,
    pub first_right: Option<Duration>,
    /// Right replies that came again from the same node.
    pub doubled: u32,
    /// To be told with the right reply.
    pub note: Option<String>,
    /// A reply to this very question, and wrong.
    pub wrong: Option<Wrong>,
    /// A reply that is this question's only if no other explains it.
    pub perhaps: Option<Wrong>,
    /// An ICMPv6 error that quotes the request: packet, type, code.
    pub error: Option<(u64, u8, u8)>,
    /// A reply to it that came before it: packet, and how long before.
    pub early: Option<(u64, Duration)>,
}

/// A wrong reply.
#[derive(Debug, Clone)]
pub(super) struct Wrong {
    pub number: u64,
    /// What is wrong, in words.
    pub words: String,
    /// Its octets prove it by themselves; if not, why.
    pub proof: Result<(), String>,
    /// Proof only if the sniffer missed none of the asker's frames meanwhile: another
    /// request may have been among them.
    pub needs_whole: bool,
}

impl Open {
    pub fn new(key: Key, kind: Kind, request: Packet) -> Self {
        Open {
            key,
            kind,
            serial: 0,
            went_to_one: !request.reading.dst.is_multicast(),
            request,
            fault: None,
            asks_for_acknowledgement: false,
            acknowledged: false,
            transmissions: 1,
            repeats: 0,
            right: Vec::new(),
            first_right: None,
            doubled: 0,
            note: None,
            wrong: None,
            perhaps: None,
            error: None,
            early: None,
        }
    }

    /// A right reply came.
    pub fn answer(&mut self, reply: &Packet) {
        self.first_right.get_or_insert(reply.at);
        // Another hop's copy is the same reply on its way.
        let again = self.right.iter().any(|(_, hop)| *hop == reply.hop);
        let one_answer_due = self.kind != Kind::Udp && !self.request.reading.dst.is_multicast();
        if again && one_answer_due {
            self.doubled += 1;
        }
        if self.right.len() < MOST_REPLIES {
            self.right.push((reply.number, reply.hop));
        }
    }

    /// Whether it has its answer.
    pub fn is_answered(&self) -> bool {
        self.first_right.is_some()
    }
}
