//! Captures written octet by octet, so that nothing of ours is on both sides.

mod damage;
mod file;
mod formats;
mod links;
mod trailers;

use std::net::Ipv6Addr;
use std::path::Path;

use sixlo_frames::craft::{Body, FrameSpec, IphcSpec, craft};
use sixlo_frames::mac::{MacAddress, MacFrame, fcs};
use sixlo_frames::packet::{Echo, Icmpv6, Ipv6Header, Message, Packet as Ipv6Packet};

use super::*;
use file::{NgFile, OldFile};

/// An acknowledgement: frame control, sequence number.
const ACK: [u8; 3] = [0x02, 0x00, 0x56];

/// A data frame without FCS: an echo request from fe80::ff:fe00:1 to fe80::ff:fe00:2, its
/// checksum right, all its octets of data `data`.
fn echo(sequence_number: u8, data: u8) -> Vec<u8> {
    let (src, dst) = (
        Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0xff, 0xfe00, 1),
        Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0xff, 0xfe00, 2),
    );
    let request = Icmpv6::from(Message::EchoRequest(Echo {
        identifier: 1,
        sequence: sequence_number.into(),
        data: vec![data; 9],
    }));
    let packet = Ipv6Packet::new(Ipv6Header::new(src, dst), request).to_octets();
    let spec = FrameSpec {
        mac: MacFrame::data(
            sequence_number,
            0xabcd,
            MacAddress::Short(2),
            MacAddress::Short(1),
        ),
        body: Body::Iphc(IphcSpec::default()),
        ..FrameSpec::default()
    };
    let mut psdu = craft(&spec, &packet).unwrap().remove(0);
    psdu.truncate(psdu.len() - 2);
    psdu
}

/// The frame with a right FCS.
fn with_fcs(mac: &[u8]) -> Vec<u8> {
    [mac, &fcs(mac).to_le_bytes()].concat()
}

/// A frame as a test wants to see it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    number: u64,
    at: Duration,
    mac: Vec<u8>,
    fcs: Fcs,
}

/// Everything in a file.
fn read_with(octets: Vec<u8>, hints: Hints) -> Result<(Vec<Seen>, Tally), ForeignError> {
    let mut frames = Frames::from_source(Path::new("x.pcap"), std::io::Cursor::new(octets), hints)?;
    let mut seen = Vec::new();
    while let Some(frame) = frames.next_frame()? {
        seen.push(Seen {
            number: frame.number,
            at: frame.at,
            mac: frame.mac.to_vec(),
            fcs: frame.fcs,
        });
    }
    Ok((seen, frames.tally().clone()))
}

fn read_all(octets: Vec<u8>) -> (Vec<Seen>, Tally) {
    read_with(octets, Hints::default()).unwrap()
}

fn macs(seen: &[Seen]) -> Vec<&[u8]> {
    seen.iter().map(|seen| &seen.mac[..]).collect()
}
