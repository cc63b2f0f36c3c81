//! LOWPAN_NHC to the headers behind IPv6. RFC 6282 4 and RFC 7400 3.

use std::net::Ipv6Addr;

use super::ProblemKind;
use super::iphc::{self, Encapsulation, Restoring};
use super::reader::{Read, Reader};
use crate::field::FieldId;
use crate::ghc::{self, Dictionary};
use crate::packet::{IPV6_MINIMUM_MTU, protocol};

/// A chain of extension headers is followed so far; each takes two octets on air.
const LONGEST_CHAIN: usize = 16;
/// Room for what GHC may grow to: datagram_size holds 11 bits.
const LARGEST_DATAGRAM: usize = 2047;

/// Reads NHC headers until one ends the chain. `next_header_at` is the octet
/// that each one fills with its own protocol number.
pub(super) fn chain(
    reader: &mut Reader<'_>,
    restoring: &mut Restoring<'_>,
    mut next_header_at: usize,
    encapsulation: Encapsulation,
    src: Ipv6Addr,
    dst: Ipv6Addr,
) -> Read<()> {
    let ghc_addresses = (src, dst);
    for _ in 0..LONGEST_CHAIN {
        let nhc = reader.octet(FieldId::NhcExtensionEid)?;
        let at = restoring.octets.len();
        match nhc {
            // |1 1 1 0| EID |NH|
            0xee => {
                reader.note(FieldId::NhcExtensionEid, 1, 7);
                restoring.octets[next_header_at] = protocol::IPV6;
                return iphc::header(reader, restoring, encapsulation);
            }
            0xe0..=0xe9 => {
                restoring.octets[next_header_at] = extension_protocol(nhc >> 1 & 7);
                if !extension(reader, restoring, nhc)? {
                    return Ok(());
                }
                next_header_at = at;
            }
            0xb0..=0xb7 => {
                restoring.octets[next_header_at] = ghc_extension_protocol(nhc >> 1 & 3);
                if !ghc_extension(reader, restoring, nhc, ghc_addresses)? {
                    return Ok(());
                }
                next_header_at = at;
            }
            // |1 1 1 1 0|C| P |
            0xf0..=0xf7 => {
                restoring.octets[next_header_at] = protocol::UDP;
                return udp(reader, restoring, nhc);
            }
            // |1 1 0 1 0|C| P |, RFC 7400 3.1
            0xd0..=0xd7 => {
                restoring.octets[next_header_at] = protocol::UDP;
                udp(reader, restoring, nhc)?;
                return ghc_rest(reader, restoring, ghc_addresses);
            }
            0xdf => {
                reader.note(FieldId::NhcGhc, 1, u64::from(nhc));
                restoring.octets[next_header_at] = protocol::ICMPV6;
                return ghc_rest(reader, restoring, ghc_addresses);
            }
            _ => return Err(reader.problem(1, ProblemKind::Reserved(FieldId::NhcExtensionEid))),
        }
    }
    Err(reader.problem(0, ProblemKind::TooMuch))
}

/// RFC 6282 4.2.
fn extension_protocol(eid: u8) -> u8 {
    match eid {
        0 => protocol::HOP_BY_HOP,
        1 => protocol::ROUTING,
        2 => protocol::FRAGMENT,
        3 => protocol::DESTINATION_OPTIONS,
        _ => protocol::MOBILITY,
    }
}

/// `10110 EE N`, with EE as the low bits of RFC 6282's EID. RFC 7400 3.2.
fn ghc_extension_protocol(eid: u8) -> u8 {
    match eid {
        0 => protocol::HOP_BY_HOP,
        1 => protocol::ROUTING,
        2 => protocol::FRAGMENT,
        _ => protocol::DESTINATION_OPTIONS,
    }
}

/// `|1 1 1 0| EID |NH| [next header] length octets…`; true if NHC goes on.
///
/// The length counts the octets behind itself, not units of eight.
fn extension(reader: &mut Reader<'_>, restoring: &mut Restoring<'_>, nhc: u8) -> Read<bool> {
    let eid = nhc >> 1 & 7;
    let goes_on = nhc & 1 != 0;
    reader.note(FieldId::NhcExtensionEid, 1, u64::from(eid));
    reader.note(FieldId::NhcExtensionNh, 1, u64::from(nhc & 1));
    let next_header = match goes_on {
        true => 0,
        false => reader.u8(FieldId::ExtensionNextHeader)?,
    };
    if extension_protocol(eid) == protocol::FRAGMENT {
        // The reserved octet stands where the length would: the texts do not say which it is.
        // This reading keeps the octet, as Wireshark does.
        let octets = reader.take(7, FieldId::NhcExtensionLength)?;
        restoring.octets.push(next_header);
        restoring.octets.extend_from_slice(octets);
        return Ok(goes_on);
    }
    let length = reader.u8(FieldId::NhcExtensionLength)?;
    let octets = reader.take(usize::from(length), FieldId::ExtensionOctets)?;
    restore_extension(reader, restoring, next_header, octets, matches!(eid, 0 | 3))?;
    Ok(goes_on)
}

/// Writes an extension header. Only an options header may be padded by the
/// decoder: with Pad1, or with PadN of up to 7 octets. RFC 6282 4.2.
fn restore_extension(
    reader: &Reader<'_>,
    restoring: &mut Restoring<'_>,
    next_header: u8,
    octets: &[u8],
    has_options: bool,
) -> Read<()> {
    let missing = (8 - (octets.len() + 2) % 8) % 8;
    if missing > 0 && !has_options {
        return Err(reader.problem(
            octets.len(),
            ProblemKind::WrongLength(FieldId::NhcExtensionLength),
        ));
    }
    let units = (octets.len() + 2 + missing) / 8;
    let Some(length) = units.checked_sub(1).and_then(|n| u8::try_from(n).ok()) else {
        return Err(reader.problem(
            octets.len(),
            ProblemKind::WrongLength(FieldId::NhcExtensionLength),
        ));
    };
    restoring.octets.extend_from_slice(&[next_header, length]);
    restoring.octets.extend_from_slice(octets);
    match missing {
        0 => {}
        1 => restoring.octets.push(0),
        _ => {
            restoring.octets.extend_from_slice(&[1, missing as u8 - 2]);
            let end = restoring.octets.len() + missing - 2;
            restoring.octets.resize(end, 0);
        }
    }
    Ok(())
}

/// RFC 6282 4.3.3. The length is filled in at the end, from the frame or datagram_size.
fn udp(reader: &mut Reader<'_>, restoring: &mut Restoring<'_>, nhc: u8) -> Read<()> {
    let (elided, p) = (nhc & 4 != 0, nhc & 3);
    reader.note(FieldId::NhcUdpC, 1, u64::from(elided));
    reader.note(FieldId::NhcUdpP, 1, u64::from(p));
    let (src_port, dst_port) = match p {
        0 => (
            reader.u16(FieldId::UdpSrcPort)?,
            reader.u16(FieldId::UdpDstPort)?,
        ),
        1 => {
            let src_port = reader.u16(FieldId::UdpSrcPort)?;
            (
                src_port,
                0xf000 | u16::from(reader.octet(FieldId::UdpDstPort)?),
            )
        }
        2 => {
            let src_port = 0xf000 | u16::from(reader.octet(FieldId::UdpSrcPort)?);
            (src_port, reader.u16(FieldId::UdpDstPort)?)
        }
        _ => {
            let octet = reader.octet(FieldId::UdpSrcPort)?;
            (
                0xf0b0 | u16::from(octet >> 4),
                0xf0b0 | u16::from(octet & 0x0f),
            )
        }
    };
    let checksum = match elided {
        true => 0,
        false => reader.u16(FieldId::UdpChecksum)?,
    };
    restoring.udp = Some(restoring.octets.len());
    restoring.checksum_elided = elided;
    for value in [src_port, dst_port, 0, checksum] {
        restoring.octets.extend_from_slice(&value.to_be_bytes());
    }
    Ok(())
}

/// A payload in GHC bytecode reaches to the end of the frame. RFC 7400 3.1.
fn ghc_rest(
    reader: &mut Reader<'_>,
    restoring: &mut Restoring<'_>,
    (src, dst): (Ipv6Addr, Ipv6Addr),
) -> Read<()> {
    let bytecode = reader.take_rest();
    match ghc::decode(bytecode, &Dictionary::new(src, dst), LARGEST_DATAGRAM) {
        Ok(decoded) => {
            restoring.octets.extend_from_slice(&decoded.octets);
            Ok(())
        }
        Err(_) => Err(reader.problem(bytecode.len(), ProblemKind::Reserved(FieldId::NhcGhc))),
    }
}

/// `|1 0 1 1 0| EE |N| [next header] bytecode`, ended by its stop code. RFC 7400 3.2.
fn ghc_extension(
    reader: &mut Reader<'_>,
    restoring: &mut Restoring<'_>,
    nhc: u8,
    (src, dst): (Ipv6Addr, Ipv6Addr),
) -> Read<bool> {
    let goes_on = nhc & 1 != 0;
    reader.note(FieldId::NhcGhc, 1, u64::from(nhc));
    let next_header = match goes_on {
        true => 0,
        false => reader.u8(FieldId::ExtensionNextHeader)?,
    };
    let decoded = ghc::decode(reader.rest(), &Dictionary::new(src, dst), IPV6_MINIMUM_MTU);
    match decoded {
        Ok(decoded) if decoded.stopped => {
            reader.take(decoded.consumed, FieldId::NhcGhc)?;
            let protocol = ghc_extension_protocol(nhc >> 1 & 3);
            let has_options = matches!(
                protocol,
                protocol::HOP_BY_HOP | protocol::DESTINATION_OPTIONS
            );
            restore_extension(reader, restoring, next_header, &decoded.octets, has_options)?;
            Ok(goes_on)
        }
        _ => Err(reader.problem(1, ProblemKind::Reserved(FieldId::NhcGhc))),
    }
}
