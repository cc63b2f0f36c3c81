//! An IPv6 header to LOWPAN_IPHC, RFC 6282 3, bit by bit as told.

use std::net::Ipv6Addr;

use super::body::Covered;
use super::{CraftError, IphcSpec, nhc};
use crate::packet::IPV6_HEADER_OCTETS;

/// The header that is being compressed.
pub(super) type Ipv6Octets = [u8; IPV6_HEADER_OCTETS];

impl IphcSpec {
    /// The two octets of the base format, RFC 6282 3.1.1.
    ///
    /// ```text
    ///   0                                       1
    ///   0   1   2   3   4   5   6   7   8   9   0   1   2   3   4   5
    /// +---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+
    /// | 0 | 1 | 1 |  TF   |NH | HLIM  |CID|SAC|  SAM  | M |DAC|  DAM  |
    /// +---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+
    /// ```
    pub fn base(&self) -> [u8; 2] {
        let nh = u8::from(!self.nhc.is_empty());
        [
            0x60 | (self.tf & 3) << 3 | nh << 2 | (self.hlim & 3),
            u8::from(self.cid.is_some()) << 7
                | u8::from(self.sac) << 6
                | (self.sam & 3) << 4
                | u8::from(self.m) << 3
                | u8::from(self.dac) << 2
                | (self.dam & 3),
        ]
    }
}

/// Appends IPHC for the IPv6 header at `covered.octets`, and NHC for what follows it.
pub(super) fn append(
    spec: &IphcSpec,
    packet: &[u8],
    covered: &mut Covered,
    psdu: &mut Vec<u8>,
) -> Result<(), CraftError> {
    let rest = packet.get(covered.octets..).unwrap_or_default();
    let header: &Ipv6Octets = rest
        .first_chunk()
        .ok_or(CraftError::NoIpv6Header { octets: rest.len() })?;
    psdu.extend_from_slice(&spec.base());
    psdu.extend(spec.cid);
    append_traffic_class_and_flow_label(spec, header, psdu);
    if spec.nhc.is_empty() {
        psdu.push(header[6]);
    }
    if spec.hlim & 3 == 0 {
        psdu.push(header[7]);
    }
    append_source(spec, header, psdu);
    match spec.m {
        true => append_multicast(spec, header, psdu),
        false => append_destination(spec, header, psdu),
    }
    covered.octets += IPV6_HEADER_OCTETS;
    nhc::append(&spec.nhc, packet, header, covered, psdu)
}

/// ```text
/// TF=00 |ECN|   DSCP    |  rsv  |        flow label         |
/// TF=01 |ECN|rsv|            flow label                     |
/// TF=10 |ECN|   DSCP    |
/// ```
/// RFC 6282 3.2.1: ECN comes first, unlike in the IPv6 header.
fn append_traffic_class_and_flow_label(spec: &IphcSpec, header: &Ipv6Octets, psdu: &mut Vec<u8>) {
    let traffic_class = (header[0] << 4 | header[1] >> 4).rotate_right(2);
    let label = [header[1] & 0x0f, header[2], header[3]];
    let (pad_4, pad_2) = match spec.pad_ones {
        true => (0xf0, 0x30),
        false => (0, 0),
    };
    match spec.tf & 3 {
        0 => psdu.extend_from_slice(&[traffic_class, pad_4 | label[0], label[1], label[2]]),
        1 => psdu.extend_from_slice(&[traffic_class & 0xc0 | pad_2 | label[0], label[1], label[2]]),
        2 => psdu.push(traffic_class),
        _ => {}
    }
}

fn append_source(spec: &IphcSpec, header: &Ipv6Octets, psdu: &mut Vec<u8>) {
    match (spec.sac, spec.sam & 3) {
        (false, 0) => psdu.extend_from_slice(&header[8..24]),
        (_, 1) => psdu.extend_from_slice(&header[16..24]),
        (_, 2) => psdu.extend_from_slice(&header[22..24]),
        // SAC=1 with SAM=00 is `::`.
        _ => {}
    }
}

/// M=0. DAC=1 with DAM=00 is reserved: here 128 bits follow it, as with DAC=0.
fn append_destination(spec: &IphcSpec, header: &Ipv6Octets, psdu: &mut Vec<u8>) {
    match spec.dam & 3 {
        0 => psdu.extend_from_slice(&header[24..40]),
        1 => psdu.extend_from_slice(&header[32..40]),
        2 => psdu.extend_from_slice(&header[38..40]),
        _ => {}
    }
}

/// M=1. DAC=1 with DAM other than 00 is reserved: here the octets of DAM=00 follow it.
fn append_multicast(spec: &IphcSpec, header: &Ipv6Octets, psdu: &mut Vec<u8>) {
    match (spec.dac, spec.dam & 3) {
        (false, 0) => psdu.extend_from_slice(&header[24..40]),
        (false, 1) => {
            psdu.push(header[25]);
            psdu.extend_from_slice(&header[35..40]);
        }
        (false, 2) => {
            psdu.push(header[25]);
            psdu.extend_from_slice(&header[37..40]);
        }
        (false, _) => psdu.push(header[39]),
        // Flags and scope, RIID, group; length and prefix come from the context.
        (true, _) => {
            psdu.extend_from_slice(&header[25..27]);
            psdu.extend_from_slice(&header[36..40]);
        }
    }
}

/// Source and destination of an IPv6 header.
pub(super) fn addresses(header: &Ipv6Octets) -> (Ipv6Addr, Ipv6Addr) {
    let address = |at: usize| {
        let mut octets = [0; 16];
        octets.copy_from_slice(&header[at..at + 16]);
        Ipv6Addr::from_octets(octets)
    };
    (address(8), address(24))
}
