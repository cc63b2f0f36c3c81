//! Writes a capture as a sniffer makes it beside a busy network: `busy_capture FILE FRAMES`.
//!
//! Eight nodes talk with a router: echo requests and replies in several encodings, some of
//! them in fragments, UDP both ways, neighbour discovery; acknowledgements, retransmissions,
//! and now and then a frame that the sniffer missed. The same octets every time.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter};
use std::net::Ipv6Addr;
use std::time::Duration;

use sixlo_frames::craft::{Body, Fragmentation, FrameSpec, IphcSpec, NhcSpec, craft};
use sixlo_frames::mac::{MacAddress, MacFrame, fcs};
use sixlo_frames::packet::{
    Echo, Icmpv6, Ipv6Header, Message, NeighborAdvertisement, Packet, Payload, Udp,
};
use sixlo_harness::capture::{self, Direction, Interface, Writer};

const PAN_ID: u16 = 0xabcd;
const NODES: u16 = 8;
const ROUTER: u16 = 1;
/// Between two frames.
const STEP_US: u64 = 3_000;
/// Between a frame and its acknowledgement.
const TURNAROUND_US: u64 = 600;
/// Of so many frames one is sent again, and one is not heard.
const REPEATED: u32 = 40;
const MISSED: u32 = 200;

fn main() -> io::Result<()> {
    let mut words = std::env::args().skip(1);
    let (Some(path), Some(Ok(frames))) = (words.next(), words.next().map(|word| word.parse()))
    else {
        return Err(io::Error::other("usage: busy_capture FILE FRAMES"));
    };
    let mut air = Air {
        file: Writer::begin(
            BufWriter::new(File::create(path)?),
            0,
            Duration::from_secs(1_700_000_000),
        )?,
        at_us: 0,
        left: frames,
        dice: 1,
        sequence_numbers: [0; NODES as usize + 2],
        tag: 0,
    };
    let mut round = 0;
    while air.left > 0 {
        air.exchange(round)?;
        round += 1;
    }
    air.file.flush()
}

/// What is on the air, written down as it passes.
struct Air {
    file: Writer<BufWriter<File>>,
    at_us: u64,
    /// Frames still to be written.
    left: u64,
    dice: u32,
    /// The next of each node.
    sequence_numbers: [u8; NODES as usize + 2],
    tag: u16,
}

impl Air {
    /// A question of the router or of a node, and its answer.
    fn exchange(&mut self, round: u32) -> io::Result<()> {
        let node = ROUTER + 1 + (round % u32::from(NODES)) as u16;
        let (asks, answers) = match round % 3 {
            0 => (node, ROUTER),
            _ => (ROUTER, node),
        };
        let form = match (round / u32::from(NODES)) % 10 {
            0 => Form::Uncompressed,
            1 => Form::InLine,
            2 | 3 => Form::Context,
            _ => Form::Smallest,
        };
        let (there, back) = (form.header(asks, answers), form.header(answers, asks));
        let (question, answer): (Payload, Payload) = match round % 16 {
            15 => return self.discovery(asks, answers),
            3 | 7 | 11 => (
                Udp::new(0xf0b1, 0xf0b2, vec![round as u8; 20]).into(),
                Udp::new(0xf0b2, 0xf0b1, vec![round as u8; 8]).into(),
            ),
            _ => {
                let echo = Echo {
                    identifier: asks,
                    sequence: round as u16,
                    data: vec![round as u8; if round.is_multiple_of(20) { 300 } else { 32 }],
                };
                (
                    Icmpv6::from(Message::EchoRequest(echo.clone())).into(),
                    Icmpv6::from(Message::EchoReply(echo)).into(),
                )
            }
        };
        self.send(asks, answers, form, Packet::new(there, question))?;
        self.send(answers, asks, form, Packet::new(back, answer))
    }

    fn discovery(&mut self, asks: u16, answers: u16) -> io::Result<()> {
        let target = Form::Smallest.address(answers);
        let header = |from, to| Ipv6Header {
            hop_limit: 255,
            ..Form::Smallest.header(from, to)
        };
        let options = Vec::new();
        let question = Icmpv6::from(Message::NeighborSolicitation { target, options });
        let answer = Icmpv6::from(Message::NeighborAdvertisement(NeighborAdvertisement {
            router: false,
            solicited: true,
            override_flag: false,
            target,
            options: Vec::new(),
        }));
        let form = Form::Smallest;
        self.send(
            asks,
            answers,
            form,
            Packet::new(header(asks, answers), question),
        )?;
        self.send(
            answers,
            asks,
            form,
            Packet::new(header(answers, asks), answer),
        )
    }

    fn send(&mut self, from: u16, to: u16, form: Form, packet: Packet) -> io::Result<()> {
        self.tag = self.tag.wrapping_add(1);
        let (src, dst) = (MacAddress::Short(from), MacAddress::Short(to));
        let number = self.sequence_numbers[usize::from(from)];
        let mut mac = MacFrame::data(number, PAN_ID, dst, src);
        mac.ack_request = true;
        let is_udp = matches!(packet.payload, Payload::Udp(_));
        let spec = FrameSpec {
            mac,
            body: form.body(is_udp, packet.header.hop_limit),
            fragmentation: Fragmentation::Auto {
                tag: self.tag,
                first: None,
            },
            ..FrameSpec::default()
        };
        let psdus = craft(&spec, &packet.to_octets()).map_err(io::Error::other)?;
        let next = number.wrapping_add(psdus.len() as u8);
        self.sequence_numbers[usize::from(from)] = next;
        for psdu in psdus {
            self.at_us += STEP_US;
            if self.one_in(MISSED) {
                continue;
            }
            self.write(self.at_us, &psdu)?;
            if self.one_in(REPEATED) {
                self.at_us += STEP_US;
                self.write(self.at_us, &psdu)?;
            }
            // Frame control, sequence number.
            let ack = [0x02, 0x00, psdu[2]];
            let ack = [&ack[..], &fcs(&ack).to_le_bytes()].concat();
            self.write(self.at_us + TURNAROUND_US, &ack)?;
        }
        Ok(())
    }

    fn write(&mut self, at_us: u64, psdu: &[u8]) -> io::Result<()> {
        if self.left == 0 {
            return Ok(());
        }
        self.left -= 1;
        self.file.write(&capture::Packet {
            at_us,
            interface: Interface::Air,
            direction: Direction::FromDut,
            octets: Cow::Borrowed(psdu),
            comment: Cow::Borrowed(""),
        })
    }

    /// xorshift32: George Marsaglia, 2003.
    fn one_in(&mut self, sides: u32) -> bool {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 17;
        self.dice ^= self.dice << 5;
        self.dice.is_multiple_of(sides)
    }
}

/// How a packet is encoded, and which of a node's addresses it uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Dispatch 0x41.
    Uncompressed,
    /// IPHC with everything in line.
    InLine,
    /// Global addresses by context 0.
    Context,
    /// Link-local addresses from the MAC header, the rest elided.
    Smallest,
}

impl Form {
    fn address(self, node: u16) -> Ipv6Addr {
        match self {
            Form::Context => Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0xff, 0xfe00, node),
            _ => Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0xff, 0xfe00, node),
        }
    }

    fn header(self, from: u16, to: u16) -> Ipv6Header {
        Ipv6Header::new(self.address(from), self.address(to))
    }

    fn body(self, is_udp: bool, hop_limit: u8) -> Body {
        let by_context = self == Form::Context;
        match self {
            Form::Uncompressed => Body::Ipv6,
            Form::InLine => Body::Iphc(IphcSpec::default()),
            Form::Context | Form::Smallest => Body::Iphc(IphcSpec {
                tf: 3,
                hlim: if hop_limit == 255 { 3 } else { 2 },
                sac: by_context,
                dac: by_context,
                sam: 3,
                dam: 3,
                nhc: match is_udp {
                    true => vec![NhcSpec::Udp {
                        p: 3,
                        elide_checksum: false,
                    }],
                    false => Vec::new(),
                },
                ..IphcSpec::default()
            }),
        }
    }
}
