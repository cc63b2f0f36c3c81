//! What carries the packet: 0x41, IPHC, or nothing.

use super::rest::Rest;
use super::{Body, CraftError, iphc};

/// Dispatch of an uncompressed IPv6 header, RFC 4944 5.1.
const IPV6: u8 = 0x41;

/// What the octets written so far stand for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Covered {
    /// Octets of the packet, from its first.
    pub octets: usize,
    /// Where the first NHC octet was written.
    pub nhc_at: Option<usize>,
    /// How the octets behind them travel.
    pub rest: Rest,
}

/// Appends dispatch and compressed headers.
pub(super) fn append(
    body: &Body,
    packet: &[u8],
    psdu: &mut Vec<u8>,
) -> Result<Covered, CraftError> {
    let mut covered = Covered {
        octets: 0,
        nhc_at: None,
        rest: Rest::AsIs,
    };
    match body {
        Body::Ipv6 => psdu.push(IPV6),
        Body::Bare => {}
        Body::Raw(octets) => {
            psdu.extend_from_slice(octets);
            covered.octets = packet.len();
        }
        Body::Iphc(spec) => iphc::append(spec, packet, &mut covered, psdu)?,
    }
    Ok(covered)
}

/// A packet, or its beginning, from the dispatch on.
pub(super) struct Compressed {
    /// The octets on air.
    pub octets: Vec<u8>,
    /// Where in them the first NHC octet stands.
    pub nhc_at: Option<usize>,
}

impl Compressed {
    pub(super) fn of(body: &Body, packet: &[u8]) -> Result<Self, CraftError> {
        let mut octets = Vec::with_capacity(packet.len() + 1);
        let covered = append(body, packet, &mut octets)?;
        let rest = packet.get(covered.octets..).unwrap_or_default();
        covered.rest.append(rest, &mut octets);
        Ok(Compressed {
            octets,
            nhc_at: covered.nhc_at,
        })
    }
}
