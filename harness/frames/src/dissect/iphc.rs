//! LOWPAN_IPHC to an IPv6 header. RFC 6282 3.

use std::net::Ipv6Addr;

use super::reader::{Read, Reader};
use super::{Dissection, ProblemKind, nhc};
use crate::context::{Context, ContextTable};
use crate::field::{FieldId, Value};
use crate::iid::{self, Iid};
use crate::packet::{IPV6_HEADER_OCTETS, finish_udp_checksum};

/// Tunnels this deep are followed; RFC 6282 sets no limit, memory does.
const DEEPEST_TUNNEL: usize = 4;
/// Where in an IPv6 header the next header octet stands.
pub(super) const NEXT_HEADER_AT: usize = 6;

/// The IIDs that elided ones are taken from: those of the encapsulating header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Encapsulation {
    /// Of the source.
    pub src: Option<Iid>,
    /// Of the destination.
    pub dst: Option<Iid>,
}

/// A packet being restored.
pub(super) struct Restoring<'c> {
    /// What is restored so far.
    pub octets: Vec<u8>,
    /// The contexts both sides share.
    pub contexts: &'c ContextTable,
    /// IPv6 headers restored so far.
    pub headers: Vec<usize>,
    /// Where a UDP header stands whose length was elided.
    pub udp: Option<usize>,
    /// Whether its checksum was elided, too.
    pub checksum_elided: bool,
}

/// Reads IPHC and everything behind it; the packet goes to `out`.
pub(super) fn read(
    reader: &mut Reader<'_>,
    contexts: &ContextTable,
    encapsulation: Encapsulation,
    out: &mut Dissection,
) -> Read<()> {
    let mut restoring = Restoring {
        octets: Vec::with_capacity(160),
        contexts,
        headers: Vec::new(),
        udp: None,
        checksum_elided: false,
    };
    header(reader, &mut restoring, encapsulation)?;
    let octets_left = reader.take_rest();
    restoring.octets.extend_from_slice(octets_left);
    finish(restoring, out);
    Ok(())
}

/// Fills in the lengths that were elided. They come from datagram_size in a
/// FRAG1 (RFC 6282 3.2 and 4.3.3), else from the frame.
fn finish(mut restoring: Restoring<'_>, out: &mut Dissection) {
    let end = match out.fragment {
        Some(fragment) => usize::from(fragment.datagram_size),
        None => restoring.octets.len(),
    };
    let write = |octets: &mut Vec<u8>, at: usize, value: usize| {
        let value = u16::try_from(value).unwrap_or(u16::MAX);
        octets[at..at + 2].copy_from_slice(&value.to_be_bytes());
    };
    for &start in &restoring.headers {
        let length = end.saturating_sub(start + IPV6_HEADER_OCTETS);
        write(&mut restoring.octets, start + 4, length);
    }
    if let Some(udp) = restoring.udp {
        write(&mut restoring.octets, udp + 4, end.saturating_sub(udp));
        if restoring.checksum_elided {
            // The sum covers the whole datagram, which a FRAG1 does not hold (RFC 6282 4.3.2).
            match out.fragment {
                Some(_) => out.elided_checksum = Some(udp + 6),
                None => {
                    finish_udp_checksum(&mut restoring.octets, udp + 6);
                }
            }
        }
    }
    out.packet = Some(restoring.octets);
}

/// ```text
///   0                                       1
///   0   1   2   3   4   5   6   7   8   9   0   1   2   3   4   5
/// +---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+
/// | 0 | 1 | 1 |  TF   |NH | HLIM  |CID|SAC|  SAM  | M |DAC|  DAM  |
/// +---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+
/// ```
pub(super) fn header(
    reader: &mut Reader<'_>,
    restoring: &mut Restoring<'_>,
    encapsulation: Encapsulation,
) -> Read<()> {
    if restoring.headers.len() > DEEPEST_TUNNEL {
        return Err(reader.problem(0, ProblemKind::TooMuch));
    }
    let octets = reader.take(2, FieldId::IphcTf)?;
    let (first, second) = (octets[0], octets[1]);
    let (tf, nh, hlim) = (first >> 3 & 3, first & 4 != 0, first & 3);
    let (cid, sac, sam) = (second & 0x80 != 0, second & 0x40 != 0, second >> 4 & 3);
    let (m, dac, dam) = (second & 8 != 0, second & 4 != 0, second & 3);
    for (id, value) in [
        (FieldId::IphcTf, tf),
        (FieldId::IphcNh, u8::from(nh)),
        (FieldId::IphcHlim, hlim),
        (FieldId::IphcCid, u8::from(cid)),
        (FieldId::IphcSac, u8::from(sac)),
        (FieldId::IphcSam, sam),
        (FieldId::IphcM, u8::from(m)),
        (FieldId::IphcDac, u8::from(dac)),
        (FieldId::IphcDam, dam),
    ] {
        reader.note(id, 2, u64::from(value));
    }
    // The context octet stands before every in-line field; without it context 0 applies.
    let (sci, dci) = if cid {
        let octet = reader.octet(FieldId::IphcSci)?;
        reader.note(FieldId::IphcSci, 1, u64::from(octet >> 4));
        reader.note(FieldId::IphcDci, 1, u64::from(octet & 0x0f));
        (octet >> 4, octet & 0x0f)
    } else {
        (0, 0)
    };
    let (traffic_class, flow_label) = traffic_class_and_flow_label(reader, tf)?;
    let next_header = match nh {
        true => 0,
        false => reader.u8(FieldId::Ipv6NextHeader)?,
    };
    let hop_limit = match hlim {
        0 => reader.u8(FieldId::Ipv6HopLimit)?,
        1 => 1,
        2 => 64,
        _ => 255,
    };
    let src = source(reader, restoring.contexts, sac, sam, sci, encapsulation.src)?;
    let dst = match m {
        true => multicast(reader, restoring.contexts, dac, dam, dci)?,
        false => destination(reader, restoring.contexts, dac, dam, dci, encapsulation.dst)?,
    };
    let start = restoring.octets.len();
    restoring.headers.push(start);
    let word = 6 << 28 | u32::from(traffic_class) << 20 | flow_label;
    restoring.octets.extend_from_slice(&word.to_be_bytes());
    restoring
        .octets
        .extend_from_slice(&[0, 0, next_header, hop_limit]);
    restoring.octets.extend_from_slice(&src.octets());
    restoring.octets.extend_from_slice(&dst.octets());
    if nh {
        let encapsulation = Encapsulation {
            src: Some(iid::of(src)),
            dst: Some(iid::of(dst)),
        };
        nhc::chain(
            reader,
            restoring,
            start + NEXT_HEADER_AT,
            encapsulation,
            src,
            dst,
        )?;
    }
    Ok(())
}

/// ECN comes first on air: `ECN(2) DSCP(6)` becomes `DSCP ECN`. RFC 6282 3.2.1.
fn traffic_class_and_flow_label(reader: &mut Reader<'_>, tf: u8) -> Read<(u8, u32)> {
    let label = |octets: &[u8]| {
        u32::from(octets[0] & 0x0f) << 16 | u32::from(octets[1]) << 8 | u32::from(octets[2])
    };
    Ok(match tf {
        0 => {
            let octets = reader.take(4, FieldId::Ipv6TrafficClass)?;
            (octets[0].rotate_left(2), label(&octets[1..]))
        }
        1 => {
            let octets = reader.take(3, FieldId::Ipv6FlowLabel)?;
            (octets[0] >> 6, label(octets))
        }
        2 => {
            let octets = reader.take(1, FieldId::Ipv6TrafficClass)?;
            (octets[0].rotate_left(2), 0)
        }
        _ => (0, 0),
    })
}

const LINK_LOCAL: Context = Context {
    prefix: Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0),
    length: 64,
};

fn source(
    reader: &mut Reader<'_>,
    contexts: &ContextTable,
    sac: bool,
    sam: u8,
    sci: u8,
    encapsulating: Option<Iid>,
) -> Read<Ipv6Addr> {
    let id = FieldId::Ipv6Src;
    match (sac, sam) {
        (false, 0) => in_line(reader, id),
        (true, 0) => Ok(Ipv6Addr::UNSPECIFIED),
        (false, _) => {
            let iid = interface_identifier(reader, sam, encapsulating, id)?;
            Ok(combine(&LINK_LOCAL, iid))
        }
        (true, _) => {
            let iid = interface_identifier(reader, sam, encapsulating, id)?;
            Ok(combine(context(reader, contexts, sci)?, iid))
        }
    }
}

fn destination(
    reader: &mut Reader<'_>,
    contexts: &ContextTable,
    dac: bool,
    dam: u8,
    dci: u8,
    encapsulating: Option<Iid>,
) -> Read<Ipv6Addr> {
    let id = FieldId::Ipv6Dst;
    match (dac, dam) {
        (false, 0) => in_line(reader, id),
        (true, 0) => Err(reader.problem(0, ProblemKind::Reserved(FieldId::IphcDam))),
        (false, _) => {
            let iid = interface_identifier(reader, dam, encapsulating, id)?;
            Ok(combine(&LINK_LOCAL, iid))
        }
        (true, _) => {
            let iid = interface_identifier(reader, dam, encapsulating, id)?;
            Ok(combine(context(reader, contexts, dci)?, iid))
        }
    }
}

fn in_line(reader: &mut Reader<'_>, id: FieldId) -> Read<Ipv6Addr> {
    let mut octets = [0; 16];
    octets.copy_from_slice(reader.take(16, id)?);
    let address = Ipv6Addr::from_octets(octets);
    reader.note_value(id, 16, Value::Ipv6(address));
    Ok(address)
}

/// Modes 01, 10 and 11 of SAM and DAM. RFC 6282 3.1.1.
fn interface_identifier(
    reader: &mut Reader<'_>,
    mode: u8,
    encapsulating: Option<Iid>,
    id: FieldId,
) -> Read<Iid> {
    match mode {
        1 => {
            let mut iid = [0; 8];
            iid.copy_from_slice(reader.take(8, id)?);
            Ok(iid)
        }
        2 => {
            let octets = reader.take(2, id)?;
            Ok(iid::from_short(u16::from_be_bytes([octets[0], octets[1]])))
        }
        _ => encapsulating.ok_or_else(|| reader.problem(0, ProblemKind::Truncated(id))),
    }
}

fn context<'c>(reader: &Reader<'_>, contexts: &'c ContextTable, id: u8) -> Read<&'c Context> {
    contexts
        .get(id)
        .ok_or_else(|| reader.problem(0, ProblemKind::UnknownContext(id)))
}

/// Bits of the context always win, inside the IID, too; between its end and the
/// IID stand zeros. RFC 6282 3.1.1.
pub(crate) fn combine(context: &Context, iid: Iid) -> Ipv6Addr {
    let covered = match context.length {
        0 => 0,
        length => u128::MAX << (128 - u32::from(length.min(128))),
    };
    let low = u128::from(u64::from_be_bytes(iid));
    Ipv6Addr::from_bits(context.prefix.to_bits() & covered | low & !covered)
}

/// M=1. RFC 6282 3.1.1 and 3.2.4.
fn multicast(
    reader: &mut Reader<'_>,
    contexts: &ContextTable,
    dac: bool,
    dam: u8,
    dci: u8,
) -> Read<Ipv6Addr> {
    let id = FieldId::Ipv6Dst;
    let mut address = [0u8; 16];
    address[0] = 0xff;
    match (dac, dam) {
        (false, 0) => return in_line(reader, id),
        (false, 1) => {
            let octets = reader.take(6, id)?;
            address[1] = octets[0];
            address[11..].copy_from_slice(&octets[1..]);
        }
        (false, 2) => {
            let octets = reader.take(4, id)?;
            address[1] = octets[0];
            address[13..].copy_from_slice(&octets[1..]);
        }
        (false, _) => {
            address[1] = 0x02;
            address[15] = reader.take(1, id)?[0];
        }
        (true, 0) => {
            let octets = reader.take(6, id)?;
            let context = context(reader, contexts, dci)?;
            address[1] = octets[0];
            address[2] = octets[1];
            address[3] = context.length;
            // RFC 3306 holds 64 bits of prefix; a longer context is cut.
            address[4..12].copy_from_slice(&combine(context, [0; 8]).octets()[..8]);
            address[12..].copy_from_slice(&octets[2..]);
        }
        (true, _) => return Err(reader.problem(0, ProblemKind::Reserved(FieldId::IphcDam))),
    }
    Ok(Ipv6Addr::from_octets(address))
}
