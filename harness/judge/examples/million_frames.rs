//! How long a million frames take: `cargo run --release -p sixlo-judge --example million_frames`.
//! Eight nodes ping each other, half of them well compressed; one frame in fifty goes missing.

use std::time::{Duration, Instant};

use sixlo_frames::context::ContextTable;
use sixlo_frames::craft::{Body, FrameSpec, craft};
use sixlo_frames::iid;
use sixlo_frames::mac::{FCS_OCTETS, MacAddress, MacFrame};
use sixlo_frames::packet::{Echo, Icmpv6, Ipv6Header, Message, Packet};
use sixlo_frames::recompress::{FeatureSet, RecompressOptions, recompress};
use sixlo_judge::passive::{Heard, Observer, Settings};

const FRAMES: u64 = 1_000_000;
const NODES: u16 = 8;

fn main() {
    let mut crafted = Crafted::default();
    let mut sequence = 0;
    while (crafted.frames.len() as u64) < FRAMES {
        let (src, dst) = (sequence % NODES + 1, (sequence + 3) % NODES + 1);
        let echo = Echo {
            identifier: src,
            sequence,
            data: vec![0x5a; 24],
        };
        crafted.add(
            src,
            dst,
            Message::EchoRequest(echo.clone()),
            sequence % 50 == 0,
        );
        crafted.add(dst, src, Message::EchoReply(echo), sequence % 50 == 25);
        sequence = sequence.wrapping_add(1);
    }
    let start = Instant::now();
    let mut observer = Observer::new(Settings::default());
    let mut told = 0_u64;
    for (number, mac) in (1..).zip(&crafted.frames) {
        let at = Duration::from_millis(2 * number);
        let heard = Heard {
            number,
            at,
            mac,
            fcs_right: true,
        };
        observer.hear(heard, &mut |_| told += 1);
    }
    let summary = observer.finish(&mut |_| told += 1);
    let took = start.elapsed();
    println!(
        "{} frames, {told} exchanges ({} pass) in {:.2} s",
        summary.frames,
        summary.verdicts.pass,
        took.as_secs_f64()
    );
}

#[derive(Default)]
struct Crafted {
    frames: Vec<Vec<u8>>,
    numbers: [u8; NODES as usize + 1],
}

impl Crafted {
    fn add(&mut self, src: u16, dst: u16, message: Message, missed: bool) {
        let address = |node| iid::link_local(iid::from_short(node));
        let header = Ipv6Header::new(address(src), address(dst));
        let packet = Packet::new(header, Icmpv6::from(message)).to_octets();
        let (from, to) = (MacAddress::Short(src), MacAddress::Short(dst));
        let number = &mut self.numbers[usize::from(src)];
        *number = number.wrapping_add(1);
        let spec = FrameSpec {
            mac: MacFrame::data(*number, 0xabcd, to, from),
            body: body(src, (from, to), &packet),
            ..FrameSpec::default()
        };
        let mut frame = craft(&spec, &packet).expect("crafted").remove(0);
        frame.truncate(frame.len() - FCS_OCTETS);
        if missed {
            return;
        }
        self.frames.push(frame);
        let ack = MacFrame::ack(*number).encode();
        self.frames.push(ack[..ack.len() - FCS_OCTETS].to_vec());
    }
}

fn body(src: u16, ends: (MacAddress, MacAddress), packet: &[u8]) -> Body {
    if src % 2 == 1 {
        return Body::default();
    }
    let contexts = ContextTable::new();
    let options = RecompressOptions {
        contexts: &contexts,
        ends,
        allowed: FeatureSet::rfc6282(),
    };
    recompress(packet, packet.len(), &options).body
}
