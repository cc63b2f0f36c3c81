//! Uncompressed IPv6 packets: built field by field, with any field a lie, and
//! walked header by header.
//!
//! A field that follows from the rest of the packet is [`Stated::Right`] unless
//! one lies about it; a checksum is right, wrong, zero or given.

mod chain;
mod checksum;
mod extension;
pub(crate) mod icmpv6;
mod ipv6;
mod ipv6_option;
pub(crate) mod nd_option;
pub(crate) mod padding;
mod payload;
pub(crate) mod quote;
mod stated;
pub(crate) mod tcp;
pub(crate) mod udp;

pub use chain::{ChainError, Header, HeaderChain, Piece};
pub use checksum::{Checksum, finish_udp_checksum, upper_layer_checksum};
pub use extension::{Extension, ExtensionBody, Fragment, Routing};
pub use icmpv6::{
    DuplicateAddress, Echo, Icmpv6, Message, NeighborAdvertisement, RouterAdvertisement,
};
pub use ipv6::Ipv6Header;
pub use ipv6_option::Ipv6Option;
pub use nd_option::{
    AddressRegistration, AuthoritativeBorderRouter, Context6Lo, ExtendedAddressRegistration,
    NdOption, NdOptionBody, NdOptionError, NdOptions, PrefixInformation, RawNdOption,
};
pub use payload::Payload;
pub use quote::quoted_packet;
pub use stated::Stated;
pub use tcp::{Tcp, TcpFlags};
pub use udp::Udp;

/// Octets of an IPv6 header. RFC 8200 3.
pub const IPV6_HEADER_OCTETS: usize = 40;
/// Octets every IPv6 link carries. RFC 8200 5.
pub const IPV6_MINIMUM_MTU: usize = 1280;

/// Protocol numbers of IPv6 next headers. IANA "Assigned Internet Protocol Numbers".
pub mod protocol {
    /// RFC 8200 4.3.
    pub const HOP_BY_HOP: u8 = 0;
    /// RFC 9293.
    pub const TCP: u8 = 6;
    /// RFC 768.
    pub const UDP: u8 = 17;
    /// A tunnelled IPv6 packet. RFC 2473.
    pub const IPV6: u8 = 41;
    /// RFC 8200 4.4.
    pub const ROUTING: u8 = 43;
    /// RFC 8200 4.5.
    pub const FRAGMENT: u8 = 44;
    /// RFC 4443.
    pub const ICMPV6: u8 = 58;
    /// RFC 8200 4.7.
    pub const NO_NEXT_HEADER: u8 = 59;
    /// RFC 8200 4.6.
    pub const DESTINATION_OPTIONS: u8 = 60;
    /// RFC 6275 6.1.
    pub const MOBILITY: u8 = 135;
}

/// An IPv6 packet as one means it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// The IPv6 header.
    pub header: Ipv6Header,
    /// Extension headers, in order.
    pub extensions: Vec<Extension>,
    /// What follows them.
    pub payload: Payload,
}

impl Packet {
    /// A packet without extension headers.
    pub fn new(header: Ipv6Header, payload: impl Into<Payload>) -> Self {
        Packet {
            header,
            extensions: Vec::new(),
            payload: payload.into(),
        }
    }

    /// With one more extension header, behind those already there.
    #[must_use]
    pub fn with_extension(mut self, extension: impl Into<Extension>) -> Self {
        self.extensions.push(extension.into());
        self
    }

    /// The packet's octets.
    pub fn to_octets(&self) -> Vec<u8> {
        let mut octets = Vec::with_capacity(128);
        self.append_to(&mut octets);
        octets
    }

    /// Appends the packet's octets, as a tunnel does.
    pub(crate) fn append_to(&self, octets: &mut Vec<u8>) {
        let start = octets.len();
        octets.resize(start + IPV6_HEADER_OCTETS, 0);
        for (position, extension) in self.extensions.iter().enumerate() {
            extension.append_to(octets, self.protocol_at(position + 1));
        }
        self.payload
            .append_to(octets, self.header.src, self.final_destination());
        let following = octets.len() - start - IPV6_HEADER_OCTETS;
        let header = &mut octets[start..start + IPV6_HEADER_OCTETS];
        self.header.write_to(header, self.protocol_at(0), following);
    }

    /// What stands at `position` behind the IPv6 header.
    fn protocol_at(&self, position: usize) -> u8 {
        match self.extensions.get(position) {
            Some(extension) => extension.body.protocol(),
            None => self.payload.protocol(),
        }
    }

    /// The destination of the pseudo-header: with a routing header that has
    /// segments left, the last address in it (RFC 8200 8.1).
    fn final_destination(&self) -> std::net::Ipv6Addr {
        self.extensions
            .iter()
            .rev()
            .find_map(|extension| match &extension.body {
                ExtensionBody::Routing(routing) => routing.final_destination(),
                _ => None,
            })
            .unwrap_or(self.header.dst)
    }
}

#[cfg(test)]
mod nd_tests;
#[cfg(test)]
mod tests;
