//! Extension headers, RFC 8200 4 and RFC 6275 6.1.

use std::net::Ipv6Addr;

use super::{Ipv6Option, Stated, protocol};

/// One extension header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// Which, and what is in it.
    pub body: ExtensionBody,
    /// Protocol number of what follows.
    pub next_header: Stated<u8>,
    /// In 8-octet units, not counting the first 8 octets. A fragment header has
    /// no such field; a lie writes its first reserved octet.
    pub hdr_ext_len: Stated<u8>,
}

/// What an extension header holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExtensionBody {
    /// Hop-by-hop options, RFC 8200 4.3. Padded to 8 octets where they do not fill them.
    HopByHop(Vec<Ipv6Option>),
    /// Destination options, RFC 8200 4.6. Padded likewise.
    DestinationOptions(Vec<Ipv6Option>),
    /// Routing header, RFC 8200 4.4.
    Routing(Routing),
    /// Fragment header, RFC 8200 4.5.
    Fragment(Fragment),
    /// Mobility header behind its length octet, RFC 6275 6.1; zeros fill 8 octets.
    Mobility(Vec<u8>),
    /// Any other header of that shape.
    Other {
        /// Its protocol number.
        protocol: u8,
        /// What follows its length octet; zeros fill 8 octets.
        octets: Vec<u8>,
    },
}

/// A routing header behind its length octet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routing {
    /// 0 is deprecated (RFC 5095), 2 is Mobile IPv6's, 3 is RPL's (RFC 6554).
    pub routing_type: u8,
    /// Nodes still to visit; a node that does not know the type skips the
    /// header only if this is 0.
    pub segments_left: u8,
    /// Type-specific data; zeros fill 8 octets.
    pub data: Vec<u8>,
}

/// A fragment header behind its next header octet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fragment {
    /// In 8-octet units, 13 bits.
    pub fragment_offset: u16,
    /// M: more fragments follow.
    pub more_fragments: bool,
    /// Which fragments belong together.
    pub identification: u32,
}

impl ExtensionBody {
    /// The protocol number that announces this header.
    pub fn protocol(&self) -> u8 {
        match self {
            ExtensionBody::HopByHop(_) => protocol::HOP_BY_HOP,
            ExtensionBody::DestinationOptions(_) => protocol::DESTINATION_OPTIONS,
            ExtensionBody::Routing(_) => protocol::ROUTING,
            ExtensionBody::Fragment(_) => protocol::FRAGMENT,
            ExtensionBody::Mobility(_) => protocol::MOBILITY,
            ExtensionBody::Other { protocol, .. } => *protocol,
        }
    }
}

impl From<ExtensionBody> for Extension {
    fn from(body: ExtensionBody) -> Self {
        Extension {
            body,
            next_header: Stated::Right,
            hdr_ext_len: Stated::Right,
        }
    }
}

impl Routing {
    /// The last address of a type 0 or type 2 header with segments left, where
    /// the packet goes in the end (RFC 2460 4.4, RFC 6275 6.4).
    pub(super) fn final_destination(&self) -> Option<Ipv6Addr> {
        // As on the wire, where zeros fill the header up to eight octets.
        let mut data = self.data.clone();
        data.resize((4 + data.len()).next_multiple_of(8) - 4, 0);
        final_destination(self.routing_type, self.segments_left, &data)
    }
}

/// As [`Routing::final_destination`], for a header's octets.
pub(super) fn final_destination(
    routing_type: u8,
    segments_left: u8,
    data: &[u8],
) -> Option<Ipv6Addr> {
    // Four reserved octets, then whole addresses.
    let addresses = data.get(4..)?;
    let (whole, rest) = addresses.as_chunks::<16>();
    (matches!(routing_type, 0 | 2) && segments_left > 0 && rest.is_empty())
        .then_some(whole.last().copied().map(Ipv6Addr::from))
        .flatten()
}

impl Extension {
    pub(super) fn append_to(&self, octets: &mut Vec<u8>, next_header: u8) {
        let start = octets.len();
        octets.extend([self.next_header.or(next_header), 0]);
        match &self.body {
            ExtensionBody::HopByHop(options) | ExtensionBody::DestinationOptions(options) => {
                options.iter().for_each(|option| option.append_to(octets));
                match (octets.len() - start).wrapping_neg() % 8 {
                    0 => {}
                    1 => Ipv6Option::Pad1.append_to(octets),
                    missing => Ipv6Option::PadN(missing as u8 - 2).append_to(octets),
                }
            }
            ExtensionBody::Routing(routing) => {
                octets.extend([routing.routing_type, routing.segments_left]);
                octets.extend_from_slice(&routing.data);
            }
            ExtensionBody::Fragment(fragment) => {
                let offset = fragment.fragment_offset << 3 | u16::from(fragment.more_fragments);
                octets.extend(offset.to_be_bytes());
                octets.extend(fragment.identification.to_be_bytes());
            }
            ExtensionBody::Mobility(data) | ExtensionBody::Other { octets: data, .. } => {
                octets.extend_from_slice(data);
            }
        }
        let length = (octets.len() - start).next_multiple_of(8);
        octets.resize(start + length, 0);
        octets[start + 1] = self.hdr_ext_len.or((length / 8 - 1) as u8);
    }
}
