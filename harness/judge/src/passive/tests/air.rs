//! An air on which frames are put by hand.

use std::net::Ipv6Addr;
use std::time::Duration;

use sixlo_frames::craft::{Body, FrameSpec, craft};
use sixlo_frames::iid;
use sixlo_frames::mac::{FCS_OCTETS, MacAddress, MacFrame};
use sixlo_frames::packet::{
    Echo, Icmpv6, Ipv6Header, Message, NdOption, NdOptionBody, NeighborAdvertisement, Packet, Udp,
};

use crate::passive::{Exchange, Heard, Observer, Settings, Summary};
use crate::verdict::{Outcome, Verdict};

pub const PAN: u16 = 0xabcd;
pub const ALL_NODES: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1);
pub const ALL_ROUTERS: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 2);

/// A node by its short address.
pub fn mac(node: u16) -> MacAddress {
    MacAddress::Short(node)
}

/// Its link-local address.
pub fn ip(node: u16) -> Ipv6Addr {
    iid::link_local(iid::from_short(node))
}

/// The air, and everything told so far.
pub struct Air {
    pub observer: Observer,
    pub told: Vec<Exchange>,
    pub number: u64,
    pub at: Duration,
    /// Sequence numbers of nodes 0 to 15.
    pub numbers: [u8; 16],
    pub fcs_right: bool,
}

impl Air {
    pub fn new() -> Self {
        Air::with(Settings::default())
    }

    pub fn with(settings: Settings) -> Self {
        Air {
            observer: Observer::new(settings),
            told: Vec::new(),
            number: 0,
            at: Duration::from_secs(1_000),
            numbers: [0; 16],
            fcs_right: true,
        }
    }

    pub fn wait(&mut self, ms: u64) -> &mut Self {
        self.at += Duration::from_millis(ms);
        self
    }

    /// MAC header and payload, 2 ms behind the frame before.
    pub fn octets(&mut self, octets: &[u8]) -> u64 {
        self.wait(2);
        self.number += 1;
        let heard = Heard {
            number: self.number,
            at: self.at,
            mac: octets,
            fcs_right: self.fcs_right,
        };
        let told = &mut self.told;
        self.observer
            .hear(heard, &mut |exchange| told.push(exchange));
        self.number
    }

    /// The frames of a packet from one node to another.
    pub fn frames(&mut self, src: u16, dst: u16, body: Body, packet: &[u8]) -> Vec<Vec<u8>> {
        let spec = FrameSpec {
            body,
            ..self.spec(src, dst)
        };
        self.craft(src, &spec, packet)
    }

    pub fn spec(&self, src: u16, dst: u16) -> FrameSpec {
        let number = self.numbers[usize::from(src)];
        FrameSpec {
            mac: MacFrame::data(number, PAN, mac(dst), mac(src)),
            body: Body::Ipv6,
            ..FrameSpec::default()
        }
    }

    /// Without their FCS; the sender's number counts up.
    pub fn craft(&mut self, src: u16, spec: &FrameSpec, packet: &[u8]) -> Vec<Vec<u8>> {
        let mut frames = craft(spec, packet).expect("crafted");
        for frame in &mut frames {
            frame.truncate(frame.len() - FCS_OCTETS);
        }
        let number = &mut self.numbers[usize::from(src)];
        *number = number.wrapping_add(frames.len() as u8);
        frames
    }

    /// A packet in one frame.
    pub fn send(&mut self, src: u16, dst: u16, packet: &[u8]) -> u64 {
        let frames = self.frames(src, dst, Body::Ipv6, packet);
        self.octets(&frames[0])
    }

    /// The same, and its acknowledgement.
    pub fn send_acknowledged(&mut self, src: u16, dst: u16, packet: &[u8]) -> u64 {
        let number = self.numbers[usize::from(src)];
        let packet_number = self.send(src, dst, packet);
        self.acknowledge(number);
        packet_number
    }

    pub fn acknowledge(&mut self, number: u8) {
        let ack = MacFrame::ack(number).encode();
        self.octets(&ack[..ack.len() - FCS_OCTETS]);
    }

    /// The sniffer misses so many frames of a node.
    pub fn miss(&mut self, node: u16, frames: u8) {
        let number = &mut self.numbers[usize::from(node)];
        *number = number.wrapping_add(frames);
    }

    pub fn end(self) -> (Vec<Exchange>, Summary) {
        let mut told = self.told;
        let summary = self.observer.finish(&mut |exchange| told.push(exchange));
        (told, summary)
    }

    /// The same, once its time was over and the capture went on.
    pub fn over(mut self) -> Exchange {
        self.wait(11_000).acknowledge(0);
        self.only()
    }

    /// The one exchange there was.
    pub fn only(self) -> Exchange {
        let (told, _) = self.end();
        assert_eq!(told.len(), 1, "{told:#?}");
        told.into_iter().next().expect("one")
    }
}

/// An ICMPv6 packet.
pub fn icmpv6(src: Ipv6Addr, dst: Ipv6Addr, hop_limit: u8, message: impl Into<Icmpv6>) -> Packet {
    Packet::new(
        Ipv6Header::new(src, dst).with_hop_limit(hop_limit),
        message.into(),
    )
}

pub fn echo(identifier: u16, sequence: u16, data: &[u8]) -> Echo {
    Echo {
        identifier,
        sequence,
        data: data.to_vec(),
    }
}

pub fn request(src: Ipv6Addr, dst: Ipv6Addr, echo: Echo) -> Vec<u8> {
    icmpv6(src, dst, 64, Message::EchoRequest(echo)).to_octets()
}

pub fn reply(src: Ipv6Addr, dst: Ipv6Addr, echo: Echo) -> Vec<u8> {
    icmpv6(src, dst, 64, Message::EchoReply(echo)).to_octets()
}

/// From node 1 to node 2.
pub fn ping(sequence: u16) -> Vec<u8> {
    request(ip(1), ip(2), echo(0x0102, sequence, b"sixlo"))
}

/// From node 2 to node 1.
pub fn pong(sequence: u16) -> Vec<u8> {
    reply(ip(2), ip(1), echo(0x0102, sequence, b"sixlo"))
}

pub fn solicitation(
    src: Ipv6Addr,
    dst: Ipv6Addr,
    target: Ipv6Addr,
    options: Vec<NdOption>,
) -> Vec<u8> {
    icmpv6(
        src,
        dst,
        255,
        Message::NeighborSolicitation { target, options },
    )
    .to_octets()
}

pub fn advertisement(target: Ipv6Addr, solicited: bool, options: Vec<NdOption>) -> Message {
    Message::NeighborAdvertisement(NeighborAdvertisement {
        router: false,
        solicited,
        override_flag: true,
        target,
        options,
    })
}

pub fn tllao(node: u16) -> NdOption {
    NdOptionBody::TargetLinkLayerAddress(mac(node)).into()
}

pub fn solicited_node(address: Ipv6Addr) -> Ipv6Addr {
    let low = address.segments();
    Ipv6Addr::new(0xff02, 0, 0, 0, 0, 1, 0xff00 | low[6] & 0xff, low[7])
}

pub fn udp(src: (Ipv6Addr, u16), dst: (Ipv6Addr, u16), data: &[u8]) -> Vec<u8> {
    Packet::new(Ipv6Header::new(src.0, dst.0), Udp::new(src.1, dst.1, data)).to_octets()
}

/// An exchange in short.
pub fn word(exchange: &Exchange) -> (Verdict, Outcome) {
    (exchange.verdict, exchange.outcome)
}

pub const PASS: (Verdict, Outcome) = (Verdict::Pass, Outcome::Right);
pub const WRONG: (Verdict, Outcome) = (Verdict::Fail, Outcome::WrongValue);
pub const SILENT: (Verdict, Outcome) = (Verdict::Inconc, Outcome::Dropped);
pub const UNKNOWN: (Verdict, Outcome) = (Verdict::Inconc, Outcome::Unknown);
