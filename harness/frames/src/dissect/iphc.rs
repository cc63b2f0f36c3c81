//! LOWPAN_IPHC to an IPv6 header. RFC 6282 3.

use std::net::Ipv6Addr;

use super::reader::{Read, Reader};
use super::restoring::{Encapsulation, Restoring};
use super::{Dissection, ProblemKind, multicast, nhc};
use crate::context::{Context, ContextTable};
use crate::field::{FieldId, Value};
use crate::iid::{self, Iid};

/// Where in an IPv6 header the next header octet stands.
const NEXT_HEADER_AT: usize = 6;

/// Reads IPHC and everything behind it; the packet goes to `out`.
pub(super) fn read(
    reader: &mut Reader<'_>,
    contexts: &ContextTable,
    encapsulation: Encapsulation,
    out: &mut Dissection,
) -> Read<()> {
    let mut restoring = Restoring::new(contexts);
    header(reader, &mut restoring, encapsulation)?;
    let rest = reader.take_rest();
    restoring.octets.extend_from_slice(rest);
    restoring.finish(reader, out);
    Ok(())
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
    if !restoring.starts_header() {
        return Err(reader.problem(0, ProblemKind::TooMuch));
    }
    let [first, second] = reader.array(FieldId::IphcTf)?;
    if first & 0xe0 != 0x60 {
        // Behind 0xEE only IPHC may follow. RFC 6282 4.2.
        return Err(reader.problem(2, ProblemKind::Reserved(FieldId::IphcTf)));
    }
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
    let (sci, dci) = match cid {
        true => context_identifiers(reader)?,
        // Without the octet context 0 applies.
        false => (0, 0),
    };
    let (traffic_class, flow_label) = traffic_class_and_flow_label(reader, tf)?;
    let next_header = match nh {
        true => 0,
        false => reader.u8(FieldId::Ipv6NextHeader)?,
    };
    let hop_limit = hop_limit(reader, hlim)?;
    let contexts = restoring.contexts;
    let src = match (sac, sam) {
        (true, 0) => {
            let address = Ipv6Addr::UNSPECIFIED;
            reader.note_elided(FieldId::Ipv6Src, Value::Ipv6(address));
            address
        }
        _ => unicast(reader, FieldId::Ipv6Src, sam, encapsulation.src, |reader| {
            base(reader, contexts, sac, sci)
        })?,
    };
    let dst = match (m, dac, dam) {
        (true, _, _) => multicast::read(reader, contexts, dac, dam, dci)?,
        (_, true, 0) => return Err(reader.problem(0, ProblemKind::Reserved(FieldId::IphcDam))),
        _ => unicast(reader, FieldId::Ipv6Dst, dam, encapsulation.dst, |reader| {
            base(reader, contexts, dac, dci)
        })?,
    };
    let start = restoring.octets.len();
    let word = 6 << 28 | u32::from(traffic_class) << 20 | flow_label;
    restoring.octets.extend_from_slice(&word.to_be_bytes());
    restoring
        .octets
        .extend_from_slice(&[0, 0, next_header, hop_limit]);
    restoring.octets.extend_from_slice(&src.octets());
    restoring.octets.extend_from_slice(&dst.octets());
    match nh {
        true => nhc::chain(reader, restoring, start + NEXT_HEADER_AT, (src, dst)),
        false => Ok(()),
    }
}

/// `| SCI | DCI |`: stands before every in-line field, and is there even where
/// no address uses it. RFC 6282 3.1.2.
fn context_identifiers(reader: &mut Reader<'_>) -> Read<(u8, u8)> {
    let octet = reader.octet(FieldId::IphcSci)?;
    let (sci, dci) = (octet >> 4, octet & 0x0f);
    reader.note(FieldId::IphcSci, 1, u64::from(sci));
    reader.note(FieldId::IphcDci, 1, u64::from(dci));
    Ok((sci, dci))
}

/// ```text
/// TF=00 |ECN|   DSCP    |  rsv  |        flow label         |
/// TF=01 |ECN|rsv|            flow label                     |
/// TF=10 |ECN|   DSCP    |
/// ```
/// ECN comes first, unlike in the IPv6 header. RFC 6282 3.2.1.
fn traffic_class_and_flow_label(reader: &mut Reader<'_>, tf: u8) -> Read<(u8, u32)> {
    let (class_id, label_id) = (FieldId::Ipv6TrafficClass, FieldId::Ipv6FlowLabel);
    let traffic_class = match tf {
        0 | 2 => {
            let traffic_class = reader.octet(class_id)?.rotate_left(2);
            reader.note(class_id, 1, u64::from(traffic_class));
            traffic_class
        }
        1 => reader.peek().unwrap_or_default() >> 6,
        _ => 0,
    };
    if tf > 1 {
        if tf == 3 {
            reader.note_elided(class_id, Value::Uint(0));
        }
        reader.note_elided(label_id, Value::Uint(0));
        return Ok((traffic_class, 0));
    }
    let [first, high, low] = reader.array(label_id)?;
    let flow_label = u32::from_be_bytes([0, first & 0x0f, high, low]);
    let rsv = match tf {
        0 => first >> 4,
        _ => {
            reader.note(class_id, 3, u64::from(traffic_class));
            first >> 4 & 3
        }
    };
    reader.note(FieldId::IphcRsv, 3, u64::from(rsv));
    reader.note(label_id, 3, u64::from(flow_label));
    Ok((traffic_class, flow_label))
}

fn hop_limit(reader: &mut Reader<'_>, hlim: u8) -> Read<u8> {
    let hop_limit = match hlim {
        0 => return reader.u8(FieldId::Ipv6HopLimit),
        1 => 1,
        2 => 64,
        _ => 255,
    };
    reader.note_elided(FieldId::Ipv6HopLimit, Value::Uint(u64::from(hop_limit)));
    Ok(hop_limit)
}

/// What the bits that do not travel are taken from: fe80::/64 or a context.
fn base(
    reader: &Reader<'_>,
    contexts: &ContextTable,
    stateful: bool,
    identifier: u8,
) -> Read<Context> {
    match stateful {
        true => context(reader, contexts, identifier).copied(),
        false => Ok(Context::LINK_LOCAL),
    }
}

/// The modes of SAM, and of DAM with M=0. RFC 6282 3.1.1.
fn unicast(
    reader: &mut Reader<'_>,
    id: FieldId,
    mode: u8,
    encapsulating: Option<Iid>,
    base: impl FnOnce(&Reader<'_>) -> Read<Context>,
) -> Read<Ipv6Addr> {
    let (iid, octets_in_line) = match mode {
        0 => return in_line(reader, id),
        1 => (reader.array::<8>(id)?, 8),
        2 => (iid::from_short(u16::from_be_bytes(reader.array(id)?)), 2),
        _ => match encapsulating {
            Some(iid) => (iid, 0),
            None => return Err(reader.problem(0, ProblemKind::NotElidable(id))),
        },
    };
    let address = base(reader)?.with_iid(iid);
    reader.note_value(id, octets_in_line, Value::Ipv6(address));
    Ok(address)
}

pub(super) fn in_line(reader: &mut Reader<'_>, id: FieldId) -> Read<Ipv6Addr> {
    let address = Ipv6Addr::from_octets(reader.array(id)?);
    reader.note_value(id, 16, Value::Ipv6(address));
    Ok(address)
}

pub(super) fn context<'c>(
    reader: &Reader<'_>,
    contexts: &'c ContextTable,
    identifier: u8,
) -> Read<&'c Context> {
    contexts
        .get(identifier)
        .ok_or_else(|| reader.problem(0, ProblemKind::UnknownContext(identifier)))
}
