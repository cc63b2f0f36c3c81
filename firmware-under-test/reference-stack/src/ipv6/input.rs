//! An IPv6 packet has come in.

use crate::ipv6::header::{HEADER_OCTETS, Header};
use crate::ipv6::{Address, Walk, headers, protocol};
use crate::mac::Link;
use crate::{Node, Sink};

/// Packets within packets that are taken apart.
const DEEPEST_TUNNEL: u8 = 1;

/// How a packet came.
#[derive(Clone, Copy)]
pub(crate) struct Came {
    pub link: Link,
    /// Uncompressed and whole.
    pub plain: bool,
}

/// A packet and how it came.
#[derive(Clone, Copy)]
pub(crate) struct Incoming<'a> {
    /// The packet, no octet more.
    pub packet: &'a [u8],
    pub header: Header,
    pub link: Link,
    pub plain: bool,
    /// How many tunnels it has come out of.
    pub depth: u8,
}

impl<const LEVEL: u8> Node<LEVEL> {
    /// A packet from the link, uncompressed.
    pub(crate) fn hear_packet(&mut self, packet: &[u8], came: Came, sink: &mut dyn Sink) {
        self.hear_packet_at(packet, came, 0, sink);
    }

    fn hear_packet_at(&mut self, packet: &[u8], came: Came, depth: u8, sink: &mut dyn Sink) {
        let Some(header) = Header::parse(packet) else {
            return;
        };
        let Some(packet) = packet.get(..HEADER_OCTETS + header.payload_length) else {
            return;
        };
        if header.source.is_multicast() || header.source.is_loopback() {
            return;
        }
        let incoming = Incoming {
            packet,
            header,
            link: came.link,
            plain: came.plain,
            depth,
        };
        if !self.is_for_me(&header.destination) {
            self.forward(&incoming, sink);
            return;
        }
        match headers(packet, header.destination.is_multicast()) {
            Walk::Drop => {}
            Walk::Problem {
                code,
                pointer,
                even_to_group,
            } => self.complain_of_parameter(&incoming, code, pointer, even_to_group, sink),
            Walk::Upper {
                protocol,
                at,
                named_at,
            } => self.hear_upper(&incoming, protocol, at, named_at, sink),
        }
    }

    fn hear_upper(
        &mut self,
        incoming: &Incoming<'_>,
        protocol: u8,
        at: usize,
        named_at: usize,
        sink: &mut dyn Sink,
    ) {
        // An address still being probed hears neighbour discovery only. RFC 4862 5.4.
        let assigned = self.addresses.is_assigned(&incoming.header.destination)
            || incoming.header.destination.is_multicast();
        match protocol {
            protocol::ICMPV6 => self.hear_icmpv6(incoming, at, assigned, sink),
            _ if !assigned => {}
            protocol::UDP => self.hear_udp(incoming, at, sink),
            protocol::IPV6 => {
                sink.deliver(incoming.packet);
                // Beyond one tunnel it is as good as an unknown protocol, but silent.
                if incoming.depth < DEEPEST_TUNNEL {
                    let Incoming {
                        link, plain, depth, ..
                    } = *incoming;
                    let came = Came { link, plain };
                    self.hear_packet_at(&incoming.packet[at..], came, depth + 1, sink);
                }
            }
            protocol::NO_NEXT_HEADER => sink.deliver(incoming.packet),
            _ => {
                sink.deliver(incoming.packet);
                if let Walk::Problem { code, pointer, .. } = Walk::unknown_next_header(named_at) {
                    self.complain_of_parameter(incoming, code, pointer, false, sink);
                }
            }
        }
    }

    /// Whether a packet to `destination` is this node's affair.
    fn is_for_me(&self, destination: &Address) -> bool {
        if !destination.is_multicast() {
            return self.addresses.has(destination);
        }
        *destination == Address::ALL_NODES
            || *destination == Address::ALL_ROUTERS && self.is_router()
            || self.settings.groups().any(|group| group == destination)
            || self
                .addresses
                .all()
                .any(|own| own.address.solicited_node() == *destination)
    }

    /// The address from which to answer: the one addressed, if it is one.
    pub(crate) fn answering_address(&self, incoming: &Incoming<'_>) -> Option<Address> {
        let Header {
            source,
            destination,
            ..
        } = incoming.header;
        if source.is_unspecified() {
            return None;
        }
        if self.addresses.is_assigned(&destination) {
            return Some(destination);
        }
        self.addresses
            .source_for(&source)
            .map(|own| self.or_another(own))
    }

    /// Another own address in place of this one, if the node is set to take
    /// one where RFC 4443 2.2 leaves the choice.
    pub(super) fn or_another(&self, own: Address) -> Address {
        if !self.settings.other_source {
            return own;
        }
        let mut others = self.addresses.all().filter(|other| {
            other.address != own && other.address.is_link_local() == own.is_link_local()
        });
        others.next().map_or(own, |other| other.address)
    }
}
