//! The newer format, draft-ietf-opsawg-pcapng: sections of blocks, each with its length
//! before and behind it.
//!
//! Read here and not by a library, so that a file of any size and of any number of
//! sections, interfaces and options is read in the same memory, and so that the place of
//! what is wrong can be told.

use std::time::Duration;

use super::container::{Endian, Extent, LONGEST_PACKET, Next, Packet, Stop, over, short};
use super::stream::{LONGEST, Stream};

/// Written alike in both byte orders.
const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const BYTE_ORDER_MAGIC: [u8; 4] = [0x1a, 0x2b, 0x3c, 0x4d];
const INTERFACE: u32 = 1;
/// Obsolete, and still in old files.
const PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;

/// Interfaces of one section that are known apart: more than any sniffer has.
const MOST_INTERFACES: usize = 256;
/// Octets that stand around every block's body.
const AROUND: usize = 12;
/// Blocks up to this length are taken whole.
const LONGEST_BLOCK: usize = LONGEST_PACKET + 4096;
const _: () = assert!(LONGEST_BLOCK <= LONGEST);

/// if_tsresol.
const OPTION_RESOLUTION: u16 = 9;
/// if_tsoffset.
const OPTION_OFFSET: u16 = 14;

/// A file in this format.
pub(super) struct PcapNg {
    endian: Endian,
    interfaces: Vec<Interface>,
}

/// What a section says of one of its interfaces.
struct Interface {
    link: u16,
    /// Octets of each packet that are kept; 0 for all.
    snapshot: u32,
    ticks_per_second: u64,
    /// Seconds that are added to every time.
    offset: i64,
}

/// The beginning of a block's header.
struct Block {
    kind: u32,
    /// Octets of all of it.
    length: usize,
}

impl PcapNg {
    pub fn of(magic: [u8; 4]) -> Option<Self> {
        (u32::from_be_bytes(magic) == SECTION_HEADER).then_some(PcapNg {
            endian: Endian::Little,
            interfaces: Vec::new(),
        })
    }

    /// The next packet, or the beginning of a section.
    pub fn next(&mut self, stream: &mut Stream) -> Result<Next, Stop> {
        loop {
            let block = self.block(stream)?;
            let packet = match block.kind {
                SECTION_HEADER => {
                    self.interfaces.clear();
                    pass(self.endian, stream, &block)?;
                    return Ok(Next::Section);
                }
                INTERFACE => {
                    self.interface(stream, &block)?;
                    continue;
                }
                ENHANCED_PACKET | PACKET | SIMPLE_PACKET => self.packet(stream, &block)?,
                // Names, statistics, keys, what others put there.
                _ => {
                    pass(self.endian, stream, &block)?;
                    continue;
                }
            };
            return Ok(Next::Packet(packet));
        }
    }

    /// ```text
    ///   0 type, 4 length, (8 the byte order's magic of a section header), … length again
    /// ```
    fn block(&mut self, stream: &mut Stream) -> Result<Block, Stop> {
        let header = stream.peek(AROUND);
        match header.len() {
            AROUND => {}
            0 => return Err(over(stream)),
            _ => return Err(short(stream, "a block's header")),
        }
        if Endian::Big.u32(header, 0) == SECTION_HEADER {
            self.endian = match &header[8..] {
                magic if *magic == BYTE_ORDER_MAGIC => Endian::Big,
                magic if magic.iter().rev().eq(&BYTE_ORDER_MAGIC) => Endian::Little,
                _ => return Err(Stop::Damaged("a section of no byte order".to_owned())),
            };
        }
        let (kind, length) = (self.endian.u32(header, 0), self.endian.u32(header, 4));
        if length < AROUND as u32 || !length.is_multiple_of(4) {
            return Err(Stop::Damaged(format!(
                "a block of {length} octets (allowed: 12 or more, a multiple of 4)"
            )));
        }
        let length = length as usize;
        Ok(Block { kind, length })
    }

    fn interface(&mut self, stream: &mut Stream, block: &Block) -> Result<(), Stop> {
        if self.interfaces.len() == MOST_INTERFACES {
            let what = format!("a section of more than {MOST_INTERFACES} interfaces");
            return Err(Stop::Damaged(what));
        }
        let endian = self.endian;
        let body = whole(endian, stream, block, "an interface's description")?;
        if body.len() < 8 {
            let what = "an interface's description of less than 8 octets";
            return Err(Stop::Damaged(what.to_owned()));
        }
        let mut interface = Interface {
            link: endian.u16(body, 0),
            snapshot: endian.u32(body, 4),
            ticks_per_second: 1_000_000,
            offset: 0,
        };
        let mut options = &body[8..];
        while options.len() >= 4 {
            let (code, length) = (endian.u16(options, 0), usize::from(endian.u16(options, 2)));
            let Some(value) = options.get(4..4 + length) else {
                break;
            };
            match (code, value) {
                (0, _) => break,
                (OPTION_RESOLUTION, &[resolution]) => {
                    interface.ticks_per_second = ticks_per_second(resolution)?;
                }
                (OPTION_OFFSET, &[_, _, _, _, _, _, _, _]) => {
                    let (low, high) = match endian {
                        Endian::Little => (endian.u32(value, 0), endian.u32(value, 4)),
                        Endian::Big => (endian.u32(value, 4), endian.u32(value, 0)),
                    };
                    interface.offset = (u64::from(high) << 32 | u64::from(low)) as i64;
                }
                _ => {}
            }
            options = options
                .get(4 + length.next_multiple_of(4)..)
                .unwrap_or_default();
        }
        self.interfaces.push(interface);
        stream.take(block.length);
        Ok(())
    }

    /// ```text
    ///   Enhanced: 0 interface (32 bits; an obsolete one 16, then drops),
    ///             4 time, high word first, 12 octets in the file, 16 octets on the link
    ///   Simple:   0 octets on the link; of the first interface, without a time
    /// ```
    fn packet(&self, stream: &mut Stream, block: &Block) -> Result<Packet, Stop> {
        let fixed = match block.kind {
            SIMPLE_PACKET => 4,
            _ => 20,
        };
        if block.length < AROUND + fixed {
            let what = format!("a packet's block of {} octets", block.length);
            return Err(Stop::Damaged(what));
        }
        let endian = self.endian;
        let head = stream.peek(8 + fixed);
        if head.len() < 8 + fixed {
            return Err(short(stream, "a packet"));
        }
        let head = &head[8..];
        let number = match block.kind {
            SIMPLE_PACKET => 0,
            PACKET => u32::from(endian.u16(head, 0)),
            _ => endian.u32(head, 0),
        };
        let Some(interface) = self.interfaces.get(number as usize) else {
            return Err(Stop::Damaged(format!(
                "a packet of interface {number}, and {} are described before it",
                self.interfaces.len()
            )));
        };
        let (at, kept, length) = match block.kind {
            SIMPLE_PACKET => {
                let length = endian.u32(head, 0);
                let snapshot = match interface.snapshot {
                    0 => u32::MAX,
                    limit => limit,
                };
                (Duration::ZERO, length.min(snapshot), length)
            }
            _ => {
                let ticks = u64::from(endian.u32(head, 4)) << 32 | u64::from(endian.u32(head, 8));
                let (kept, length) = (endian.u32(head, 12), endian.u32(head, 16));
                (interface.time(ticks), kept, length)
            }
        };
        if kept as usize > block.length - AROUND - fixed {
            return Err(Stop::Damaged(format!(
                "a packet of {kept} octets in a block of {}",
                block.length
            )));
        }
        let mut packet = Packet {
            at,
            interface: number,
            link: interface.link,
            octets: 0..0,
            extent: match kept < length {
                true => Extent::Snapped,
                false => Extent::Whole,
            },
        };
        if block.length > LONGEST_BLOCK || kept as usize > LONGEST_PACKET {
            pass(endian, stream, block)?;
            packet.extent = Extent::TooLong;
            return Ok(packet);
        }
        whole(endian, stream, block, "a packet")?;
        let block = stream.take(block.length);
        let begin = block.start + 8 + fixed;
        packet.octets = begin..begin + kept as usize;
        Ok(packet)
    }
}

impl Interface {
    fn time(&self, ticks: u64) -> Duration {
        let (seconds, rest) = match self.ticks_per_second {
            // Divisions by what the compiler knows.
            1_000_000 => (ticks / 1_000_000, ticks % 1_000_000 * 1_000),
            1_000_000_000 => (ticks / 1_000_000_000, ticks % 1_000_000_000),
            rate => {
                let nanoseconds = u128::from(ticks % rate) * 1_000_000_000 / u128::from(rate);
                (ticks / rate, nanoseconds as u64)
            }
        };
        Duration::new(seconds.saturating_add_signed(self.offset), rest as u32)
    }
}

/// if_tsresol: the negative power of 10, or of 2 if the highest bit is set.
fn ticks_per_second(resolution: u8) -> Result<u64, Stop> {
    let power = u32::from(resolution & 0x7f);
    let ticks = match resolution & 0x80 {
        0 => 10_u64.checked_pow(power),
        _ => 1_u64.checked_shl(power),
    };
    ticks.ok_or_else(|| {
        Stop::Damaged(format!(
            "times in units of if_tsresol {resolution:#04x} (allowed: down to 10^-19 or 2^-63 seconds)"
        ))
    })
}

/// A block's body, nothing of it taken yet.
fn whole<'s>(
    endian: Endian,
    stream: &'s mut Stream,
    block: &Block,
    what: &'static str,
) -> Result<&'s [u8], Stop> {
    if block.length > LONGEST_BLOCK {
        return Err(Stop::Damaged(format!(
            "{what} of {} octets (allowed: up to {LONGEST_BLOCK})",
            block.length
        )));
    }
    if stream.peek(block.length).len() < block.length {
        return Err(short(stream, what));
    }
    let octets = stream.peek(block.length);
    let (body, behind) = octets[8..].split_at(block.length - AROUND);
    agree(block.length, endian.u32(behind, 0))?;
    Ok(body)
}

/// Passes over a block of any length.
fn pass(endian: Endian, stream: &mut Stream, block: &Block) -> Result<(), Stop> {
    if !stream.skip(block.length as u64 - 4) {
        return Err(short(stream, "a block"));
    }
    let behind = stream.peek(4);
    if behind.len() < 4 {
        return Err(short(stream, "a block"));
    }
    agree(block.length, endian.u32(behind, 0))?;
    stream.take(4);
    Ok(())
}

fn agree(before: usize, behind: u32) -> Result<(), Stop> {
    match behind as usize == before {
        true => Ok(()),
        false => Err(Stop::Damaged(format!(
            "a block of {before} octets that says {behind} at its end"
        ))),
    }
}
