//! A file of packets, whichever of the two formats it has.

use std::ops::Range;
use std::time::Duration;

use super::pcap::Pcap;
use super::pcapng::PcapNg;
use super::stream::{Dry, LONGEST, Stream};

/// A file of packets.
pub(super) enum Container {
    Pcap(Pcap),
    PcapNg(PcapNg),
}

/// The longest packet that is kept, in octets: any frame, and any IP packet with one in it.
pub(super) const LONGEST_PACKET: usize = 64 * 1024;
const _: () = assert!(LONGEST_PACKET * 2 <= LONGEST);

/// One packet of the file.
pub(super) struct Packet {
    pub at: Duration,
    /// Of this file, or of this section of it.
    pub interface: u32,
    pub link: u16,
    /// Its octets in the stream.
    pub octets: Range<usize>,
    pub extent: Extent,
}

/// How much of a packet the file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    Whole,
    /// The sniffer kept only its beginning.
    Snapped,
    /// Longer than any frame, and passed over.
    TooLong,
}

/// What comes next in the file.
pub(super) enum Next {
    Packet(Packet),
    /// A new section: interfaces are counted anew.
    Section,
}

/// Why nothing more comes.
#[derive(Debug)]
pub(super) enum Stop {
    /// The file ends where it may.
    End,
    /// It ends inside of something.
    Cut(&'static str),
    /// What stands there cannot be.
    Damaged(String),
    /// It cannot be read.
    Failed(std::io::Error),
}

impl Container {
    /// What begins so; none if no capture does.
    pub fn of(magic: [u8; 4]) -> Option<Self> {
        Pcap::of(magic)
            .map(Container::Pcap)
            .or_else(|| PcapNg::of(magic).map(Container::PcapNg))
    }

    /// Reads what stands before everything else.
    pub fn begin(&mut self, stream: &mut Stream) -> Result<(), Stop> {
        match self {
            Container::Pcap(file) => file.begin(stream),
            // A section's header is a block like the others.
            Container::PcapNg(_) => Ok(()),
        }
    }

    pub fn next(&mut self, stream: &mut Stream) -> Result<Next, Stop> {
        match self {
            Container::Pcap(file) => file.next(stream).map(Next::Packet),
            Container::PcapNg(file) => file.next(stream),
        }
    }

    /// As a person calls it.
    pub fn name(&self) -> &'static str {
        match self {
            Container::Pcap(file) if file.is_nano() => "pcap, nanoseconds",
            Container::Pcap(_) => "pcap",
            Container::PcapNg(_) => "pcapng",
        }
    }
}

/// Why the stream gave less than was asked for, inside of `what`.
pub(super) fn short(stream: &mut Stream, what: &'static str) -> Stop {
    match stream.dry() {
        Dry::End => Stop::Cut(what),
        Dry::CutGzip => Stop::Cut("the compressed data"),
        Dry::DamagedGzip => Stop::Damaged("the compressed data is damaged".to_owned()),
        Dry::Failed(error) => Stop::Failed(error),
    }
}

/// Why the stream gave nothing at a place where the file may end.
pub(super) fn over(stream: &mut Stream) -> Stop {
    match short(stream, "") {
        Stop::Cut("") => Stop::End,
        other => other,
    }
}

/// Numbers of either byte order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endian {
    Little,
    Big,
}

impl Endian {
    /// The number at this octet; 0 where the octets end before.
    #[inline]
    pub fn u16(self, octets: &[u8], at: usize) -> u16 {
        let bytes = octets
            .get(at..at + 2)
            .map_or([0; 2], |two| [two[0], two[1]]);
        match self {
            Endian::Little => u16::from_le_bytes(bytes),
            Endian::Big => u16::from_be_bytes(bytes),
        }
    }

    /// The number at this octet; 0 where the octets end before.
    #[inline]
    pub fn u32(self, octets: &[u8], at: usize) -> u32 {
        let bytes = octets
            .get(at..at + 4)
            .and_then(|four| four.try_into().ok())
            .unwrap_or_default();
        match self {
            Endian::Little => u32::from_le_bytes(bytes),
            Endian::Big => u32::from_be_bytes(bytes),
        }
    }
}
