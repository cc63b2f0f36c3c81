//! The smallest legal encoding of a packet: what a sender could have done.
//!
//! Octets a device under test wastes are no fault of its own; they are counted
//! against this, and so are the means of compression it used and missed.

mod address;
mod economy;
mod feature;
mod headers;

pub use economy::Economy;
pub use feature::{Feature, FeatureSet};

use crate::context::ContextTable;
use crate::craft::{self, Body, IphcSpec};
use crate::iid;
use crate::mac::MacAddress;
use headers::Datagram;

/// What may be made use of.
#[derive(Debug, Clone, Copy)]
pub struct RecompressOptions<'a> {
    /// The contexts that may be compressed with (RFC 6775 4.2: those with C=1).
    pub contexts: &'a ContextTable,
    /// Source and destination that elided IIDs are taken from: the mesh header's
    /// originator and final destination, without one the MAC header's.
    pub ends: (MacAddress, MacAddress),
    /// Means of compression that sender and receiver share.
    pub allowed: FeatureSet,
}

/// An encoding, and what it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoding {
    /// How to craft it.
    pub body: Body,
    /// Octets on air from the dispatch on.
    pub octets: Vec<u8>,
    /// What it makes use of.
    pub features: FeatureSet,
}

/// The smallest encoding that restores `octets`: a packet, or as much of its
/// beginning as one fragment holds; `size` counts the octets of all of it.
pub fn recompress(octets: &[u8], size: usize, options: &RecompressOptions<'_>) -> Encoding {
    let datagram = Datagram {
        octets,
        size,
        options,
    };
    let (src, dst) = options.ends;
    let encapsulating = (iid::from_mac(src), iid::from_mac(dst));
    let body = match options.allowed.has(Feature::Iphc) {
        true => datagram.iphc(0, encapsulating, 0),
        false => None,
    };
    let body = body.map_or(Body::Ipv6, Body::Iphc);
    Encoding {
        octets: craft::body_octets(&body, octets),
        features: FeatureSet::of_body(&body),
        body,
    }
}

/// Octets of IPHC and NHC for the header at `start`, and where in the packet
/// what they stand for ends; bytecode reaches to the end of what is there.
fn header_octets(spec: &IphcSpec, octets: &[u8], start: usize) -> Option<(usize, usize)> {
    let rest = octets.get(start..)?;
    let on_air = craft::body_octets(&Body::Iphc(spec.clone()), rest).len();
    Some((on_air, start + rest.len()))
}

#[cfg(test)]
mod tests;
