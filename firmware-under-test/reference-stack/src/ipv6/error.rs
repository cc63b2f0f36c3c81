//! ICMPv6 errors. RFC 4443 section 2.4 and 3.

use crate::ipv6::draft::Draft;
use crate::ipv6::header::{HEADER_OCTETS, NEXT_HEADER_AT};
use crate::ipv6::{Incoming, extension, protocol};
use crate::lowpan::LARGEST_DATAGRAM;
use crate::{Node, Sink};

/// Octets before the quote.
const ERROR_OCTETS: usize = 8;

impl<const LEVEL: u8> Node<LEVEL> {
    /// Sends an error about `incoming`: type and code, and a parameter.
    pub(crate) fn complain(
        &mut self,
        incoming: &Incoming<'_>,
        type_and_code: [u8; 2],
        parameter: u32,
        sink: &mut dyn Sink,
    ) {
        let group =
            incoming.header.destination.is_multicast() || incoming.link.destination.is_group();
        if !group {
            self.send_error(incoming, type_and_code, parameter, sink);
        }
    }

    pub(super) fn complain_of_parameter(
        &mut self,
        incoming: &Incoming<'_>,
        code: u8,
        pointer: usize,
        even_to_group: bool,
        sink: &mut dyn Sink,
    ) {
        let type_and_code = [protocol::PARAMETER_PROBLEM, code];
        let pointer = pointer as u32;
        if even_to_group {
            self.send_error(incoming, type_and_code, pointer, sink);
        } else {
            self.complain(incoming, type_and_code, pointer, sink);
        }
    }

    fn send_error(
        &mut self,
        incoming: &Incoming<'_>,
        type_and_code: [u8; 2],
        parameter: u32,
        sink: &mut dyn Sink,
    ) {
        if self.carries_error(incoming.packet) {
            return;
        }
        let Some(own) = self.answering_address(incoming) else {
            return;
        };
        if !self
            .limiter
            .allows(self.now_us, self.settings.errors_per_second)
        {
            return;
        }
        let own = self.or_another(own);
        let mut draft = Draft::new(own, incoming.header.source, protocol::ICMPV6);
        draft.put(&type_and_code);
        draft.put(&[0; 2]);
        draft.put(&parameter.to_be_bytes());
        // As much as fits the least MTU. RFC 4443 2.4(c).
        let room = LARGEST_DATAGRAM - HEADER_OCTETS - ERROR_OCTETS;
        let quote = incoming
            .packet
            .len()
            .min(room)
            .min(self.settings.quote_octets);
        draft.put(&incoming.packet[..quote]);
        self.output(draft.finish(), sink);
    }

    /// Whether the packet is an ICMPv6 error itself: no error about errors.
    /// RFC 4443 2.4(e).
    fn carries_error(&self, packet: &[u8]) -> bool {
        let mut named_at = NEXT_HEADER_AT;
        let mut at = HEADER_OCTETS;
        loop {
            let ends_at = match packet[named_at] {
                protocol::ICMPV6 => {
                    return packet.get(at).is_some_and(|kind| self.is_error_type(*kind));
                }
                protocol::HOP_BY_HOP | protocol::ROUTING | protocol::DESTINATION_OPTIONS => {
                    extension::extent(packet, at)
                }
                protocol::FRAGMENT => Some(at + 8),
                _ => None,
            };
            let Some(ends_at) = ends_at else { return false };
            named_at = at;
            at = ends_at;
            if named_at >= packet.len() {
                return false;
            }
        }
    }
}
