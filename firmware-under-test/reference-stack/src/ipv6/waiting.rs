//! Packets that wait for their neighbour's link-layer address.

use crate::ipv6::Address;
use crate::lowpan::LARGEST_DATAGRAM;

/// Packets that may wait, one a neighbour. RFC 4861 7.2.2.
pub const WAITING: usize = 4;

struct Packet {
    neighbour: Address,
    octets: [u8; LARGEST_DATAGRAM],
    length: usize,
}

/// The newest packet for each of a few neighbours.
pub(crate) struct Waiting {
    packets: [Option<Packet>; WAITING],
    next: usize,
}

impl Waiting {
    pub const fn new() -> Self {
        Waiting {
            packets: [const { None }; WAITING],
            next: 0,
        }
    }

    pub fn clear(&mut self) {
        self.packets.iter_mut().for_each(|slot| *slot = None);
    }

    /// Keeps a packet in place of an older one for the same neighbour, or of
    /// the oldest at all.
    pub fn put(&mut self, neighbour: Address, packet: &[u8]) {
        let waits = |slot: &Option<Packet>| slot.as_ref().is_some_and(|p| p.neighbour == neighbour);
        let index = self.packets.iter().position(waits);
        let index = index.or_else(|| self.packets.iter().position(Option::is_none));
        let index = index.unwrap_or_else(|| {
            self.next = (self.next + 1) % WAITING;
            self.next
        });
        let mut octets = [0; LARGEST_DATAGRAM];
        let length = packet.len().min(LARGEST_DATAGRAM);
        octets[..length].copy_from_slice(&packet[..length]);
        self.packets[index] = Some(Packet {
            neighbour,
            octets,
            length,
        });
    }

    /// Takes the packet for a neighbour out.
    pub fn take(&mut self, neighbour: &Address) -> Option<([u8; LARGEST_DATAGRAM], usize)> {
        let waits = |slot: &&mut Option<Packet>| {
            slot.as_ref()
                .is_some_and(|packet| packet.neighbour == *neighbour)
        };
        let packet = self.packets.iter_mut().find(waits)?.take()?;
        Some((packet.octets, packet.length))
    }
}
