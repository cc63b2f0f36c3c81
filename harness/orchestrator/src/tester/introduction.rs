//! A neighbour that makes itself known. RFC 4861 7.2.2 and 7.2.3.

use std::net::Ipv6Addr;

use sixlo_frames::mac::MacAddress;
use sixlo_frames::packet::{Icmpv6, Ipv6Header, Message, NdOptionBody, Packet};

use super::answers::HOP_LIMIT;

/// Who asks for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Introduction {
    /// The address that asks.
    pub src: Ipv6Addr,
    /// The device's address that is asked for.
    pub target: Ipv6Addr,
    /// The MAC address of the one that asks.
    pub from: MacAddress,
    /// The device's.
    pub to: MacAddress,
}

impl Introduction {
    /// The question, by unicast as RFC 4861 7.3.3 asks a neighbour one knows: whoever
    /// understands it notes the source link-layer address in it.
    pub fn solicitation(&self) -> Packet {
        let message = Message::NeighborSolicitation {
            target: self.target,
            options: vec![NdOptionBody::SourceLinkLayerAddress(self.from).into()],
        };
        Packet::new(
            Ipv6Header::new(self.src, self.target).with_hop_limit(HOP_LIMIT),
            Icmpv6::from(message),
        )
    }
}
