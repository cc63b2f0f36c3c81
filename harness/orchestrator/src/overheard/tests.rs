use std::io::Cursor;
use std::net::Ipv6Addr;

use serde_json::Value;
use sixlo_frames::craft::{Body, FrameSpec, IphcSpec, craft};
use sixlo_frames::mac::{MacAddress, MacFrame, fcs};
use sixlo_frames::packet::{Checksum, Echo, Icmpv6, Ipv6Header, Message, Packet};

use super::*;
use crate::capture::foreign::Hints;
use crate::report::terminal;

/// fe80::ff:fe00:N of the node whose short address is N.
fn address(node: u16) -> Ipv6Addr {
    Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0xff, 0xfe00, node)
}

/// A frame with its FCS; addresses elided, all else of IPHC in line.
fn frame(sequence_number: u8, from: u16, to: u16, packet: &Packet) -> Vec<u8> {
    let (src, dst) = (MacAddress::Short(from), MacAddress::Short(to));
    let spec = FrameSpec {
        mac: MacFrame::data(sequence_number, 0xabcd, dst, src),
        body: Body::Iphc(IphcSpec {
            sam: 3,
            dam: 3,
            ..IphcSpec::default()
        }),
        ..FrameSpec::default()
    };
    craft(&spec, &packet.to_octets()).unwrap().remove(0)
}

fn packet(from: u16, to: u16, payload: Icmpv6) -> Packet {
    Packet::new(Ipv6Header::new(address(from), address(to)), payload)
}

fn echo(sequence: u16, data: &[u8]) -> Echo {
    Echo {
        identifier: 7,
        sequence,
        data: data.to_vec(),
    }
}

fn request(sequence: u16) -> Icmpv6 {
    Icmpv6::from(Message::EchoRequest(echo(sequence, b"abcdefgh")))
}

fn reply(sequence: u16, data: &[u8]) -> Icmpv6 {
    Icmpv6::from(Message::EchoReply(echo(sequence, data)))
}

/// Node 1 asks node 2 four times: a right reply, other data, a wrong checksum, silence.
/// Then an acknowledgement, which asks for nothing.
fn lab() -> Vec<Vec<u8>> {
    let wrong_checksum = Icmpv6 {
        checksum: Checksum::Wrong,
        ..reply(3, b"abcdefgh")
    };
    let ask = |n: u8| frame(n, 1, 2, &packet(1, 2, request(n.into())));
    let answer = |n: u8, answer: Icmpv6| frame(n, 2, 1, &packet(2, 1, answer));
    let ack = [2, 0, 4];
    vec![
        ask(1),
        answer(1, reply(1, b"abcdefgh")),
        ask(2),
        answer(2, reply(2, b"abcdefgH")),
        ask(3),
        answer(3, wrong_checksum),
        ask(4),
        [&ack[..], &fcs(&ack).to_le_bytes()].concat(),
    ]
}

/// A pcap of link type 195, little-endian, a packet each 10 ms.
fn pcap(frames: &[Vec<u8>]) -> Vec<u8> {
    let word = u32::to_le_bytes;
    let mut file = [0xa1b2_c3d4, 0x0004_0002, 0, 0, 65_535, 195]
        .map(word)
        .concat();
    for (n, frame) in frames.iter().enumerate() {
        let length = frame.len() as u32;
        file.extend(
            [1_700_000_000, n as u32 * 10_000, length, length]
                .map(word)
                .concat(),
        );
        file.extend(frame);
    }
    file
}

/// The judged capture, and a line of JSON for each exchange.
fn judged(file: Vec<u8>) -> (Overheard, Vec<Value>) {
    let path = Path::new("lab.pcap");
    let frames = Frames::from_source(path, Cursor::new(file), Hints::default()).unwrap();
    let mut lines = Vec::new();
    let overheard = overhear(path, frames, Settings::default(), &mut |exchange| {
        lines.push(serde_json::from_str(&exchange_line(exchange)).unwrap());
    });
    (overheard.unwrap(), lines)
}

#[test]
fn a_capture_in_words() {
    let (overheard, _) = judged(pcap(&lab()));
    insta::assert_snapshot!(terminal::render(&about_file(&overheard), None));
    assert_eq!(overheard.status(), ExitStatus::Unexpected);
}

#[test]
fn a_capture_in_lines_of_json() {
    let (overheard, lines) = judged(pcap(&lab()));
    let file: Value = serde_json::from_str(&file_line(&overheard)).unwrap();
    for verdict in ["pass", "fail", "inconc"] {
        let count = lines
            .iter()
            .filter(|line| line["verdict"] == verdict)
            .count();
        assert_eq!(file[verdict], count, "{verdict}");
    }
    assert_eq!((&file["line"], &file["exit"]), (&"file".into(), &1.into()));
    insta::assert_snapshot!(serde_json::to_string_pretty(&[&lines[0], &file]).unwrap());
}

/// What a file comes to: by its frames, and by how it ends.
#[test]
fn every_status() {
    let whole = pcap(&lab());
    let cut = whole[..whole.len() - 3].to_vec();
    let mut damaged = whole.clone();
    damaged.extend([0xff; 16]);
    let frames = |range: std::ops::Range<usize>| pcap(&lab()[range]);
    for (file, status) in [
        (frames(0..2), ExitStatus::Success),
        (whole, ExitStatus::Unexpected),
        (frames(6..7), ExitStatus::Undecided),
        (frames(7..8), ExitStatus::Nothing),
        (frames(0..0), ExitStatus::Nothing),
        (cut, ExitStatus::Unexpected),
        (damaged, ExitStatus::Usage),
    ] {
        let (overheard, _) = judged(file);
        assert_eq!(overheard.status(), status, "{:?}", overheard.tally);
    }
}

/// A frame whose FCS is wrong might say anything: here, that another reply is wrong.
#[test]
fn a_harmed_frame_is_counted_and_never_judged() {
    let mut frames = lab()[..2].to_vec();
    let mut harmed = frames[1].clone();
    let last = harmed.len() - 3;
    harmed[last] ^= 1;
    frames.insert(1, harmed);
    let (overheard, lines) = judged(pcap(&frames));
    assert_eq!(overheard.tally.set_aside.wrong_fcs, 1);
    assert_eq!(overheard.status(), ExitStatus::Success, "{lines:?}");
}

/// However much fails, only the beginning of it is kept.
#[test]
fn fails_are_shown_up_to_a_number() {
    let answers = (0..120_u8).flat_map(|n| {
        let (there, back) = (request(n.into()), reply(n.into(), b"else"));
        [
            frame(n, 1, 2, &packet(1, 2, there)),
            frame(n, 2, 1, &packet(2, 1, back)),
        ]
    });
    let (overheard, lines) = judged(pcap(&answers.collect::<Vec<_>>()));
    assert_eq!(lines.len(), 120);
    let text = terminal::render(&about_file(&overheard), None);
    assert_eq!(text.matches("FAIL echo").count(), 50);
    assert!(text.contains("and 70 more fails"), "{text}");
}
