//! A packet to those who judge its kind.

use super::Observer;
use super::asking::{Key, Open};
use super::exchange::Kind;
use super::packet::Packet;
use super::table::{Over, Stray};
use super::udp::Datagram;
use crate::reading::{Reading, icmpv6_type};
use sixlo_frames::packet::protocol;

/// RFC 4443 4.1; also "class unsupported" of a device that says so.
const FIRST_INFORMATIONAL: u8 = 128;
/// The draft's "class unsupported", an error for all its type.
const CLASS_UNSUPPORTED: u8 = 253;

impl Observer {
    pub(super) fn packet(&mut self, packet: Packet) {
        if packet.reading.protocol == protocol::UDP {
            return self.udp(packet);
        }
        let (reading, octets) = (&packet.reading, &packet.octets);
        let Some((message, _)) = reading.icmpv6(octets) else {
            return;
        };
        match message {
            icmpv6_type::ECHO_REQUEST => self.echo_request(packet),
            icmpv6_type::ECHO_REPLY => self.echo_reply(packet),
            icmpv6_type::ROUTER_SOLICITATION => self.router_solicitation(packet),
            icmpv6_type::ROUTER_ADVERTISEMENT => self.router_advertisement(packet),
            icmpv6_type::NEIGHBOR_SOLICITATION => {
                if let Some((target, _)) = reading.target(octets, message) {
                    self.neighbor_solicitation(packet, target);
                }
            }
            icmpv6_type::NEIGHBOR_ADVERTISEMENT => {
                if let Some((target, flags)) = reading.target(octets, message) {
                    self.neighbor_advertisement(packet, target, flags);
                }
            }
            ..FIRST_INFORMATIONAL | CLASS_UNSUPPORTED => self.error(&packet),
            _ => {}
        }
    }

    fn echo_request(&mut self, packet: Packet) {
        let Some(key) = key_in(&packet.octets, &packet.reading) else {
            return;
        };
        let fault = match packet.checksum_right {
            true => Vec::new(),
            false => vec!["a wrong checksum".to_owned()],
        };
        self.ask(key, Kind::Echo, packet, fault);
    }

    /// A question. Asked again without an answer it is the same one; a copy on another
    /// hop is, too.
    pub(super) fn ask(&mut self, key: Key, kind: Kind, packet: Packet, fault: Vec<String>) {
        if let Some(open) = self.table.get_mut(&key) {
            let same = upper_layers_equal(&open.request, &packet);
            if open.request.hop != packet.hop && same && open.request.sender != packet.sender {
                return;
            }
            let unanswered = !open.is_answered() && open.wrong.is_none();
            if unanswered && (same || asks_on(key)) {
                open.repeats += 1;
                open.transmissions += 1;
                open.went_to_one |= !packet.reading.dst.is_multicast();
                self.asks = Some(key);
                return;
            }
            self.table.close(&key);
        }
        let mut open = Open::new(key, kind, packet);
        open.fault = (!fault.is_empty()).then(|| fault.join(", "));
        self.table.ask(open);
        self.asks = Some(key);
    }

    /// A right reply.
    pub(super) fn right(&mut self, key: Key, packet: &Packet) {
        let Some(open) = self.table.get_mut(&key) else {
            return;
        };
        let first = !open.is_answered();
        open.answer(packet);
        if first {
            self.table.has_answer(key, packet.at);
        }
    }

    /// A reply for which no question is open; a wrong checksum is wrong whatever was asked.
    pub(super) fn stray_reply(&mut self, key: Key, packet: Packet, proof: Result<(), String>) {
        let words = (!packet.checksum_right).then(|| "a reply with a wrong checksum".to_owned());
        self.table.stray(Stray {
            key,
            packet,
            words,
            proof,
        });
    }

    /// Something that is wrong whether it was asked for or not.
    pub(super) fn wrong_by_itself(
        &mut self,
        key: Key,
        packet: Packet,
        words: String,
        proof: Result<(), String>,
    ) {
        self.table.over.push(Over::Stray(Box::new(Stray {
            key,
            packet,
            words: Some(words),
            proof,
        })));
    }

    /// Whether a wrong checksum of this packet is its sender's doing; if not, why.
    pub(super) fn proof_of_checksum(&self, packet: &Packet) -> Result<(), String> {
        match packet.checksum_right {
            true => Ok(()),
            false => packet.proof(&self.senders, &self.contexts),
        }
    }

    /// An error quotes what it is about.
    fn error(&mut self, packet: &Packet) {
        if !packet.checksum_right {
            return;
        }
        let Some((message, code)) = packet.reading.icmpv6(&packet.octets) else {
            return;
        };
        let upper = packet.reading.upper(&packet.octets);
        let Some(quote) = upper.get(8..) else {
            return;
        };
        let key = Reading::of(quote).and_then(|reading| key_in(quote, &reading));
        if let Some(open) = key.and_then(|key| self.table.get_mut(&key)) {
            open.error.get_or_insert((packet.number, message, code));
        }
    }
}

/// The question in a packet, where its octets alone say which it is.
fn key_in(packet: &[u8], reading: &Reading) -> Option<Key> {
    let (asker, asked) = (reading.src, reading.dst);
    if reading.protocol == protocol::UDP {
        let datagram = Datagram::of(packet, reading)?;
        return Some(Key::Udp {
            asker,
            asker_port: datagram.src_port,
            asked,
            asked_port: datagram.dst_port,
        });
    }
    if let Some((target, _)) = reading.target(packet, icmpv6_type::NEIGHBOR_SOLICITATION) {
        return Some(Key::Target { asker, target });
    }
    let echo = reading.echo(packet, icmpv6_type::ECHO_REQUEST)?;
    Some(Key::Echo {
        asker,
        asked,
        identifier: echo.identifier,
        sequence: echo.sequence,
    })
}

/// Whether a question that differs only in its data goes on with the one before: a
/// stream of datagrams nobody answers is one exchange, unless all of them are to come back.
fn asks_on(key: Key) -> bool {
    match key {
        Key::Echo { .. } => false,
        Key::Udp { asked_port, .. } => asked_port != super::udp::ECHO_PORT,
        Key::Target { .. } | Key::Routers { .. } => true,
    }
}

fn upper_layers_equal(one: &Packet, other: &Packet) -> bool {
    one.reading.upper(&one.octets) == other.reading.upper(&other.octets)
}
