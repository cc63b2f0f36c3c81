//! send-ipv6: the harness's packet, as far as smoltcp's sockets can send it.
//!
//! A raw socket would do for any packet, but 6LoWPAN has no arm for one
//! (`todo!` in smoltcp's `ipv6_to_sixlowpan`). Sockets set ports, hop limit
//! and payload; traffic class, flow label and extension headers nobody sets.

use alloc::vec;

use sixlo_agent::Outcome;
use smoltcp::iface::SocketHandle;
use smoltcp::phy::PacketMeta;
use smoltcp::socket::{Socket, icmp, udp};
use smoltcp::wire::{IpAddress, IpEndpoint, IpProtocol, Ipv6Packet, UdpPacket};

use super::node::{Node, udp_socket};

const MALFORMED: Outcome = Outcome::Refused("packet is no well-formed IPv6 packet");

impl Node {
    /// Sends `packet` through a socket made for it.
    pub fn send(&mut self, packet: &[u8], now_us: i64) -> Outcome {
        let Ok(packet) = Ipv6Packet::new_checked(packet) else {
            return MALFORMED;
        };
        if packet.version() != 6 {
            return MALFORMED;
        }
        if packet.traffic_class() != 0 || packet.flow_label() != 0 {
            return Outcome::Refused("stack: no socket sets traffic class or flow label");
        }
        if packet.hop_limit() == 0 {
            return Outcome::Refused("stack: no socket sends hop limit 0");
        }
        if packet.dst_addr().is_unspecified() {
            return Outcome::Refused("stack: the unspecified address is no destination");
        }
        let queued = match packet.next_header() {
            IpProtocol::Udp => self.queue_udp(&packet),
            IpProtocol::Icmpv6 => self.queue_icmpv6(&packet),
            _ => Err(Outcome::Refused("stack: no socket sends this next header")),
        };
        match queued {
            Ok(handle) => self.senders.push(handle),
            Err(outcome) => return outcome,
        }
        self.settle(now_us);
        Outcome::Done
    }

    fn queue_udp(&mut self, packet: &Ipv6Packet<&[u8]>) -> Result<SocketHandle, Outcome> {
        let datagram = UdpPacket::new_checked(packet.payload()).map_err(|_| MALFORMED)?;
        if datagram.src_port() == 0 || datagram.dst_port() == 0 {
            return Err(Outcome::Refused("stack: no socket uses port 0"));
        }
        let mut socket = udp_socket(datagram.src_port());
        socket.set_hop_limit(Some(packet.hop_limit()));
        let to = udp::UdpMetadata {
            endpoint: IpEndpoint::new(packet.dst_addr().into(), datagram.dst_port()),
            local_address: Some(packet.src_addr().into()),
            meta: PacketMeta::default(),
        };
        socket
            .send_slice(datagram.payload(), to)
            .map_err(|_| Outcome::Refused("stack: the datagram does not fit a socket"))?;
        Ok(self.sockets.add(socket))
    }

    fn queue_icmpv6(&mut self, packet: &Ipv6Packet<&[u8]>) -> Result<SocketHandle, Outcome> {
        let to: IpAddress = packet.dst_addr().into();
        if self.interface.get_source_address_ipv6(&packet.dst_addr()) != packet.src_addr() {
            return Err(Outcome::Refused(
                "stack: it chooses another source address itself",
            ));
        }
        let payload = packet.payload();
        // Only an echo has an identifier to bind a socket to.
        let &[128 | 129, 0, _, _, high, low, ..] = payload else {
            return Err(Outcome::Refused("stack: its sockets send echo only"));
        };
        let buffer =
            |octets| icmp::PacketBuffer::new(vec![icmp::PacketMetadata::EMPTY], vec![0; octets]);
        let mut socket = icmp::Socket::new(buffer(1), buffer(payload.len()));
        socket.set_hop_limit(Some(packet.hop_limit()));
        let refused = Outcome::Refused("stack: the message does not fit a socket");
        socket
            .bind(icmp::Endpoint::Ident(u16::from_be_bytes([high, low])))
            .map_err(|_| refused)?;
        socket.send_slice(payload, to).map_err(|_| refused)?;
        Ok(self.sockets.add(socket))
    }

    /// Removes the sockets whose packet is on its way.
    pub(super) fn dismiss_senders(&mut self) {
        let sockets = &mut self.sockets;
        self.senders.retain(|handle| {
            let waits = sockets
                .iter()
                .find(|(known, _)| known == handle)
                .is_some_and(|(_, socket)| match socket {
                    Socket::Udp(socket) => socket.send_queue() > 0,
                    Socket::Icmp(socket) => socket.send_queue() > 0,
                });
            if !waits {
                sockets.remove(*handle);
            }
            waits
        });
    }
}
