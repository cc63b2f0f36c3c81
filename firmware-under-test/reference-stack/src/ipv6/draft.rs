//! An IPv6 packet in the making.

use crate::ipv6::header::{HEADER_OCTETS, NEXT_HEADER_AT};
use crate::ipv6::{Address, protocol, transport_checksum};
use crate::lowpan::LARGEST_DATAGRAM;

/// Hop limit of what this node sends. RFC 8200, IANA's default.
const HOP_LIMIT: u8 = 64;

/// A packet that grows to at most the MTU; what does not fit is left out.
pub(crate) struct Draft {
    octets: [u8; LARGEST_DATAGRAM],
    length: usize,
    source: Address,
    destination: Address,
}

impl Draft {
    pub fn new(source: Address, destination: Address, next_header: u8) -> Self {
        let mut octets = [0; LARGEST_DATAGRAM];
        octets[0] = 0x60;
        octets[NEXT_HEADER_AT] = next_header;
        octets[7] = HOP_LIMIT;
        octets[8..24].copy_from_slice(&source.0);
        octets[24..40].copy_from_slice(&destination.0);
        Draft {
            octets,
            length: HEADER_OCTETS,
            source,
            destination,
        }
    }

    /// One of neighbour discovery, whose hop limit is 255. RFC 4861 section 4.
    pub fn discovery(source: Address, destination: Address) -> Self {
        let mut draft = Self::new(source, destination, protocol::ICMPV6);
        draft.octets[7] = 255;
        draft
    }

    pub fn put(&mut self, octets: &[u8]) {
        let room = self.octets.len() - self.length;
        let octets = &octets[..octets.len().min(room)];
        self.octets[self.length..][..octets.len()].copy_from_slice(octets);
        self.length += octets.len();
    }

    /// Octets so far, header included.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Fills in lengths and checksum. The checksum field must hold zeros.
    pub fn finish(&mut self) -> &[u8] {
        let next_header = self.octets[NEXT_HEADER_AT];
        let payload = &mut self.octets[HEADER_OCTETS..self.length];
        let length = payload.len() as u16;
        let checksum_at = match next_header {
            protocol::ICMPV6 => 2,
            _ => 6,
        };
        if next_header == protocol::UDP {
            payload[4..6].copy_from_slice(&length.to_be_bytes());
        }
        let checksum = transport_checksum(&self.source, &self.destination, next_header, payload);
        // 0 would mean "none" in UDP. RFC 768.
        let checksum = if checksum == 0 && next_header == protocol::UDP {
            0xffff
        } else {
            checksum
        };
        payload[checksum_at..checksum_at + 2].copy_from_slice(&checksum.to_be_bytes());
        self.octets[4..6].copy_from_slice(&length.to_be_bytes());
        &self.octets[..self.length]
    }
}
