//! UDP: a datagram, and one that comes back with ports and addresses swapped. What is in
//! them is the application's own; the echo service (RFC 862) alone says what comes back.

use super::Observer;
use super::asking::{Key, Wrong};
use super::exchange::Kind;
use super::packet::Packet;
use crate::matching::octets_shown;
use crate::reading::Reading;

/// RFC 862.
pub(super) const ECHO_PORT: u16 = 7;
/// Octets of a UDP header.
const HEADER_OCTETS: usize = 8;

/// A UDP datagram.
pub(super) struct Datagram<'p> {
    pub src_port: u16,
    pub dst_port: u16,
    length: u16,
    checksum: u16,
    octets: usize,
    data: &'p [u8],
}

impl<'p> Datagram<'p> {
    pub fn of(packet: &'p [u8], reading: &Reading) -> Option<Self> {
        let upper = reading.upper(packet);
        let (header, data) = upper.split_first_chunk::<HEADER_OCTETS>()?;
        let word = |at| u16::from_be_bytes([header[at], header[at + 1]]);
        Some(Datagram {
            src_port: word(0),
            dst_port: word(2),
            length: word(4),
            checksum: word(6),
            octets: upper.len(),
            data,
        })
    }
}

impl Observer {
    pub(super) fn udp(&mut self, packet: Packet) {
        let Some(datagram) = Datagram::of(&packet.octets, &packet.reading) else {
            return;
        };
        let (src, dst) = (packet.reading.src, packet.reading.dst);
        let answered = Key::Udp {
            asker: dst,
            asker_port: datagram.dst_port,
            asked: src,
            asked_port: datagram.src_port,
        };
        let asked = match self.table.get_mut(&answered) {
            Some(open) => Some(open.key),
            None => self.asked_of_group(&packet, &datagram),
        };
        let fault = fault_of(&packet, &datagram);
        match asked {
            Some(key) => self.udp_response(key, packet, fault),
            None => {
                let key = Key::Udp {
                    asker: src,
                    asker_port: datagram.src_port,
                    asked: dst,
                    asked_port: datagram.dst_port,
                };
                self.ask(key, Kind::Udp, packet, fault);
            }
        }
    }

    /// The open datagram to a group, from the port and address this one goes to.
    fn asked_of_group(&self, packet: &Packet, datagram: &Datagram) -> Option<Key> {
        self.table.latest().map(|open| open.key).find(|key| {
            matches!(key, Key::Udp { asker, asker_port, asked, asked_port }
                if asked.is_multicast()
                    && *asker == packet.reading.dst
                    && (*asker_port, *asked_port) == (datagram.dst_port, datagram.src_port))
        })
    }

    fn udp_response(&mut self, key: Key, packet: Packet, fault: Vec<String>) {
        let proof = self.proof_of_checksum(&packet);
        let given_up = self.table.given_up(&key);
        let Some(open) = self.table.get_mut(&key) else {
            return;
        };
        let wrong = |words, proof, needs_whole| Wrong {
            number: packet.number,
            words,
            proof,
            needs_whole,
        };
        if !fault.is_empty() {
            let words = format!("a datagram with {}", fault.join(", "));
            open.wrong.get_or_insert(wrong(words, proof, false));
            return;
        }
        match not_echoed(key, &open.request, &packet) {
            // What was asked before may be answered now.
            Some(words) if given_up.is_none() && open.repeats == 0 => {
                open.perhaps.get_or_insert(wrong(words, Ok(()), true));
            }
            Some(_) => {}
            None => self.right(key, &packet),
        }
    }
}

/// What of the data the echo service did not send back, in words.
fn not_echoed(key: Key, request: &Packet, response: &Packet) -> Option<String> {
    let Key::Udp {
        asked_port: ECHO_PORT,
        ..
    } = key
    else {
        return None;
    };
    let sent = Datagram::of(&request.octets, &request.reading)?.data;
    let back = Datagram::of(&response.octets, &response.reading)?.data;
    (sent != back).then(|| {
        format!(
            "a datagram with data {} (expected {})",
            octets_shown(back),
            octets_shown(sent)
        )
    })
}

/// What is wrong with any datagram. RFC 768, RFC 8200 8.1.
fn fault_of(packet: &Packet, datagram: &Datagram) -> Vec<String> {
    let mut fault = Vec::new();
    if usize::from(datagram.length) != datagram.octets {
        fault.push(format!(
            "length {} (expected {})",
            datagram.length, datagram.octets
        ));
    }
    if datagram.checksum == 0 {
        fault.push("checksum 0, which IPv6 forbids".to_owned());
    } else if !packet.checksum_right {
        fault.push("a wrong checksum".to_owned());
    }
    fault
}
