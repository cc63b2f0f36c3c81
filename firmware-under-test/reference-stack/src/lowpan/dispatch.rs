//! What the first octets of a LoWPAN frame say. RFC 4944 section 5.

use crate::capability::Evidence;
use crate::ipv6::{self, Came};
use crate::lowpan::iphc::Base;
use crate::lowpan::iphc_in::{Refusal, Restored, Restorer};
use crate::lowpan::mesh::{self, BC0, Mesh};
use crate::lowpan::reassembly::{Key, LARGEST_DATAGRAM, Piece};
use crate::mac::{Link, LinkAddress};
use crate::reader::Reader;
use crate::{Node, Sink};

/// Uncompressed IPv6. RFC 4944 5.1.
pub(super) const IPV6: u8 = 0x41;
/// Octets of an IPv6 header, the least a datagram can have.
const HEADER: u16 = 40;
/// A frame's payload and what its compressed headers may grow by: the draft's
/// 51 octets, and 81 for a tunnel with NHC UDP inside.
const LARGEST_RESTORED: usize = 127 + 81;

impl<const LEVEL: u8> Node<LEVEL> {
    /// A frame's LoWPAN payload, from and to these MAC addresses.
    pub(crate) fn hear_lowpan(&mut self, link: Link, lowpan: &[u8], sink: &mut dyn Sink) {
        match lowpan.first() {
            Some(octet) if LEVEL >= 5 && Mesh::starts_with(*octet) => {
                self.hear_mesh(lowpan, sink);
            }
            _ => self.hear_fragment_or_whole(link, lowpan, sink),
        }
    }

    /// RFC 4944 section 11: the mesh header's addresses take the place of the
    /// MAC header's. This node is no forwarder.
    fn hear_mesh(&mut self, lowpan: &[u8], sink: &mut dyn Sink) {
        let mut reader = Reader::new(lowpan);
        let Some(Mesh { hops_left, link }) = Mesh::read(&mut reader) else {
            return;
        };
        if seeded!(HopsCheckedBeforeFinal) && hops_left <= 1 {
            return;
        }
        if !self.is_final(link.destination) || link.source.is_group() {
            return;
        }
        if reader.peek() == Some(BC0) && !seeded!(BroadcastHeaderIgnored) {
            let Some([_, sequence_number]) = reader.array() else {
                return;
            };
            let now_us = self.now_us;
            if !self.broadcasts.is_new(link.source, sequence_number, now_us) {
                return;
            }
        }
        self.hear_fragment_or_whole(link, reader.rest(), sink);
    }

    /// Whether a mesh header's final destination is this node or a group.
    fn is_final(&self, destination: LinkAddress) -> bool {
        let mapped = |group: &ipv6::Address| mesh::group_address(group) == destination;
        self.settings.is_own_link_address(destination)
            || destination == LinkAddress::BROADCAST
            || self.settings.groups().any(mapped)
            || mapped(&ipv6::Address::ALL_NODES)
            || self
                .addresses
                .all()
                .any(|own| mapped(&own.address.solicited_node()))
    }

    fn hear_fragment_or_whole(&mut self, link: Link, lowpan: &[u8], sink: &mut dyn Sink) {
        match lowpan.first() {
            Some(0xc0..=0xc7 | 0xe0..=0xe7) => self.hear_fragment(link, lowpan, sink),
            Some(&IPV6) => self.hear_packet(&lowpan[1..], Came { link, plain: true }, sink),
            Some(octet) if Base::starts_with(*octet) => self.hear_compressed(link, lowpan, sink),
            Some(0x00..=0x3f) if seeded!(NalpTaken) => {
                self.hear_fragment_or_whole(link, &lowpan[1..], sink);
            }
            // NALP, ESC, HC1, pages, recoverable fragments, reserved values.
            _ => {}
        }
    }

    fn hear_compressed(&mut self, link: Link, lowpan: &[u8], sink: &mut dyn Sink) {
        let mut packet = [0; LARGEST_RESTORED];
        match self.restorer(link).restore(lowpan, None, &mut packet) {
            Ok(restored) => {
                self.note_contexts(link, restored);
                let packet = &mut packet[..restored.length];
                if let Some(elided) = restored.elided {
                    ipv6::udp::restore_checksum(packet, elided.ipv6_at, elided.udp_at);
                }
                self.hear_packet(packet, Came { link, plain: false }, sink);
            }
            Err(Refusal::Unsupported) => self.decline(Evidence { link, lowpan }, sink),
            Err(Refusal::Malformed) => {}
        }
    }

    fn note_contexts(&mut self, link: Link, restored: Restored) {
        if restored.stateful {
            self.peers.hear_context_used(link.source);
        }
    }

    fn restorer(&self, link: Link) -> Restorer<'_, LEVEL> {
        Restorer {
            contexts: &self.contexts,
            link,
            authorised: self.settings.checksum_elision,
            now_us: self.now_us,
        }
    }

    /// FRAG1 (`11000`) or FRAGN (`11100`), 11 bits of datagram_size, 16 of
    /// datagram_tag, and in FRAGN 8 of datagram_offset. RFC 4944 5.3.
    fn hear_fragment(&mut self, link: Link, lowpan: &[u8], sink: &mut dyn Sink) {
        let mut reader = Reader::new(lowpan);
        let (Some(first), Some(tag)) = (reader.u16(), reader.u16()) else {
            return;
        };
        let size = first & 0x7ff;
        if size < HEADER || usize::from(size) > LARGEST_DATAGRAM {
            return;
        }
        let timeout_us = self.settings.reassembly_timeout_us();
        self.reassembly.expire(self.now_us, timeout_us);
        let key = Key { link, size, tag };
        if lowpan[0] & 0x20 == 0 {
            self.hear_first_fragment(key, reader.rest(), sink);
            return;
        }
        // 0 is the first fragment's place.
        let Some(datagram_offset @ 1..) = reader.u8() else {
            return;
        };
        let unit = if seeded!(OffsetInOctets) { 1 } else { 8 };
        let piece = Piece {
            key,
            offset: usize::from(datagram_offset) * unit,
            data: reader.rest(),
            elided: None,
        };
        if !self.reassembly.is_refused(key) {
            self.place(&piece, sink);
        }
    }

    fn hear_first_fragment(&mut self, key: Key, lowpan: &[u8], sink: &mut dyn Sink) {
        let Some(octet) = lowpan.first() else { return };
        if *octet == IPV6 {
            // The dispatch takes no part in sizes and offsets. RFC 4944 5.3.
            let piece = Piece {
                key,
                offset: 0,
                data: &lowpan[1..],
                elided: None,
            };
            self.reassembly.pardon(key);
            self.place(&piece, sink);
        } else if Base::starts_with(*octet) && !self.reassembly.is_refused(key) {
            self.hear_compressed_first(key, lowpan, sink);
        }
    }

    fn hear_compressed_first(&mut self, key: Key, lowpan: &[u8], sink: &mut dyn Sink) {
        let link = key.link;
        let size = usize::from(key.size);
        let mut start = [0; LARGEST_RESTORED];
        let restored = self.restorer(link).restore(lowpan, Some(size), &mut start);
        let restored = restored.and_then(|restored| {
            // Headers past a compressed first fragment are level 4's. Draft 6.1.
            let headers = &start[..restored.length];
            if LEVEL < 4 && restored.length < size && !ipv6::holds_all_headers(headers) {
                return Err(Refusal::Unsupported);
            }
            Ok(restored)
        });
        match restored {
            Ok(restored) => {
                self.note_contexts(link, restored);
                let piece = Piece {
                    key,
                    offset: 0,
                    data: &start[..restored.length],
                    elided: restored.elided,
                };
                self.place(&piece, sink);
            }
            Err(refusal) => {
                // One error a datagram: its other fragments neither open a
                // buffer nor are answered.
                self.reassembly.refuse(key, self.now_us);
                if refusal == Refusal::Unsupported {
                    self.decline(Evidence { link, lowpan }, sink);
                }
            }
        }
    }

    fn place(&mut self, piece: &Piece<'_>, sink: &mut dyn Sink) {
        let Some(mut whole) = self.reassembly.add(piece, self.now_us) else {
            return;
        };
        let packet = &mut whole.octets[..whole.length];
        if let Some(elided) = whole.elided {
            ipv6::udp::restore_checksum(packet, elided.ipv6_at, elided.udp_at);
        }
        let link = piece.key.link;
        self.hear_packet(packet, Came { link, plain: false }, sink);
    }
}
