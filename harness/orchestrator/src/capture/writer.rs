//! Writes packets one by one, and knows at which octet each of them stands.

use std::borrow::Cow;
use std::io::{self, Write};
use std::time::Duration;

use pcap_file::pcapng::blocks::enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption};
use pcap_file::pcapng::blocks::opt_common::CommonOption;
use pcap_file::pcapng::{PcapNgWriteError, PcapNgWriter};

use super::packet::{MAX_COMMENT_OCTETS, Packet};
use super::section;

/// Writes a capture.
pub struct Writer<W: Write> {
    blocks: PcapNgWriter<W>,
    offset: u64,
    epoch: Duration,
}

impl<W: Write> Writer<W> {
    /// Begins a section at octet `offset` of a file: 0 for a new one, its length
    /// for one that is carried on. `epoch` is what the packets' times count
    /// from, itself counted from 1970-01-01 00:00:00 UTC.
    pub fn begin(writer: W, offset: u64, epoch: Duration) -> io::Result<Self> {
        let blocks = section::begin(writer).map_err(as_io)?;
        Ok(Writer {
            blocks,
            offset: offset + section::beginning().len() as u64,
            epoch,
        })
    }

    /// Where the next packet will stand, in octets from the file's start.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Writes one packet.
    pub fn write(&mut self, packet: &Packet) -> io::Result<()> {
        let length = u32::try_from(packet.octets.len())
            .map_err(|_| io::Error::other("a packet of more than 4 GiB"))?;
        let mut options = vec![EnhancedPacketOption::Flags(packet.direction.flags())];
        if !packet.comment.is_empty() {
            let comment = CommonOption::Comment(Cow::Borrowed(cut(&packet.comment)));
            options.push(EnhancedPacketOption::Common(comment));
        }
        let block = EnhancedPacketBlock {
            interface_id: packet.interface as u32,
            timestamp: self
                .epoch
                .saturating_add(Duration::from_micros(packet.at_us)),
            original_len: length,
            data: Cow::Borrowed(&packet.octets),
            options,
        };
        let written = self.blocks.write_pcapng_block(block).map_err(as_io)?;
        self.offset += written as u64;
        Ok(())
    }

    /// Hands everything written so far to the file.
    pub fn flush(&mut self) -> io::Result<()> {
        self.blocks.get_mut().flush()
    }

    /// What was written to.
    pub fn into_inner(self) -> W {
        self.blocks.into_inner()
    }
}

fn cut(comment: &str) -> &str {
    &comment[..comment.floor_char_boundary(MAX_COMMENT_OCTETS)]
}

fn as_io(error: PcapNgWriteError) -> io::Error {
    match error {
        PcapNgWriteError::Io(error) => error,
        other => io::Error::other(other),
    }
}
