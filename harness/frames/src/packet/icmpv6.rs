//! ICMPv6: echo and errors (RFC 4443), neighbour discovery (RFC 4861), multihop
//! duplicate address detection (RFC 6775 4.4, RFC 8505 4.2), and any other type.

use std::net::Ipv6Addr;

use super::{Checksum, NdOption, checksum, protocol};

/// Where the checksum stands in an ICMPv6 message.
pub(crate) const CHECKSUM_FIELD: usize = 2;

/// ICMPv6 types.
pub(crate) mod icmpv6_type {
    pub const DESTINATION_UNREACHABLE: u8 = 1;
    pub const PACKET_TOO_BIG: u8 = 2;
    pub const TIME_EXCEEDED: u8 = 3;
    pub const PARAMETER_PROBLEM: u8 = 4;
    pub const ECHO_REQUEST: u8 = 128;
    pub const ECHO_REPLY: u8 = 129;
    pub const ROUTER_SOLICITATION: u8 = 133;
    pub const ROUTER_ADVERTISEMENT: u8 = 134;
    pub const NEIGHBOR_SOLICITATION: u8 = 135;
    pub const NEIGHBOR_ADVERTISEMENT: u8 = 136;
    pub const DUPLICATE_ADDRESS_REQUEST: u8 = 157;
    pub const DUPLICATE_ADDRESS_CONFIRMATION: u8 = 158;
}

/// An ICMPv6 message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Icmpv6 {
    /// What it says; gives the type.
    pub message: Message,
    /// Code.
    pub code: u8,
    /// Checksum.
    pub checksum: Checksum,
}

/// What an ICMPv6 message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Type 1. Holds as much of the packet as fits. Code 4: port unreachable.
    DestinationUnreachable(Vec<u8>),
    /// Type 2.
    PacketTooBig {
        /// The next link's MTU in octets.
        mtu: u32,
        /// The packet.
        quote: Vec<u8>,
    },
    /// Type 3. Code 0: hop limit, code 1: reassembly.
    TimeExceeded(Vec<u8>),
    /// Type 4. Code 1: unknown next header, code 2: unknown option.
    ParameterProblem {
        /// The octet of the packet that is the problem, counted from 0.
        pointer: u32,
        /// The packet.
        quote: Vec<u8>,
    },
    /// Type 128.
    EchoRequest(Echo),
    /// Type 129.
    EchoReply(Echo),
    /// Type 133, with its options.
    RouterSolicitation(Vec<NdOption>),
    /// Type 134.
    RouterAdvertisement(RouterAdvertisement),
    /// Type 135.
    NeighborSolicitation {
        /// The address asked for.
        target: Ipv6Addr,
        /// Options.
        options: Vec<NdOption>,
    },
    /// Type 136.
    NeighborAdvertisement(NeighborAdvertisement),
    /// Type 157, RFC 6775 4.4. RFC 8505 4.2 puts the ROVR's size into the code.
    DuplicateAddressRequest(DuplicateAddress),
    /// Type 158.
    DuplicateAddressConfirmation(DuplicateAddress),
    /// Any type and what follows its checksum.
    Other {
        /// Type.
        icmpv6_type: u8,
        /// Octets behind the checksum.
        body: Vec<u8>,
    },
}

/// An echo request or reply. RFC 4443 4.1.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Echo {
    /// Identifier.
    pub identifier: u16,
    /// Sequence number.
    pub sequence: u16,
    /// Data.
    pub data: Vec<u8>,
}

/// A router advertisement. RFC 4861 4.2.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RouterAdvertisement {
    /// Cur Hop Limit; 0 leaves it open.
    pub hop_limit: u8,
    /// M: addresses by DHCPv6.
    pub managed: bool,
    /// O: other configuration by DHCPv6.
    pub other: bool,
    /// In seconds; 0: not a default router.
    pub router_lifetime_s: u16,
    /// In milliseconds; 0 leaves it open.
    pub reachable_time_ms: u32,
    /// In milliseconds; 0 leaves it open.
    pub retrans_timer_ms: u32,
    /// Options.
    pub options: Vec<NdOption>,
}

/// A neighbour advertisement. RFC 4861 4.4.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeighborAdvertisement {
    /// R: the sender is a router.
    pub router: bool,
    /// S: it answers a solicitation.
    pub solicited: bool,
    /// O: it overrides what is cached.
    pub override_flag: bool,
    /// The address asked for.
    pub target: Ipv6Addr,
    /// Options.
    pub options: Vec<NdOption>,
}

/// A duplicate address request or confirmation. RFC 6775 4.4, RFC 8505 4.2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateAddress {
    /// As in an address registration option; 0 in a request.
    pub status: u8,
    /// Reserved in RFC 6775, the transaction id in RFC 8505.
    pub tid: u8,
    /// In units of 60 s.
    pub registration_lifetime: u16,
    /// The registering node's EUI-64, or a ROVR of 8, 16, 24 or 32 octets.
    pub rovr: Vec<u8>,
    /// The address being registered.
    pub registered_address: Ipv6Addr,
}

impl From<Message> for Icmpv6 {
    fn from(message: Message) -> Self {
        Icmpv6 {
            message,
            code: 0,
            checksum: Checksum::Right,
        }
    }
}

impl Icmpv6 {
    /// With this code.
    #[must_use]
    pub fn with_code(mut self, code: u8) -> Self {
        self.code = code;
        self
    }

    pub(super) fn append_to(&self, octets: &mut Vec<u8>, src: Ipv6Addr, dst: Ipv6Addr) {
        let start = octets.len();
        octets.extend([self.message.icmpv6_type(), self.code, 0, 0]);
        self.message.append_body_to(octets);
        checksum::finish(
            &mut octets[start..],
            protocol::ICMPV6,
            CHECKSUM_FIELD,
            self.checksum,
            src,
            dst,
        );
    }
}

impl Message {
    /// The type that announces it.
    pub fn icmpv6_type(&self) -> u8 {
        match self {
            Message::DestinationUnreachable(_) => icmpv6_type::DESTINATION_UNREACHABLE,
            Message::PacketTooBig { .. } => icmpv6_type::PACKET_TOO_BIG,
            Message::TimeExceeded(_) => icmpv6_type::TIME_EXCEEDED,
            Message::ParameterProblem { .. } => icmpv6_type::PARAMETER_PROBLEM,
            Message::EchoRequest(_) => icmpv6_type::ECHO_REQUEST,
            Message::EchoReply(_) => icmpv6_type::ECHO_REPLY,
            Message::RouterSolicitation(_) => icmpv6_type::ROUTER_SOLICITATION,
            Message::RouterAdvertisement(_) => icmpv6_type::ROUTER_ADVERTISEMENT,
            Message::NeighborSolicitation { .. } => icmpv6_type::NEIGHBOR_SOLICITATION,
            Message::NeighborAdvertisement(_) => icmpv6_type::NEIGHBOR_ADVERTISEMENT,
            Message::DuplicateAddressRequest(_) => icmpv6_type::DUPLICATE_ADDRESS_REQUEST,
            Message::DuplicateAddressConfirmation(_) => icmpv6_type::DUPLICATE_ADDRESS_CONFIRMATION,
            Message::Other { icmpv6_type, .. } => *icmpv6_type,
        }
    }

    fn append_body_to(&self, octets: &mut Vec<u8>) {
        match self {
            Message::DestinationUnreachable(quote) | Message::TimeExceeded(quote) => {
                octets.extend([0; 4]);
                octets.extend_from_slice(quote);
            }
            Message::PacketTooBig { mtu: word, quote }
            | Message::ParameterProblem {
                pointer: word,
                quote,
            } => {
                octets.extend(word.to_be_bytes());
                octets.extend_from_slice(quote);
            }
            Message::EchoRequest(echo) | Message::EchoReply(echo) => {
                octets.extend(echo.identifier.to_be_bytes());
                octets.extend(echo.sequence.to_be_bytes());
                octets.extend_from_slice(&echo.data);
            }
            Message::RouterSolicitation(options) => {
                octets.extend([0; 4]);
                append_options(options, octets);
            }
            Message::RouterAdvertisement(advertisement) => advertisement.append_to(octets),
            Message::NeighborSolicitation { target, options } => {
                octets.extend([0; 4]);
                octets.extend(target.octets());
                append_options(options, octets);
            }
            Message::NeighborAdvertisement(advertisement) => advertisement.append_to(octets),
            Message::DuplicateAddressRequest(duplicate)
            | Message::DuplicateAddressConfirmation(duplicate) => duplicate.append_to(octets),
            Message::Other { body, .. } => octets.extend_from_slice(body),
        }
    }
}

impl RouterAdvertisement {
    fn append_to(&self, octets: &mut Vec<u8>) {
        let flags = u8::from(self.managed) << 7 | u8::from(self.other) << 6;
        octets.extend([self.hop_limit, flags]);
        octets.extend(self.router_lifetime_s.to_be_bytes());
        octets.extend(self.reachable_time_ms.to_be_bytes());
        octets.extend(self.retrans_timer_ms.to_be_bytes());
        append_options(&self.options, octets);
    }
}

impl NeighborAdvertisement {
    fn append_to(&self, octets: &mut Vec<u8>) {
        let flags = u8::from(self.router) << 7
            | u8::from(self.solicited) << 6
            | u8::from(self.override_flag) << 5;
        octets.extend([flags, 0, 0, 0]);
        octets.extend(self.target.octets());
        append_options(&self.options, octets);
    }
}

impl DuplicateAddress {
    fn append_to(&self, octets: &mut Vec<u8>) {
        octets.extend([self.status, self.tid]);
        octets.extend(self.registration_lifetime.to_be_bytes());
        octets.extend_from_slice(&self.rovr);
        octets.extend(self.registered_address.octets());
    }
}

fn append_options(options: &[NdOption], octets: &mut Vec<u8>) {
    options.iter().for_each(|option| option.append_to(octets));
}
