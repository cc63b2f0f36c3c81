//! Headers behind IPv6 to LOWPAN_NHC, RFC 6282 4 and RFC 7400 3.

use super::body::Covered;
use super::iphc::{self, Ipv6Octets};
use super::rest::{Rest, append_bytecode};
use super::{CraftError, GhcCode, NhcSpec};
use crate::ghc::{Dictionary, STOP_CODE};
use crate::packet::{padding, protocol};

/// Octets of a UDP header.
const UDP_OCTETS: usize = 8;
/// An IPv6 header in NHC: EID 7, and NH, unused, is 0 (RFC 6282 4.2).
const IPV6: u8 = 0xee;
/// `11110CPP`, RFC 6282 4.3.3.
const UDP: u8 = 0xf0;
/// `11010CPP`, RFC 7400 3.1.
const GHC_UDP: u8 = 0xd0;
/// RFC 7400 3.1.
const GHC_ICMPV6: u8 = 0xdf;
/// `1011 0EEN`, RFC 7400 3.2.
const GHC_EXTENSION: u8 = 0xb0;

/// Appends the headers behind `header` that `steps` compress.
pub(super) fn append(
    steps: &[NhcSpec],
    packet: &[u8],
    header: &Ipv6Octets,
    covered: &mut Covered,
    psdu: &mut Vec<u8>,
) -> Result<(), CraftError> {
    let mut announced = header[6];
    for (position, step) in steps.iter().enumerate() {
        covered.nhc_at.get_or_insert(psdu.len());
        let nh = u8::from(position + 1 < steps.len());
        match step {
            NhcSpec::Extension { elide_padding } => {
                let extension = Extension::at(packet, covered.octets, announced)?;
                append_extension(&extension, *elide_padding, nh, psdu)?;
                announced = extension.octets[0];
                covered.octets += extension.octets.len();
            }
            NhcSpec::GhcExtension(code) => {
                let extension = Extension::at(packet, covered.octets, announced)?;
                append_ghc_extension(&extension, *code, &dictionary(header), nh, psdu)?;
                announced = extension.octets[0];
                covered.octets += extension.octets.len();
            }
            NhcSpec::Ipv6(spec) => {
                psdu.push(IPV6);
                // What follows a tunnelled header is its own `nhc`'s business.
                return iphc::append(spec, packet, covered, psdu);
            }
            NhcSpec::Udp { p, elide_checksum } => {
                append_udp(UDP, *p, *elide_checksum, packet, covered, psdu)?;
            }
            NhcSpec::GhcUdp {
                p,
                elide_checksum,
                code,
            } => {
                append_udp(GHC_UDP, *p, *elide_checksum, packet, covered, psdu)?;
                covered.rest = Rest::Ghc(*code, dictionary(header));
            }
            NhcSpec::GhcIcmpv6(code) => {
                psdu.push(GHC_ICMPV6);
                covered.rest = Rest::Ghc(*code, dictionary(header));
            }
            NhcSpec::Raw(octets) => psdu.extend_from_slice(octets),
        }
    }
    Ok(())
}

fn dictionary(header: &Ipv6Octets) -> Dictionary {
    let (src, dst) = iphc::addresses(header);
    Dictionary::new(src, dst)
}

/// An extension header of the packet.
struct Extension<'a> {
    /// Where it starts in the packet.
    at: usize,
    protocol: u8,
    octets: &'a [u8],
}

impl<'a> Extension<'a> {
    fn at(packet: &'a [u8], at: usize, protocol: u8) -> Result<Self, CraftError> {
        let rest = packet.get(at..).unwrap_or_default();
        let needed = match (protocol, rest.get(1)) {
            (protocol::FRAGMENT, _) | (_, None) => 8,
            (_, Some(&hdr_ext_len)) => (usize::from(hdr_ext_len) + 1) * 8,
        };
        let octets = rest.get(..needed).ok_or(CraftError::HeaderCutOff {
            header: "extension",
            at,
            needed,
            left: rest.len(),
        })?;
        Ok(Extension {
            at,
            protocol,
            octets,
        })
    }

    /// EID, RFC 6282 4.2.
    fn eid(&self) -> Result<u8, CraftError> {
        match self.protocol {
            protocol::HOP_BY_HOP => Ok(0),
            protocol::ROUTING => Ok(1),
            protocol::FRAGMENT => Ok(2),
            protocol::DESTINATION_OPTIONS => Ok(3),
            protocol::MOBILITY => Ok(4),
            _ => Err(self.none()),
        }
    }

    fn none(&self) -> CraftError {
        CraftError::NoExtension {
            protocol: self.protocol,
            at: self.at,
        }
    }

    fn has_options(&self) -> bool {
        matches!(
            self.protocol,
            protocol::HOP_BY_HOP | protocol::DESTINATION_OPTIONS
        )
    }
}

/// ```text
/// | 1 | 1 | 1 | 0 |    EID    |NH | [next header] length, octets behind the length
/// ```
fn append_extension(
    extension: &Extension<'_>,
    elide_padding: bool,
    nh: u8,
    psdu: &mut Vec<u8>,
) -> Result<(), CraftError> {
    psdu.push(0xe0 | extension.eid()? << 1 | nh);
    if nh == 0 {
        psdu.push(extension.octets[0]);
    }
    // A fragment header has a reserved octet where others have their length. It
    // stays, as Wireshark reads it; the texts leave it open.
    if extension.protocol == protocol::FRAGMENT {
        psdu.extend_from_slice(&extension.octets[1..]);
        return Ok(());
    }
    let mut octets = &extension.octets[2..];
    if elide_padding && extension.has_options() {
        octets = padding::without_trailing(octets);
    }
    let length = u8::try_from(octets.len()).map_err(|_| CraftError::ExtensionTooLong {
        at: extension.at,
        octets: octets.len(),
    })?;
    psdu.push(length);
    psdu.extend_from_slice(octets);
    Ok(())
}

/// ```text
/// | 1 | 0 | 1 | 1 | 0 |  EE   |NH | [next header] bytecode, stop code
/// ```
/// The length travels nowhere: the stop code ends the header.
fn append_ghc_extension(
    extension: &Extension<'_>,
    code: GhcCode,
    dictionary: &Dictionary,
    nh: u8,
    psdu: &mut Vec<u8>,
) -> Result<(), CraftError> {
    let eid = extension.eid()?;
    if eid > 3 {
        return Err(extension.none());
    }
    psdu.push(GHC_EXTENSION | eid << 1 | nh);
    if nh == 0 {
        psdu.push(extension.octets[0]);
    }
    append_bytecode(code, &extension.octets[2..], dictionary, psdu);
    psdu.push(STOP_CODE);
    Ok(())
}

/// ```text
/// | 1 | 1 | 1 | 1 | 0 | C |   P   | ports, [checksum]
/// ```
fn append_udp(
    nhc: u8,
    p: u8,
    elide_checksum: bool,
    packet: &[u8],
    covered: &mut Covered,
    psdu: &mut Vec<u8>,
) -> Result<(), CraftError> {
    let rest = packet.get(covered.octets..).unwrap_or_default();
    let udp: &[u8; UDP_OCTETS] = rest.first_chunk().ok_or(CraftError::HeaderCutOff {
        header: "udp",
        at: covered.octets,
        needed: UDP_OCTETS,
        left: rest.len(),
    })?;
    psdu.push(nhc | u8::from(elide_checksum) << 2 | (p & 3));
    match p & 3 {
        0 => psdu.extend_from_slice(&udp[0..4]),
        1 => psdu.extend_from_slice(&[udp[0], udp[1], udp[3]]),
        2 => psdu.extend_from_slice(&[udp[1], udp[2], udp[3]]),
        _ => psdu.push(udp[1] << 4 | udp[3] & 0x0f),
    }
    if !elide_checksum {
        psdu.extend_from_slice(&udp[6..8]);
    }
    covered.octets += UDP_OCTETS;
    Ok(())
}
