//! The older format, draft-ietf-opsawg-pcap: one header, then packets, each behind a header.

use std::time::Duration;

use super::container::{Endian, Extent, LONGEST_PACKET, Packet, Stop, over, short};
use super::stream::Stream;

const FILE_HEADER: usize = 24;
const PACKET_HEADER: usize = 16;
/// The longest packet that other programs write or read, MAXIMUM_SNAPLEN: a
/// longer one is damage, and what follows it cannot be found.
const LONGEST_CREDIBLE: u32 = 256 * 1024;

/// A file in this format.
pub(super) struct Pcap {
    endian: Endian,
    /// Of the fractions of a second.
    nano: bool,
    link: u16,
}

impl Pcap {
    pub fn of(magic: [u8; 4]) -> Option<Self> {
        let (endian, nano) = match magic {
            [0xd4, 0xc3, 0xb2, 0xa1] => (Endian::Little, false),
            [0x4d, 0x3c, 0xb2, 0xa1] => (Endian::Little, true),
            [0xa1, 0xb2, 0xc3, 0xd4] => (Endian::Big, false),
            [0xa1, 0xb2, 0x3c, 0x4d] => (Endian::Big, true),
            _ => return None,
        };
        let link = 0;
        Some(Pcap { endian, nano, link })
    }

    pub fn is_nano(&self) -> bool {
        self.nano
    }

    /// ```text
    ///   0 magic, 4 version, 8 reserved, 16 snapshot length,
    ///   20 link type in the low 16 bits, length of the FCS above
    /// ```
    pub fn begin(&mut self, stream: &mut Stream) -> Result<(), Stop> {
        let header = stream.peek(FILE_HEADER);
        if header.len() < FILE_HEADER {
            return Err(short(stream, "the file's header"));
        }
        let version = self.endian.u16(header, 4);
        if version != 2 {
            let what = format!("version {version} of pcap is not known (allowed: 2)");
            return Err(Stop::Damaged(what));
        }
        self.link = (self.endian.u32(header, 20) & 0xffff) as u16;
        stream.take(FILE_HEADER);
        Ok(())
    }

    /// ```text
    ///   0 seconds, 4 their fraction, 8 octets in the file, 12 octets on the link
    /// ```
    pub fn next(&mut self, stream: &mut Stream) -> Result<Packet, Stop> {
        let header = stream.peek(PACKET_HEADER);
        match header.len() {
            PACKET_HEADER => {}
            0 => return Err(over(stream)),
            _ => return Err(short(stream, "a packet's header")),
        }
        let word = |at| self.endian.u32(header, at);
        let (seconds, fraction, kept, length) = (word(0), word(4), word(8), word(12));
        if kept > LONGEST_CREDIBLE {
            return Err(Stop::Damaged(format!(
                "a packet of {kept} octets (allowed: up to {LONGEST_CREDIBLE})"
            )));
        }
        let nanoseconds = match self.nano {
            true => u64::from(fraction),
            false => u64::from(fraction) * 1_000,
        };
        let mut packet = Packet {
            at: Duration::from_secs(u64::from(seconds)) + Duration::from_nanos(nanoseconds),
            interface: 0,
            link: self.link,
            octets: 0..0,
            extent: match kept < length {
                true => Extent::Snapped,
                false => Extent::Whole,
            },
        };
        let kept = kept as usize;
        if kept > LONGEST_PACKET {
            stream.take(PACKET_HEADER);
            if !stream.skip(kept as u64) {
                return Err(short(stream, "a packet"));
            }
            packet.extent = Extent::TooLong;
            return Ok(packet);
        }
        if stream.peek(PACKET_HEADER + kept).len() < PACKET_HEADER + kept {
            return Err(short(stream, "a packet"));
        }
        stream.take(PACKET_HEADER);
        packet.octets = stream.take(kept);
        Ok(packet)
    }
}
