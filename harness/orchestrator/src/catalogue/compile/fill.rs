//! What differs from trial to trial: nonces, sequence numbers, tags.

use std::collections::BTreeMap;

use sixlo_frames::craft::Body;
use sixlo_frames::packet::{HeaderChain, Message, Packet, Payload};
use sixlo_judge::testcase::{Filled, Send};
use sixlo_judge::trial::Nonce;

/// Octets of a nonce in UDP data.
pub const NONCE_OCTETS: usize = 8;
/// Data shorter than this do not make an answer recognisable.
pub const SHORTEST_NONCE: usize = 4;
/// The control is a datagram, too; a case has few enough of its own.
pub const CONTROL: u16 = 1000;
/// And the sentinel.
pub const SENTINEL: u16 = 1001;

/// The numbers that tell one datagram from all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Numbers {
    /// LOWPAN_BC0's sequence number.
    pub bc0: u8,
    /// datagram_tag; of a recoverable fragment the low octet alone.
    pub tag: u16,
    /// The echo's identifier.
    pub identifier: u16,
    /// The echo's sequence number.
    pub sequence: u16,
    /// The first octets of the UDP data.
    pub data: [u8; NONCE_OCTETS],
}

/// Where the numbers of a trial's datagrams come from.
pub(super) enum Source<'a> {
    /// All of them from the trial's id.
    Drawn(&'a [u8; 32]),
    /// Somebody else has drawn them, by the datagram's number in its case.
    Given(&'a BTreeMap<u16, Numbers>),
    /// All datagrams bear the same.
    Same(Numbers),
}

/// Gives every datagram of a trial its own numbers.
pub(super) struct Filler<'a> {
    source: Source<'a>,
    /// The device's simplest form.
    simplest: Body,
    /// Octets of each frame that the link's security takes.
    reserved: usize,
    /// The next MAC sequence number.
    sequence_number: u8,
}

impl<'a> Filler<'a> {
    pub fn new(source: Source<'a>, simplest: Body, reserved: usize) -> Self {
        let sequence_number = match source {
            Source::Drawn(digest) => digest[16],
            Source::Given(_) | Source::Same(_) => 0,
        };
        Filler {
            source,
            simplest,
            reserved,
            sequence_number,
        }
    }

    /// Octets of each frame to leave free.
    pub fn reserved(&self) -> usize {
        self.reserved
    }

    /// So many frames went out.
    pub fn count(&mut self, frames: usize) {
        self.sequence_number = self.sequence_number.wrapping_add(frames as u8);
    }

    /// Puts the numbers of its datagram into a send, and says how its answer is known.
    pub fn fill(&self, send: &mut Send) -> Nonce {
        let numbers = self.numbers(send.number);
        let frames = &mut send.frames;
        frames.mac.sequence_number = Some(self.sequence_number);
        if send.filled.dispatch {
            frames.body = self.simplest.clone();
        }
        if send.filled.bc0 {
            frames.bc0 = Some(numbers.bc0);
        }
        if send.filled.tag {
            set_tag(&mut frames.fragmentation, numbers.tag);
        }
        numbers.fill(&mut send.datagram, send.filled);
        if send.filled.sums_to_zero {
            sum_to_zero(&mut send.datagram);
        }
        nonce(&send.datagram.payload)
    }

    /// Those of the datagram with this number in its case; those of different datagrams differ.
    fn numbers(&self, number: u16) -> Numbers {
        let digest = match self.source {
            Source::Drawn(digest) => digest,
            Source::Given(given) => return given.get(&number).copied().unwrap_or_default(),
            Source::Same(numbers) => return numbers,
        };
        let word = |at: usize| u16::from_be_bytes([digest[at], digest[at + 1]]);
        let mut data = [0; NONCE_OCTETS];
        data.copy_from_slice(&digest[24..32]);
        let [high, low] = number.to_be_bytes();
        data[6] ^= high;
        data[7] ^= low;
        Numbers {
            bc0: digest[17].wrapping_add(number as u8),
            tag: word(18).wrapping_add(number),
            identifier: word(20),
            sequence: word(22).wrapping_add(number),
            data,
        }
    }
}

impl Numbers {
    fn fill(&self, packet: &mut Packet, filled: Filled) {
        match &mut packet.payload {
            Payload::Ipv6(inner) => self.fill(inner, filled),
            Payload::Icmpv6(icmpv6) => {
                if let Message::EchoRequest(echo) | Message::EchoReply(echo) = &mut icmpv6.message {
                    if filled.identifier {
                        echo.identifier = self.identifier;
                    }
                    if filled.sequence {
                        echo.sequence = self.sequence;
                    }
                }
            }
            Payload::Udp(udp) if filled.udp_data => {
                let length = udp.data.len().min(NONCE_OCTETS);
                // Its last octets: those differ from datagram to datagram.
                udp.data[..length].copy_from_slice(&self.data[NONCE_OCTETS - length..]);
            }
            Payload::Udp(_) | Payload::Tcp(_) | Payload::Octets { .. } => {}
        }
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
