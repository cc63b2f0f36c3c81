//! UDP. RFC 768, RFC 8200 8.1.

use crate::ipv6::draft::Draft;
use crate::ipv6::header::{HEADER_OCTETS, Header};
use crate::ipv6::{Incoming, protocol, transport_checksum};
use crate::{Node, Sink};

/// Octets of a UDP header.
pub(crate) const UDP_OCTETS: usize = 8;
/// Code of Destination Unreachable: port unreachable. RFC 4443 3.1.
const PORT_UNREACHABLE: u8 = 4;

/// Computes an elided checksum once the packet is whole. RFC 6282 4.3.2.
pub(crate) fn restore_checksum(packet: &mut [u8], ipv6_at: usize, udp_at: usize) {
    if seeded!(ElidedChecksumNotRestored) {
        return;
    }
    let Some(header) = Header::parse(&packet[ipv6_at..]) else {
        return;
    };
    let datagram = &mut packet[udp_at..];
    let Some(length) = declared_length(datagram) else {
        return;
    };
    let datagram = &mut datagram[..length];
    let checksum = transport_checksum(&header.source, &header.destination, protocol::UDP, datagram);
    let checksum = if checksum == 0 && !seeded!(ZeroChecksumKept) {
        0xffff
    } else {
        checksum
    };
    datagram[6..8].copy_from_slice(&checksum.to_be_bytes());
}

/// The length a datagram states, if it holds that much.
pub(crate) fn declared_length(datagram: &[u8]) -> Option<usize> {
    let header: &[u8; UDP_OCTETS] = datagram.first_chunk()?;
    let length = usize::from(u16::from_be_bytes([header[4], header[5]]));
    (UDP_OCTETS..=datagram.len())
        .contains(&length)
        .then_some(length)
}

/// Whether the datagram's checksum is there and right.
pub(crate) fn checksum_is_right(header: &Header, datagram: &[u8]) -> bool {
    // RFC 8200 8.1: over IPv6, none is wrong.
    let given = datagram[6..8] != [0, 0];
    let sum = transport_checksum(&header.source, &header.destination, protocol::UDP, datagram);
    given && sum == 0
}

impl<const LEVEL: u8> Node<LEVEL> {
    /// Open ports echo; closed ones are unreachable.
    pub(crate) fn hear_udp(&mut self, incoming: &Incoming<'_>, at: usize, sink: &mut dyn Sink) {
        let datagram = &incoming.packet[at..];
        let Some(length) = declared_length(datagram) else {
            return;
        };
        let datagram = &datagram[..length];
        if !checksum_is_right(&incoming.header, datagram) && !seeded!(UdpChecksumNotVerified) {
            return;
        }
        sink.deliver(incoming.packet);
        let [s0, s1, d0, d1, ..] = *datagram else {
            return;
        };
        if self.settings.is_open_port(u16::from_be_bytes([d0, d1])) {
            self.echo_datagram(incoming, [d0, d1, s0, s1], &datagram[UDP_OCTETS..], sink);
        } else {
            let kind = protocol::DESTINATION_UNREACHABLE;
            self.complain(incoming, [kind, PORT_UNREACHABLE], 0, sink);
        }
    }

    fn echo_datagram(
        &mut self,
        incoming: &Incoming<'_>,
        ports: [u8; 4],
        data: &[u8],
        sink: &mut dyn Sink,
    ) {
        let Some(own) = self.answering_address(incoming) else {
            return;
        };
        let mut draft = Draft::new(own, incoming.header.source, protocol::UDP);
        draft.put(&ports);
        draft.put(&[0; 4]);
        draft.put(data);
        // What comes in whole goes out whole, unless extension headers or a
        // tunnel made the request larger than an answer can be.
        debug_assert!(draft.length() == HEADER_OCTETS + UDP_OCTETS + data.len());
        self.output(draft.finish(), sink);
    }
}
