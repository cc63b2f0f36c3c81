//! Reads back the packets of one attempt.

use std::borrow::Cow;
use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use pcap_file::pcapng::PcapNgReader;
use pcap_file::pcapng::blocks::block_common::Block;
use pcap_file::pcapng::blocks::enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption};
use pcap_file::pcapng::blocks::opt_common::CommonOption;

use super::error::CaptureError;
use super::packet::{Direction, Interface, Packet};
use super::section;

/// The most that is read for one attempt: far more than the flood limit lets a
/// device send, and little enough to be held in memory.
pub const MAX_RANGE_OCTETS: u64 = 64 * 1024 * 1024;

/// Reads the packets between two offsets that a [`Writer`](super::Writer) gave.
pub fn read_range(
    path: &Path,
    range: Range<u64>,
    epoch: Duration,
) -> Result<Vec<Packet<'static>>, CaptureError> {
    let length = range.end.saturating_sub(range.start);
    if length > MAX_RANGE_OCTETS {
        return Err(CaptureError::RangeTooLong {
            path: path.to_owned(),
            range,
        });
    }
    // A range begins at a packet; what that packet means stands in its section's beginning.
    let mut octets = section::beginning();
    let beginning = octets.len() as u64;
    let mut file = File::open(path).map_err(|error| CaptureError::read(path, error))?;
    file.seek(SeekFrom::Start(range.start))
        .and_then(|_| file.take(length).read_to_end(&mut octets))
        .map_err(|error| CaptureError::read(path, error))?;
    let damaged = |at: u64, what: String| CaptureError::Damaged {
        path: path.to_owned(),
        offset: range.start + at.saturating_sub(beginning),
        what,
    };
    let total = octets.len();
    if (total as u64) < beginning + length {
        return Err(damaged(
            total as u64,
            format!("the file ends here, {length} octets were recorded"),
        ));
    }
    let mut blocks = PcapNgReader::with_capacity(Cursor::new(octets), total)
        .map_err(|error| damaged(beginning, error.to_string()))?;
    let mut packets = Vec::new();
    loop {
        let at = blocks.bytes_parsed();
        match blocks.next_block() {
            None => return Ok(packets),
            Some(Err(error)) => return Err(damaged(at, error.to_string())),
            Some(Ok((Block::EnhancedPacket(block), _))) => {
                packets.push(packet(block, epoch).map_err(|what| damaged(at, what.to_owned()))?);
            }
            // The interfaces of the beginning.
            Some(Ok((Block::InterfaceDescription(_), _))) if at < beginning => {}
            Some(Ok(_)) => return Err(damaged(at, "not a packet".to_owned())),
        }
    }
}

fn packet(block: EnhancedPacketBlock, epoch: Duration) -> Result<Packet<'static>, &'static str> {
    let since = block.timestamp.saturating_sub(epoch);
    let mut direction = None;
    let mut comment = String::new();
    for option in block.options {
        match option {
            EnhancedPacketOption::Flags(flags) => direction = Direction::of_flags(flags),
            EnhancedPacketOption::Common(CommonOption::Comment(text)) => {
                comment = text.into_owned();
            }
            _ => {}
        }
    }
    Ok(Packet {
        at_us: u64::try_from(since.as_micros()).unwrap_or(u64::MAX),
        interface: Interface::of_id(block.interface_id).ok_or("an unknown interface")?,
        direction: direction.ok_or("a packet without a direction")?,
        octets: Cow::Owned(block.data.into_owned()),
        comment: Cow::Owned(comment),
    })
}
