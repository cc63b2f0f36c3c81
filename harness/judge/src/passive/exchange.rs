//! A question and its answers, judged.

use std::net::Ipv6Addr;
use std::time::Duration;

use sixlo_frames::mac::MacAddress;

use crate::verdict::{Outcome, Verdict};

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Echo request and reply, RFC 4443 4.
    Echo,
    /// Neighbour solicitation and advertisement, RFC 4861 7.2.
    NeighborDiscovery,
    /// A neighbour solicitation from `::`, RFC 4862 5.4.
    DuplicateAddressDetection,
    /// A neighbour solicitation with an address registration option, RFC 6775 5.5.
    Registration,
    /// Router solicitation and advertisement, RFC 4861 6.
    RouterDiscovery,
    /// A UDP datagram, and one the other way with ports and addresses swapped.
    Udp,
}

/// One end of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct End {
    /// By the mesh header, without one by the MAC header.
    pub mac: MacAddress,
    /// By the IPv6 header.
    pub ipv6: Ipv6Addr,
}

/// A question, its answers, and the judge's word.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    /// What was asked.
    pub kind: Kind,
    /// Packet number of the request; of one in fragments, of the frame that completed
    /// it. None where only a reply was seen.
    pub request: Option<u64>,
    /// Packet numbers of the replies, in the order of the capture; the first few.
    pub replies: Vec<u64>,
    /// When the request was heard; without one, the reply.
    pub at: Duration,
    /// From the request to the first reply.
    pub round_trip: Option<Duration>,
    /// Who asked.
    pub from: End,
    /// Who was asked.
    pub to: End,
    /// Pass, inconc, fail, or none where nothing is due.
    pub verdict: Verdict,
    /// What became of the request.
    pub outcome: Outcome,
    /// What was expected, in words; written once and shown everywhere alike.
    pub expected: String,
    /// What was observed, in words.
    pub observed: String,
    /// Why it is undecided, in words; empty otherwise.
    pub cause: String,
    /// The clause that says what is due.
    pub clause: &'static str,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 6] = [
        Kind::Echo,
        Kind::NeighborDiscovery,
        Kind::DuplicateAddressDetection,
        Kind::Registration,
        Kind::RouterDiscovery,
        Kind::Udp,
    ];

    /// A word or two.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Echo => "echo",
            Kind::NeighborDiscovery => "neighbour discovery",
            Kind::DuplicateAddressDetection => "duplicate address detection",
            Kind::Registration => "address registration",
            Kind::RouterDiscovery => "router discovery",
            Kind::Udp => "udp",
        }
    }

    /// The clause that says what answer is due.
    pub fn clause(self) -> &'static str {
        match self {
            Kind::Echo => "RFC 4443 4.2",
            Kind::NeighborDiscovery => "RFC 4861 7.2.4",
            Kind::DuplicateAddressDetection => "RFC 4862 5.4",
            Kind::Registration => "RFC 6775 6.5",
            Kind::RouterDiscovery => "RFC 4861 6.2.6",
            Kind::Udp => "RFC 8200 8.1",
        }
    }
}
