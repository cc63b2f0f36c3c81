//! What differs from trial to trial: nonces, sequence numbers, tags.

use sixlo_frames::craft::Body;
use sixlo_frames::packet::{HeaderChain, Message, Packet, Payload};
use sixlo_judge::testcase::{Filled, Send};
use sixlo_judge::trial::Nonce;

/// Octets of a nonce in UDP data.
const NONCE_OCTETS: usize = 8;
/// Data shorter than this do not make an answer recognisable.
const SHORTEST_NONCE: usize = 4;
/// Control and sentinel are datagrams, too; a case has few enough of its own.
pub(super) const CONTROL: u16 = 1000;
pub(super) const SENTINEL: u16 = 1001;

/// Gives every datagram of a trial its own numbers, all of them from the trial's id.
pub(super) struct Filler<'a> {
    digest: &'a [u8; 32],
    /// The device's simplest form.
    simplest: Body,
    /// The next MAC sequence number.
    sequence_number: u8,
}

impl<'a> Filler<'a> {
    pub fn new(digest: &'a [u8; 32], simplest: Body) -> Self {
        Filler {
            digest,
            simplest,
            sequence_number: digest[16],
        }
    }

    /// So many frames went out.
    pub fn count(&mut self, frames: usize) {
        self.sequence_number = self.sequence_number.wrapping_add(frames as u8);
    }

    /// Puts the numbers of its datagram into a send, and says how its answer is known.
    pub fn fill(&self, send: &mut Send) -> Nonce {
        let number = send.number;
        let frames = &mut send.frames;
        frames.mac.sequence_number = Some(self.sequence_number);
        if send.filled.dispatch {
            frames.body = self.simplest.clone();
        }
        if send.filled.bc0 {
            frames.bc0 = Some(self.digest[17].wrapping_add(number as u8));
        }
        if send.filled.tag {
            set_tag(
                &mut frames.fragmentation,
                self.word(18).wrapping_add(number),
            );
        }
        self.fill_packet(&mut send.datagram, send.filled, number);
        if send.filled.sums_to_zero {
            sum_to_zero(&mut send.datagram);
        }
        nonce(&send.datagram.payload)
    }

    fn fill_packet(&self, packet: &mut Packet, filled: Filled, number: u16) {
        match &mut packet.payload {
            Payload::Ipv6(inner) => self.fill_packet(inner, filled, number),
            Payload::Icmpv6(icmpv6) => {
                if let Message::EchoRequest(echo) | Message::EchoReply(echo) = &mut icmpv6.message {
                    if filled.identifier {
                        echo.identifier = self.word(20);
                    }
                    if filled.sequence {
                        echo.sequence = self.word(22).wrapping_add(number);
                    }
                }
            }
            Payload::Udp(udp) if filled.udp_data => {
                let nonce = self.octets(number);
                let length = udp.data.len().min(NONCE_OCTETS);
                udp.data[..length].copy_from_slice(&nonce[..length]);
            }
            Payload::Udp(_) | Payload::Tcp(_) | Payload::Octets { .. } => {}
        }
    }

    fn word(&self, at: usize) -> u16 {
        u16::from_be_bytes([self.digest[at], self.digest[at + 1]])
    }

    /// Eight octets; those of different datagrams differ.
    fn octets(&self, number: u16) -> [u8; NONCE_OCTETS] {
        let mut octets = [0; NONCE_OCTETS];
        octets.copy_from_slice(&self.digest[24..32]);
        let [high, low] = number.to_be_bytes();
        octets[6] ^= high;
        octets[7] ^= low;
        octets
    }
}

fn set_tag(fragmentation: &mut sixlo_frames::craft::Fragmentation, number: u16) {
    use sixlo_frames::craft::Fragmentation;
    match fragmentation {
        Fragmentation::None => {}
        Fragmentation::Auto { tag, .. } => *tag = number,
        Fragmentation::Plan(plan) => plan.iter_mut().for_each(|fragment| fragment.tag = number),
        Fragmentation::Recoverable { tag, .. } => *tag = number as u8,
        Fragmentation::RecoverablePlan(plan) => {
            plan.iter_mut()
                .for_each(|fragment| fragment.tag = number as u8);
        }
    }
}

/// How an answer is known.
pub(super) fn nonce(payload: &Payload) -> Nonce {
    match payload {
        Payload::Ipv6(inner) => nonce(&inner.payload),
        Payload::Udp(udp) if udp.data.len() >= SHORTEST_NONCE => {
            let length = udp.data.len().min(NONCE_OCTETS);
            Nonce::Quote(udp.data[..length].to_vec())
        }
        Payload::Udp(udp) => {
            let ports = [udp.src_port.to_be_bytes(), udp.dst_port.to_be_bytes()];
            Nonce::Quote(ports.concat())
        }
        Payload::Icmpv6(icmpv6) => match &icmpv6.message {
            Message::EchoRequest(echo) => Nonce::Echo {
                identifier: echo.identifier,
                sequence: echo.sequence,
            },
            Message::NeighborSolicitation { target, .. } => Nonce::Target(*target),
            _ => Nonce::None,
        },
        // The octets with which it begins: ports and sequence number. RFC 9293 3.1.
        Payload::Tcp(tcp) => {
            let ports = [tcp.src_port.to_be_bytes(), tcp.dst_port.to_be_bytes()];
            Nonce::Quote([ports.concat(), tcp.sequence.to_be_bytes().to_vec()].concat())
        }
        Payload::Octets { .. } => Nonce::None,
    }
}

/// Two more octets of UDP data, which make the checksum's sum come out as zero.
fn sum_to_zero(packet: &mut Packet) {
    let Payload::Udp(udp) = &mut packet.payload else {
        return;
    };
    // The two octets must be a word of the sum.
    if udp.data.len() % 2 != 0 {
        udp.data.push(0);
    }
    let at = udp.data.len();
    udp.data.extend([0, 0]);
    let octets = packet.to_octets();
    let start = HeaderChain::new(&octets)
        .ok()
        .and_then(|mut chain| chain.payload())
        .map(|upper| upper.range.start);
    if let (Some(start), Payload::Udp(udp)) = (start, &mut packet.payload) {
        // What is missing to zero is what the checksum says.
        udp.data[at..].copy_from_slice(&octets[start + 6..start + 8]);
    }
}
