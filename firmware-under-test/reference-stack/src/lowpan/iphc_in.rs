//! Restores IPv6 headers from IPHC. RFC 6282 section 3.

use crate::context::Contexts;
use crate::ipv6::Address;
use crate::lowpan::iphc::{Base, Iids, short_iid};
use crate::lowpan::nhc_in;
use crate::mac::Link;
use crate::reader::Reader;
use crate::writer::{Full, Writer};

/// Why a header was not restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It means nothing, or nothing that can be known here: silence.
    Malformed,
    /// A higher level would take it: "class unsupported".
    Unsupported,
}

/// More than the buffers are made for, though it may be well formed.
impl From<Full> for Refusal {
    fn from(Full: Full) -> Self {
        Refusal::Malformed
    }
}

/// A restored packet, or the start of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Restored {
    /// Octets written.
    pub length: usize,
    /// A context was used.
    pub stateful: bool,
    /// Where an elided UDP checksum belongs, once the packet is whole.
    pub elided: Option<ElidedChecksum>,
}

/// A UDP checksum still to be computed. RFC 6282 4.3.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ElidedChecksum {
    /// Where the IPv6 header of the UDP datagram starts.
    pub ipv6_at: usize,
    /// Where the UDP header starts.
    pub udp_at: usize,
}

/// What is known to one who restores headers at `LEVEL`.
pub(crate) struct Restorer<'a, const LEVEL: u8> {
    pub contexts: &'a Contexts,
    pub link: Link,
    /// UDP checksums may be elided. RFC 6282 4.3.2.
    pub authorised: bool,
    pub now_us: u64,
}

/// What follows a restored header.
pub(crate) enum Next {
    /// Octets as they are.
    Inline,
    /// An NHC octet, whose value goes to this place.
    Nhc { next_header_at: usize },
}

/// Lengths that are known only when all headers are written.
#[derive(Default)]
pub(crate) struct Open {
    pub stateful: bool,
    pub inner_at: Option<usize>,
    pub udp_at: Option<usize>,
    pub elided: bool,
}

/// Offsets within an IPv6 header. RFC 8200 section 3.
const PAYLOAD_LENGTH_AT: usize = 4;
const NEXT_HEADER_AT: usize = 6;
const HEADER: usize = 40;

impl<const LEVEL: u8> Restorer<'_, LEVEL> {
    /// Restores `lowpan`, which starts with an IPHC dispatch, into `out`: the
    /// headers and whatever follows. `size` is the whole packet's length in
    /// octets if a fragment header has told it; the frame's end tells it otherwise.
    pub fn restore(
        &self,
        lowpan: &[u8],
        size: Option<usize>,
        out: &mut [u8],
    ) -> Result<Restored, Refusal> {
        if LEVEL == 0 {
            return Err(Refusal::Unsupported);
        }
        let mut reader = Reader::new(lowpan);
        let mut writer = Writer::new(out);
        let mut open = Open::default();
        let next = self.header(&mut reader, &mut writer, self.link.into(), &mut open)?;
        if let Next::Nhc { next_header_at } = next {
            nhc_in::restore_chain(self, &mut reader, &mut writer, next_header_at, &mut open)?;
        }
        writer.put(reader.rest())?;
        let packet = writer.written();
        close(packet, size, &open)?;
        let elided = open.udp_at.filter(|_| open.elided);
        Ok(Restored {
            length: packet.len(),
            stateful: open.stateful,
            elided: elided.map(|udp_at| ElidedChecksum {
                ipv6_at: open.inner_at.unwrap_or(0),
                udp_at,
            }),
        })
    }

    /// Restores one IPv6 header, all but its payload length.
    pub fn header(
        &self,
        reader: &mut Reader<'_>,
        writer: &mut Writer<'_>,
        iids: Iids,
        open: &mut Open,
    ) -> Result<Next, Refusal> {
        let base = Base::read(reader).ok_or(Refusal::Malformed)?;
        self.gate(&base)?;
        open.stateful |= base.sac && base.sam != 0 || base.dac;
        self.fields(&base, reader, writer, iids)
            .ok_or(Refusal::Malformed)?
    }

    /// What each level takes. Draft section 6.1, Figure 4.
    fn gate(&self, base: &Base) -> Result<(), Refusal> {
        if LEVEL >= 2 && base.is_reserved() && !seeded!(ReservedDamTaken) {
            return Err(Refusal::Malformed);
        }
        let unspecified = base.sac && base.sam == 0;
        let stateful = base.cid || base.sac && !unspecified || base.dac;
        let above = LEVEL < 2 && stateful
            || LEVEL < 3 && (base.tf != 0 || base.hlim != 0)
            || LEVEL < 4 && base.nh;
        if above {
            return Err(Refusal::Unsupported);
        }
        Ok(())
    }

    /// The in-line fields in their order: contexts, traffic class and flow
    /// label, next header, hop limit, source, destination. RFC 6282 3.2.
    /// `None`: the octets end too soon or name an unknown context.
    fn fields(
        &self,
        base: &Base,
        reader: &mut Reader<'_>,
        writer: &mut Writer<'_>,
        iids: Iids,
    ) -> Option<Result<Next, Refusal>> {
        let (source_context, destination_context) = self.context_ids(base, reader)?;
        let [first, second, third, fourth] = traffic_class_and_flow_label(base, reader)?;
        let next_header = if base.nh { 0 } else { reader.u8()? };
        let hop_limit = match base.hlim {
            0 => reader.u8()?,
            1 if seeded!(HopLimitsSwapped) => 64,
            2 if seeded!(HopLimitsSwapped) => 1,
            1 => 1,
            2 => 64,
            _ => 255,
        };
        let source = self.source(base, source_context, reader, iids.source)?;
        let destination = if base.m {
            let stateful = if seeded!(StatefulMulticastUsesSci) {
                source_context
            } else {
                destination_context
            };
            self.multicast(base, stateful, reader)?
        } else {
            self.destination(base, destination_context, reader, iids.destination)?
        };
        let next_header_at = writer.length() + NEXT_HEADER_AT;
        let start = [first, second, third, fourth, 0, 0, next_header, hop_limit];
        let written = writer
            .put(&start)
            .and_then(|()| writer.put(&source.0))
            .and_then(|()| writer.put(&destination.0));
        Some(match written {
            Ok(()) if base.nh => Ok(Next::Nhc { next_header_at }),
            Ok(()) => Ok(Next::Inline),
            Err(full) => Err(full.into()),
        })
    }

    /// Source and destination context. Without the octet both are 0; with it,
    /// it is there whether used or not. RFC 6282 3.1.1, 3.1.2.
    fn context_ids(&self, base: &Base, reader: &mut Reader<'_>) -> Option<(u8, u8)> {
        if !base.cid {
            return Some((0, 0));
        }
        if seeded!(UnusedContextOctetKept) && !base.sac && !base.dac {
            return Some((0, 0));
        }
        let octet = reader.u8()?;
        let ids = (octet >> 4, octet & 0x0f);
        Some(if seeded!(ContextsSwapped) {
            (ids.1, ids.0)
        } else {
            ids
        })
    }

    fn in_context(&self, id: u8, base: &Base, iid: [u8; 8]) -> Option<Address> {
        if seeded!(ContextZeroRefused) && !base.cid {
            return None;
        }
        let context = self.contexts.get(id, self.now_us)?;
        Some(context.complete(iid))
    }

    fn source(
        &self,
        base: &Base,
        context: u8,
        reader: &mut Reader<'_>,
        elided: [u8; 8],
    ) -> Option<Address> {
        match (base.sac, base.sam) {
            (false, 0) => reader.array().map(Address),
            (true, 0) => Some(Address::UNSPECIFIED),
            (false, mode) => Some(Address::link_local(iid(mode, reader, elided)?)),
            (true, mode) => self.in_context(context, base, iid(mode, reader, elided)?),
        }
    }

    /// A unicast destination; the reserved mode is refused before.
    fn destination(
        &self,
        base: &Base,
        context: u8,
        reader: &mut Reader<'_>,
        elided: [u8; 8],
    ) -> Option<Address> {
        match (base.dac, base.dam) {
            // With the fault, DAC=1 and DAM=00 come here, too.
            (_, 0) => reader.array().map(Address),
            (false, mode) => Some(Address::link_local(iid(mode, reader, elided)?)),
            (true, mode) => self.in_context(context, base, iid(mode, reader, elided)?),
        }
    }

    /// RFC 6282 3.2.3 and 3.2.4.
    fn multicast(&self, base: &Base, context: u8, reader: &mut Reader<'_>) -> Option<Address> {
        let mut octets = [0; 16];
        octets[0] = 0xff;
        match (base.dac, base.dam) {
            (false, 0) => octets = reader.array()?,
            (false, 1) => {
                octets[1] = reader.u8()?;
                if seeded!(Multicast48Shifted) {
                    octets[10..15].copy_from_slice(reader.take(5)?);
                } else {
                    octets[11..].copy_from_slice(reader.take(5)?);
                }
            }
            (false, 2) => {
                octets[1] = reader.u8()?;
                octets[13..].copy_from_slice(reader.take(3)?);
            }
            (false, _) => {
                octets[1] = 2;
                octets[15] = reader.u8()?;
            }
            (true, _) => {
                octets[1..3].copy_from_slice(reader.take(2)?);
                let context = self.contexts.get(context, self.now_us)?;
                octets[3] = context.length.min(64);
                // The prefix of a unicast-prefix-based group has 64 bits. RFC 3306.
                octets[4..12].copy_from_slice(&context.complete([0; 8]).prefix());
                octets[12..].copy_from_slice(reader.take(4)?);
            }
        }
        Some(Address(octets))
    }
}

/// The interface identifier of the modes 01, 10 and 11.
fn iid(mode: u8, reader: &mut Reader<'_>, elided: [u8; 8]) -> Option<[u8; 8]> {
    match mode {
        1 => reader.array(),
        2 => reader.array().map(short_iid),
        _ => Some(elided),
    }
}

/// The first four octets of the IPv6 header. RFC 6282 3.2.1: on air ECN comes
/// before DSCP, in IPv6 after it; pad bits are ignored.
fn traffic_class_and_flow_label(base: &Base, reader: &mut Reader<'_>) -> Option<[u8; 4]> {
    let (rotated, label) = match base.tf {
        0 => {
            let [class, high, middle, low] = reader.array()?;
            (class, [high & 0x0f, middle, low])
        }
        1 => {
            let [high, middle, low] = reader.array()?;
            (high & 0xc0, [high & 0x0f, middle, low])
        }
        2 => (reader.u8()?, [0; 3]),
        _ => (0, [0; 3]),
    };
    let class = if seeded!(TfNotRotated) {
        rotated
    } else {
        rotated.rotate_left(2)
    };
    let [high, middle, low] = label;
    Some([0x60 | class >> 4, class << 4 | high, middle, low])
}

/// Fills in the lengths that IPHC and NHC leave out. RFC 6282 3.2 and 4.3.
fn close(packet: &mut [u8], size: Option<usize>, open: &Open) -> Result<(), Refusal> {
    let mut total = size.unwrap_or(packet.len());
    if seeded!(FragmentLengthFromFrame) {
        total = packet.len();
    }
    if total < packet.len() {
        return Err(Refusal::Malformed);
    }
    // The outer header always; 0 twice does no harm without a tunnel.
    for at in [0, open.inner_at.unwrap_or(0)] {
        let length = total
            .checked_sub(at + HEADER)
            .ok_or(Refusal::Malformed)
            .and_then(|length| u16::try_from(length).map_err(|_| Refusal::Malformed))?;
        let length = if seeded!(TunnelLengthsEqual) && open.inner_at.is_some() {
            (total - HEADER) as u16
        } else {
            length
        };
        let at = at + PAYLOAD_LENGTH_AT;
        packet[at..at + 2].copy_from_slice(&length.to_be_bytes());
    }
    if let Some(udp_at) = open.udp_at {
        let mut length = (total - udp_at) as u16;
        if seeded!(UdpLengthWithExtensions) {
            length = (total - open.inner_at.unwrap_or(0) - HEADER) as u16;
        }
        packet[udp_at + 4..udp_at + 6].copy_from_slice(&length.to_be_bytes());
    }
    Ok(())
}
