//! From a link's header through IP and UDP to a datagram for ZEP.

use std::ops::Range;

use super::container::Endian;
use super::zep;

/// What stands in front of the IP packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Under {
    /// Nothing.
    Nothing,
    /// Four octets: an address family in the byte order of some machine.
    Loopback,
    /// Two addresses, VLAN tags, a type.
    Ethernet,
    /// The cooked header of 16 octets, LINKTYPE_LINUX_SLL.
    Cooked,
    /// The cooked header of 20 octets, LINKTYPE_LINUX_SLL2.
    Cooked2,
}

const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86dd;
/// 802.1Q, 802.1ad, and what was used before it.
const VLAN_TAGS: [u16; 3] = [0x8100, 0x88a8, 0x9100];
const UDP: u8 = 17;
/// Extension headers whose second octet counts 8 octets beyond the first 8:
/// hop-by-hop options, routing, destination options.
const EXTENSIONS: [u8; 3] = [0, 43, 60];
/// More of them than any packet has.
const MOST_EXTENSIONS: usize = 8;

/// The payload of the UDP datagram to or from ZEP's port that a packet holds whole.
pub(super) fn datagram(under: Under, packet: &[u8]) -> Option<Range<usize>> {
    let ip = beginning(under, packet)?;
    let (udp, end) = match packet.get(ip)? >> 4 {
        4 => ipv4(packet, ip)?,
        6 => ipv6(packet, ip)?,
        _ => return None,
    };
    let header = packet.get(udp..udp + 8)?;
    let port = |at| Endian::Big.u16(header, at) == zep::PORT;
    let length = usize::from(Endian::Big.u16(header, 4));
    let payload = udp + 8..udp + length;
    let holds = length >= 8 && payload.end <= end && end <= packet.len();
    (holds && (port(0) || port(2))).then_some(payload)
}

/// Where the IP packet begins.
fn beginning(under: Under, packet: &[u8]) -> Option<usize> {
    let ether_type = |at| {
        packet
            .get(at..at + 2)
            .map(|octets| Endian::Big.u16(octets, 0))
    };
    let (type_at, mut begin) = match under {
        Under::Nothing => return Some(0),
        Under::Loopback => return Some(4),
        Under::Ethernet => (12, 14),
        Under::Cooked => (14, 16),
        Under::Cooked2 => (0, 20),
    };
    let mut kind = ether_type(type_at)?;
    while VLAN_TAGS.contains(&kind) && begin < 14 + 4 * 4 {
        kind = ether_type(begin + 2)?;
        begin += 4;
    }
    matches!(kind, IPV4 | IPV6).then_some(begin)
}

/// Where UDP begins and the packet ends; none for a fragment.
fn ipv4(packet: &[u8], ip: usize) -> Option<(usize, usize)> {
    let header = packet.get(ip..ip + 20)?;
    let header_octets = usize::from(header[0] & 0x0f) * 4;
    let fragment = Endian::Big.u16(header, 6) & 0x3fff != 0;
    let end = ip + usize::from(Endian::Big.u16(header, 2));
    (header[9] == UDP && header_octets >= 20 && !fragment).then_some((ip + header_octets, end))
}

/// Where UDP begins and the packet ends; none for a fragment.
fn ipv6(packet: &[u8], ip: usize) -> Option<(usize, usize)> {
    let header = packet.get(ip..ip + 40)?;
    let end = ip + 40 + usize::from(Endian::Big.u16(header, 4));
    let (mut next, mut at) = (header[6], ip + 40);
    for _ in 0..MOST_EXTENSIONS {
        if !EXTENSIONS.contains(&next) {
            break;
        }
        let extension = packet.get(at..at + 2)?;
        next = extension[0];
        at += 8 * (usize::from(extension[1]) + 1);
    }
    (next == UDP).then_some((at, end))
}
