//! The fewest octets for the headers of a packet.

use std::net::Ipv6Addr;

use super::address::Sources;
use super::{Feature, FeatureSet, RecompressOptions};
use crate::craft::{GhcCode, IphcSpec, NhcSpec};
use crate::ghc::{self, Dictionary};
use crate::iid::{self, Iid};
use crate::packet::{IPV6_HEADER_OCTETS, padding, protocol, upper_layer_checksum};

/// Tunnels this deep are followed.
const DEEPEST_TUNNEL: usize = 4;
/// A chain of extension headers is followed so far.
const LONGEST_CHAIN: usize = 16;
/// Longest extension header that NHC can say. RFC 6282 4.2.
const LONGEST_EXTENSION: usize = 255;
/// Octets of a UDP header.
const UDP_OCTETS: usize = 8;
/// Where the checksum stands in it.
const UDP_CHECKSUM_AT: usize = 6;

/// A packet, or the beginning of one.
pub(super) struct Datagram<'a> {
    pub octets: &'a [u8],
    /// Octets of the whole.
    pub size: usize,
    pub options: &'a RecompressOptions<'a>,
}

/// How many octets are saved, and how.
struct Saving {
    octets: usize,
    steps: Vec<NhcSpec>,
}

impl Saving {
    const NOTHING: Saving = Saving {
        octets: 0,
        steps: Vec::new(),
    };
}

impl Datagram<'_> {
    /// The smallest IPHC for the IPv6 header at `start`, and NHC for what follows
    /// it. None where IPHC would not restore the header: no version 6, a payload
    /// length other than what is there, or cut off.
    pub(super) fn iphc(
        &self,
        start: usize,
        encapsulating: (Option<Iid>, Option<Iid>),
        depth: usize,
    ) -> Option<IphcSpec> {
        let header: &[u8; IPV6_HEADER_OCTETS] = self.octets.get(start..)?.first_chunk()?;
        let payload_length = usize::from(u16::from_be_bytes([header[4], header[5]]));
        if header[0] >> 4 != 6 || start + IPV6_HEADER_OCTETS + payload_length != self.size {
            return None;
        }
        let allowed = self.options.allowed;
        let (src, dst) = (address(header, 8), address(header, 24));
        let mut spec = IphcSpec {
            tf: tf(header, allowed),
            hlim: hlim(header[7], allowed),
            ..IphcSpec::default()
        };
        let sources = Sources {
            contexts: self.options.contexts,
            allowed,
            encapsulating,
        };
        sources.choose(src, dst, &mut spec);
        let behind = Behind {
            datagram: self,
            addresses: (src, dst),
            depth,
        };
        spec.nhc = behind
            .best(header[6], start + IPV6_HEADER_OCTETS, LONGEST_CHAIN)
            .steps;
        Some(spec)
    }
}

fn address(header: &[u8; IPV6_HEADER_OCTETS], at: usize) -> Ipv6Addr {
    let mut octets = [0; 16];
    octets.copy_from_slice(&header[at..at + 16]);
    Ipv6Addr::from_octets(octets)
}

/// Traffic class and flow label in as few octets as lose nothing: 0, 1, 3 or 4.
fn tf(header: &[u8; IPV6_HEADER_OCTETS], allowed: FeatureSet) -> u8 {
    let word = u32::from_be_bytes([header[0], header[1], header[2], header[3]]);
    let (traffic_class, flow_label) = (word >> 20 & 0xff, word & 0x000f_ffff);
    let dscp = traffic_class >> 2;
    match (traffic_class, dscp, flow_label) {
        _ if !allowed.has(Feature::TrafficClassAndFlowLabel) => 0,
        (0, _, 0) => 3,
        (_, _, 0) => 2,
        (_, 0, _) => 1,
        _ => 0,
    }
}

fn hlim(hop_limit: u8, allowed: FeatureSet) -> u8 {
    match hop_limit {
        _ if !allowed.has(Feature::HopLimit) => 0,
        1 => 1,
        64 => 2,
        255 => 3,
        _ => 0,
    }
}

/// What follows an IPv6 header.
struct Behind<'a> {
    datagram: &'a Datagram<'a>,
    /// Source and destination of that header.
    addresses: (Ipv6Addr, Ipv6Addr),
    depth: usize,
}

impl Behind<'_> {
    /// The best for the header at `at`, which `protocol` announces, and for all
    /// behind it. An announcement in line costs one octet, which is saved where
    /// NHC says it; an NHC octet costs one. So savings are counted against
    /// everything in line, and nothing saved means no NHC. At most `chain`
    /// extension headers are followed.
    fn best(&self, protocol: u8, at: usize, chain: usize) -> Saving {
        let allowed = self.datagram.options.allowed;
        let saving = match protocol {
            protocol::UDP if allowed.has(Feature::NhcUdp) => self.udp(at),
            protocol::IPV6 if allowed.has(Feature::NhcIpv6) => self.tunnel(at),
            protocol::ICMPV6 if allowed.has(Feature::Ghc) => self.ghc_icmpv6(at),
            protocol::HOP_BY_HOP
            | protocol::ROUTING
            | protocol::DESTINATION_OPTIONS
            | protocol::MOBILITY
                if chain > 0 =>
            {
                self.extension(protocol, at, chain - 1)
            }
            // A fragment header is ambiguous in NHC; nothing else has one.
            _ => None,
        };
        match saving {
            Some(saving) if saving.octets > 0 => saving,
            _ => Saving::NOTHING,
        }
    }

    /// The octets from `at` to the end of what this frame holds.
    fn rest(&self, at: usize) -> &[u8] {
        self.datagram.octets.get(at..).unwrap_or_default()
    }

    fn udp(&self, at: usize) -> Option<Saving> {
        let rest = self.rest(at);
        let udp: &[u8; UDP_OCTETS] = rest.first_chunk()?;
        let length = usize::from(u16::from_be_bytes([udp[4], udp[5]]));
        if at + length != self.datagram.size {
            // NHC could not restore this length.
            return None;
        }
        let allowed = self.datagram.options.allowed;
        let (p, ports) = match *udp {
            _ if !allowed.has(Feature::UdpPorts) => (0, 4),
            [0xf0, src, 0xf0, dst, ..] if src >> 4 == 0xb && dst >> 4 == 0xb => (3, 1),
            [_, _, 0xf0, ..] => (1, 3),
            [0xf0, ..] => (2, 3),
            _ => (0, 4),
        };
        let elide_checksum = allowed.has(Feature::UdpChecksum) && self.is_checksum_right(at);
        let header = ports + if elide_checksum { 0 } else { 2 };
        let plain = NhcSpec::Udp { p, elide_checksum };
        let data = &rest[UDP_OCTETS..];
        let saved_by_ghc = match allowed.has(Feature::Ghc) {
            true => data.len().saturating_sub(self.bytecode(data).len()),
            false => 0,
        };
        Some(Saving {
            octets: UDP_OCTETS - header + saved_by_ghc,
            steps: vec![match saved_by_ghc {
                0 => plain,
                _ => NhcSpec::GhcUdp {
                    p,
                    elide_checksum,
                    code: GhcCode::Best,
                },
            }],
        })
    }

    /// Only a checksum that was verified may be elided (RFC 6282 4.3.2). Where
    /// the end of the datagram is not at hand it gets the benefit of the doubt.
    fn is_checksum_right(&self, at: usize) -> bool {
        let udp = self.rest(at);
        if self.datagram.octets.len() < self.datagram.size {
            return true;
        }
        let (src, dst) = self.addresses;
        let right = upper_layer_checksum(protocol::UDP, udp, UDP_CHECKSUM_AT, src, dst);
        udp.get(UDP_CHECKSUM_AT..UDP_OCTETS) == Some(&right.to_be_bytes()[..])
    }

    fn ghc_icmpv6(&self, at: usize) -> Option<Saving> {
        let message = self.rest(at);
        Some(Saving {
            octets: message.len().checked_sub(self.bytecode(message).len())?,
            steps: vec![NhcSpec::GhcIcmpv6(GhcCode::Best)],
        })
    }

    fn tunnel(&self, at: usize) -> Option<Saving> {
        if self.depth == DEEPEST_TUNNEL {
            return None;
        }
        let (src, dst) = self.addresses;
        let encapsulating = (Some(iid::of(src)), Some(iid::of(dst)));
        let inner = self.datagram.iphc(at, encapsulating, self.depth + 1)?;
        let (octets, covered) = super::header_octets(&inner, self.datagram.octets, at)?;
        Some(Saving {
            octets: (covered - at).checked_sub(octets)?,
            steps: vec![NhcSpec::Ipv6(Box::new(inner))],
        })
    }

    fn extension(&self, protocol: u8, at: usize, chain: usize) -> Option<Saving> {
        let rest = self.rest(at);
        let length = (usize::from(*rest.get(1)?) + 1) * 8;
        let header = rest.get(..length)?;
        let nhc = self.nhc_extension(protocol, header);
        let ghc = self.ghc_extension(protocol, header);
        let (saved, step) = match (nhc, ghc) {
            (Some(nhc), Some(ghc)) => match ghc.0 > nhc.0 {
                true => ghc,
                false => nhc,
            },
            (one, other) => one.or(other)?,
        };
        let mut following = self.best(header[0], at + length, chain);
        following.octets += saved;
        following.steps.insert(0, step);
        Some(following)
    }

    /// An NHC octet in place of the announcement, a length octet in place of the
    /// length octet, and the next header octet is the next one's business: only
    /// padding is saved.
    fn nhc_extension(&self, protocol: u8, header: &[u8]) -> Option<(usize, NhcSpec)> {
        if !self.datagram.options.allowed.has(Feature::NhcExtension) {
            return None;
        }
        let octets = &header[2..];
        let kept = match protocol {
            protocol::HOP_BY_HOP | protocol::DESTINATION_OPTIONS => {
                padding::without_trailing(octets)
            }
            _ => octets,
        };
        // The decoder pads with zeros; other octets would not come back.
        let comes_back = octets[kept.len()..].iter().skip(2).all(|&octet| octet == 0);
        let kept = if comes_back { kept } else { octets };
        let step = NhcSpec::Extension {
            elide_padding: comes_back,
        };
        (kept.len() <= LONGEST_EXTENSION).then_some((octets.len() - kept.len(), step))
    }

    /// The length octet is saved, a stop code is added.
    fn ghc_extension(&self, protocol: u8, header: &[u8]) -> Option<(usize, NhcSpec)> {
        if !self.datagram.options.allowed.has(Feature::Ghc) || protocol == protocol::MOBILITY {
            return None;
        }
        let octets = &header[2..];
        let saved = octets.len().checked_sub(self.bytecode(octets).len())?;
        Some((saved, NhcSpec::GhcExtension(GhcCode::Best)))
    }

    fn bytecode(&self, octets: &[u8]) -> Vec<u8> {
        let (src, dst) = self.addresses;
        ghc::encode(octets, &Dictionary::new(src, dst))
    }
}
