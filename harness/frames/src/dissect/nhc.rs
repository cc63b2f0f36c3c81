//! LOWPAN_NHC to the headers behind IPv6. RFC 6282 4 and RFC 7400 3.

use std::net::Ipv6Addr;

use super::nhc_extension::{extension, ghc_extension};
use super::reader::{Read, Reader};
use super::restoring::{Encapsulation, Restoring};
use super::{ProblemKind, iphc};
use crate::field::{FieldId, Value};
use crate::ghc::{self, Dictionary};
use crate::iid;
use crate::packet::protocol;

/// A chain of extension headers is followed so far; each takes two octets on air.
const LONGEST_CHAIN: usize = 16;

/// Reads NHC headers until one ends the chain. `next_header_at` is the octet of
/// the packet that the first one fills with its own protocol number; `addresses`
/// are those of the IPv6 header before it.
pub(super) fn chain(
    reader: &mut Reader<'_>,
    restoring: &mut Restoring<'_>,
    mut next_header_at: usize,
    addresses: (Ipv6Addr, Ipv6Addr),
) -> Read<()> {
    let mut next_header_field = FieldId::Ipv6NextHeader;
    for _ in 0..LONGEST_CHAIN {
        let nhc = reader.octet(FieldId::NhcExtensionEid)?;
        let Some(protocol) = protocol_of(nhc) else {
            return Err(reader.problem(1, ProblemKind::Reserved(FieldId::NhcExtensionEid)));
        };
        if let Some(octet) = restoring.octets.get_mut(next_header_at) {
            *octet = protocol;
        }
        reader.note_elided(next_header_field, Value::Uint(u64::from(protocol)));
        next_header_at = restoring.octets.len();
        next_header_field = FieldId::ExtensionNextHeader;
        let goes_on = match nhc {
            0xb0..=0xb7 => ghc_extension(reader, restoring, nhc, addresses)?,
            0xe0..=0xe9 => extension(reader, restoring, nhc)?,
            0xee | 0xef => return tunnel(reader, restoring, nhc, addresses),
            0xd0..=0xd7 => {
                udp(reader, restoring, nhc)?;
                return ghc_rest(reader, restoring, addresses);
            }
            0xf0..=0xf7 => return udp(reader, restoring, nhc),
            _ => {
                reader.note(FieldId::NhcGhc, 1, u64::from(nhc));
                return ghc_rest(reader, restoring, addresses);
            }
        };
        if !goes_on {
            return Ok(());
        }
    }
    Err(reader.problem(0, ProblemKind::TooMuch))
}

/// What an NHC octet puts into the next header field before it.
///
/// ```text
/// |1 1 1 0| EID |NH|   extension headers and IPv6, RFC 6282 4.2
/// |1 1 1 1 0|C| P  |   UDP, RFC 6282 4.3.3
/// |1 0 1 1| EID |NH|   extension headers, RFC 7400 3.2, EID 0 to 3
/// |1 1 0 1 0|C| P  |   UDP, RFC 7400 3.1
/// |1 1 0 1 1 1 1 1 |   ICMPv6, RFC 7400 3.1
/// ```
fn protocol_of(nhc: u8) -> Option<u8> {
    match nhc {
        0xe0 | 0xe1 | 0xb0 | 0xb1 => Some(protocol::HOP_BY_HOP),
        0xe2 | 0xe3 | 0xb2 | 0xb3 => Some(protocol::ROUTING),
        0xe4 | 0xe5 | 0xb4 | 0xb5 => Some(protocol::FRAGMENT),
        0xe6 | 0xe7 | 0xb6 | 0xb7 => Some(protocol::DESTINATION_OPTIONS),
        0xe8 | 0xe9 => Some(protocol::MOBILITY),
        0xee | 0xef => Some(protocol::IPV6),
        0xf0..=0xf7 | 0xd0..=0xd7 => Some(protocol::UDP),
        0xdf => Some(protocol::ICMPV6),
        _ => None,
    }
}

/// Its elided IIDs come from the outer IPv6 header, as they are. RFC 6282 3.2.2.
fn tunnel(
    reader: &mut Reader<'_>,
    restoring: &mut Restoring<'_>,
    nhc: u8,
    (src, dst): (Ipv6Addr, Ipv6Addr),
) -> Read<()> {
    reader.note(FieldId::NhcExtensionEid, 1, 7);
    reader.note(FieldId::NhcExtensionNh, 1, u64::from(nhc & 1));
    if nhc & 1 != 0 {
        // Unused, and "MUST be set to zero"; what to do if it is not, is open.
        reader.remark(1, ProblemKind::Reserved(FieldId::NhcExtensionNh));
    }
    let encapsulation = Encapsulation {
        src: Some(iid::of(src)),
        dst: Some(iid::of(dst)),
    };
    iphc::header(reader, restoring, encapsulation)
}

/// ```text
/// |...| C | P | ports, [checksum]
/// ```
/// RFC 6282 4.3.3. The length is filled in at the end, from the frame or datagram_size.
fn udp(reader: &mut Reader<'_>, restoring: &mut Restoring<'_>, nhc: u8) -> Read<()> {
    let (elided, p) = (nhc & 4 != 0, nhc & 3);
    if nhc < 0xf0 {
        reader.note(FieldId::NhcGhc, 1, u64::from(nhc));
    }
    reader.note(FieldId::NhcUdpC, 1, u64::from(elided));
    reader.note(FieldId::NhcUdpP, 1, u64::from(p));
    let (src_port, dst_port) = match p {
        3 => {
            let octet = reader.octet(FieldId::UdpSrcPort)?;
            let port = |nibble: u8| 0xf0b0 | u16::from(nibble);
            let ports = (port(octet >> 4), port(octet & 0x0f));
            reader.note(FieldId::UdpSrcPort, 1, u64::from(ports.0));
            reader.note(FieldId::UdpDstPort, 1, u64::from(ports.1));
            ports
        }
        _ => (
            port(reader, FieldId::UdpSrcPort, p == 2)?,
            port(reader, FieldId::UdpDstPort, p == 1)?,
        ),
    };
    let checksum = match elided {
        true => 0,
        false => reader.u16(FieldId::UdpChecksum)?,
    };
    restoring.starts_udp(elided);
    for value in [src_port, dst_port, 0, checksum] {
        restoring.octets.extend_from_slice(&value.to_be_bytes());
    }
    Ok(())
}

/// Sixteen bits, or the lower eight of `f0XX`.
fn port(reader: &mut Reader<'_>, id: FieldId, short: bool) -> Read<u16> {
    if !short {
        return reader.u16(id);
    }
    let port = 0xf000 | u16::from(reader.octet(id)?);
    reader.note(id, 1, u64::from(port));
    Ok(port)
}

/// A payload in GHC bytecode reaches to the end of the frame. RFC 7400 3.1.
fn ghc_rest(
    reader: &mut Reader<'_>,
    restoring: &mut Restoring<'_>,
    (src, dst): (Ipv6Addr, Ipv6Addr),
) -> Read<()> {
    let bytecode = reader.take_rest();
    reader.note_value(
        FieldId::NhcGhcBytecode,
        bytecode.len(),
        Value::Bytes(bytecode.to_vec()),
    );
    match ghc::decode(bytecode, &Dictionary::new(src, dst), restoring.room()) {
        // A stop code ends extension headers only; behind a payload it is undefined.
        Ok(decoded) if !decoded.stopped => {
            restoring.octets.extend_from_slice(&decoded.octets);
            Ok(())
        }
        _ => Err(reader.problem(
            bytecode.len(),
            ProblemKind::Reserved(FieldId::NhcGhcBytecode),
        )),
    }
}
