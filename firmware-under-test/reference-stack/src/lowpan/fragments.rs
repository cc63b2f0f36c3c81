//! Sends packets, whole or in fragments. RFC 4944 5.3.

use crate::lowpan::iphc_out::{Compressor, Head};
use crate::lowpan::mesh::{self, BC0, Mesh};
use crate::mac::{self, FCS_OCTETS, LARGEST_PSDU, Link, LinkAddress};
use crate::writer::{Full, Writer};
use crate::{Node, Sink, ipv6};

/// Octets that headers may grow by when restored. Draft section 6.3.
const LARGEST_GROWTH: usize = 51;
const FRAG1: u16 = 0xc000;
const FRAGN: u16 = 0xe000;
/// Octets of the two fragment headers.
const FRAG1_OCTETS: usize = 4;
const FRAGN_OCTETS: usize = 5;

/// How frames of one packet travel.
#[derive(Clone, Copy)]
struct Route {
    mac: Link,
    mesh: Option<Mesh>,
    /// Sequence number of a mesh broadcast.
    broadcast: Option<u8>,
    /// Octets that the radio adds.
    link_octets: usize,
}

impl Route {
    /// Octets of a frame that are left for fragments and packets.
    fn room(&self) -> usize {
        let mesh = self.mesh.map_or(0, |mesh| mesh.octets());
        let broadcast = self.broadcast.map_or(0, |_| 2);
        LARGEST_PSDU
            - FCS_OCTETS
            - self.link_octets
            - mac::header_octets(self.mac)
            - mesh
            - broadcast
    }
}

impl<const LEVEL: u8> Node<LEVEL> {
    /// Sends an IPv6 packet to a link-layer address, in no form above `level`.
    pub(crate) fn transmit(&mut self, packet: &[u8], link: Link, level: u8, sink: &mut dyn Sink) {
        let route = self.route(packet, link);
        let room = route.room();
        let head = self.head(packet, link, level.min(LEVEL));
        let rest = &packet[head.covers..];
        if head.octets().len() + rest.len() <= room {
            self.send_frame(&route, &[head.octets(), rest], sink);
            return;
        }
        match first_span(packet, &head, room - FRAG1_OCTETS, level) {
            Some(end) => self.send_fragments(&route, packet, &head, end, sink),
            None => {
                // A header that does not fit the first fragment is not
                // compressed. RFC 6282 section 2.
                let head = Head::plain();
                if let Some(end) = first_span(packet, &head, room - FRAG1_OCTETS, 0) {
                    self.send_fragments(&route, packet, &head, end, sink);
                }
            }
        }
    }

    fn head(&self, packet: &[u8], link: Link, level: u8) -> Head {
        if level == 0 {
            return Head::plain();
        }
        // What goes to all is repeated uncompressed where it matters.
        let stateful_source =
            link.destination.is_group() || self.peers.takes_stateful_source(link.destination);
        let compressor = Compressor {
            stateful_source,
            contexts: &self.contexts,
            link,
            level,
            elide_checksums: self.settings.checksum_elision,
            wordy: self.settings.wordy,
            now_us: self.now_us,
        };
        let head = compressor.compress(packet);
        let head = head.filter(|head| head.growth() <= LARGEST_GROWTH);
        head.unwrap_or_else(Head::plain)
    }

    /// Behind a mesh header if so configured. RFC 4944 section 11.
    fn route(&mut self, packet: &[u8], link: Link) -> Route {
        let hops_left = self.settings.mesh_hops;
        let link_octets = self.settings.link_octets;
        if LEVEL < 5 || hops_left == 0 {
            return Route {
                mac: link,
                mesh: None,
                broadcast: None,
                link_octets,
            };
        }
        if !link.destination.is_group() {
            return Route {
                mac: link,
                mesh: Some(Mesh { hops_left, link }),
                broadcast: None,
                link_octets,
            };
        }
        let group = ipv6::Header::parse(packet).map(|header| header.destination);
        let group = group.map_or(link.destination, |group| mesh::group_address(&group));
        self.broadcast_number = self.broadcast_number.wrapping_add(1);
        Route {
            mac: Link {
                source: link.source,
                destination: LinkAddress::BROADCAST,
            },
            mesh: Some(Mesh {
                hops_left,
                link: Link {
                    source: link.source,
                    destination: group,
                },
            }),
            broadcast: Some(self.broadcast_number),
            link_octets,
        }
    }

    /// `first_end` is where the first fragment ends within the packet.
    fn send_fragments(
        &mut self,
        route: &Route,
        packet: &[u8],
        head: &Head,
        first_end: usize,
        sink: &mut dyn Sink,
    ) {
        // 11 bits, and no packet is longer than the MTU.
        let size = packet.len() as u16;
        let tag = self.datagram_tag;
        self.datagram_tag = tag.wrapping_add(1);
        let [s0, s1] = (FRAG1 | size).to_be_bytes();
        let [t0, t1] = tag.to_be_bytes();
        let data = &packet[head.covers..first_end];
        self.send_frame(route, &[&[s0, s1, t0, t1], head.octets(), data], sink);
        let [s0, s1] = (FRAGN | size).to_be_bytes();
        let most = (route.room() - FRAGN_OCTETS) / 8 * 8;
        let mut offset = first_end;
        for data in packet[first_end..].chunks(most) {
            // In units of 8 octets. RFC 4944 5.3.
            let datagram_offset = (offset / 8) as u8;
            self.send_frame(route, &[&[s0, s1, t0, t1, datagram_offset], data], sink);
            offset += data.len();
        }
    }

    fn send_frame(&mut self, route: &Route, parts: &[&[u8]], sink: &mut dyn Sink) {
        let mut psdu = [0; LARGEST_PSDU];
        let mut writer = Writer::new(&mut psdu);
        // What does not fit was never put together: `Route::room` is the measure.
        if self.put_frame(route, parts, &mut writer).is_ok() {
            sink.transmit(writer.written());
        }
    }

    fn put_frame(
        &mut self,
        route: &Route,
        parts: &[&[u8]],
        writer: &mut Writer<'_>,
    ) -> Result<(), Full> {
        let number = self.sequence_number;
        self.sequence_number = number.wrapping_add(1);
        mac::put_header(writer, number, self.settings.pan, route.mac)?;
        if let Some(mesh) = &route.mesh {
            mesh.put(writer)?;
        }
        if let Some(number) = route.broadcast {
            writer.put(&[BC0, number])?;
        }
        for part in parts {
            writer.put(part)?;
        }
        mac::put_fcs(writer)
    }
}

/// Where a first fragment of at most `room` octets ends within the packet: on
/// a multiple of 8, with all that is compressed in it. Peers below level 4
/// want the whole chain of headers there.
fn first_span(packet: &[u8], head: &Head, room: usize, level: u8) -> Option<usize> {
    let data = room.checked_sub(head.octets().len())?;
    let end = (head.covers + data) / 8 * 8;
    let fits = end >= head.covers && end > 0 && end < packet.len();
    let plain = head.covers == 0;
    (fits && (plain || level >= 4 || ipv6::holds_all_headers(&packet[..end]))).then_some(end)
}
