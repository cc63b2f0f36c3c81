//! A packet for somebody else: a router passes it on. RFC 8200 3, RFC 4443 3.3.

use crate::ipv6::header::HOP_LIMIT_AT;
use crate::ipv6::{Address, Incoming, protocol};
use crate::lowpan::LARGEST_DATAGRAM;
use crate::{Node, Sink};

/// Hop limit exceeded in transit. RFC 4443 3.3.
const IN_TRANSIT: u8 = 0;

impl<const LEVEL: u8> Node<LEVEL> {
    /// Passes a packet on, if this node is set to be a router and the packet may leave its link:
    /// none of its addresses is a link-local one. RFC 4291 2.5.6.
    pub(super) fn forward(&mut self, incoming: &Incoming<'_>, sink: &mut dyn Sink) {
        let header = incoming.header;
        let ends = [header.source, header.destination];
        let stays = |end: &Address| {
            end.is_link_local() || end.is_multicast() || end.is_loopback() || end.is_unspecified()
        };
        let is_tunnelled = incoming.depth > 0;
        let to_group = incoming.link.destination.is_group();
        if !self.settings.forwards || is_tunnelled || to_group || ends.iter().any(stays) {
            return;
        }
        let least = if seeded!(ForwardsUsedUpHops) { 1 } else { 2 };
        if header.hop_limit < least {
            if !seeded!(ForwardsInSilence) {
                self.complain(incoming, [protocol::TIME_EXCEEDED, IN_TRANSIT], 0, sink);
            }
            return;
        }
        let mut room = [0; LARGEST_DATAGRAM];
        let Some(packet) = room.get_mut(..incoming.packet.len()) else {
            return;
        };
        packet.copy_from_slice(incoming.packet);
        if !seeded!(HopLimitNotLowered) {
            packet[HOP_LIMIT_AT] = header.hop_limit - 1;
        }
        if seeded!(TrafficClassCleared) {
            packet[0] &= 0xf0;
            packet[1] &= 0x0f;
        }
        self.output(packet, sink);
    }
}
