//! Neighbour discovery messages. RFC 4861 section 4, validated as 6.1 and 7.1 say.

use crate::ipv6::{Address, Header, protocol};
use crate::nd::option::Options;
use crate::reader::Reader;

/// One message, valid.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Message<'a> {
    RouterSolicitation {
        options: Options<'a>,
    },
    RouterAdvertisement {
        lifetime_s: u16,
        options: Options<'a>,
    },
    NeighborSolicitation {
        target: Address,
        options: Options<'a>,
    },
    NeighborAdvertisement {
        solicited: bool,
        replaces: bool,
        target: Address,
        options: Options<'a>,
    },
}

const ROUTER: u8 = 0x80;
const SOLICITED: u8 = 0x40;
const OVERRIDE: u8 = 0x20;

impl<'a> Message<'a> {
    /// Reads an ICMPv6 message whose checksum is right. `None`: to be
    /// discarded, for a router never was between us (hop limit 255), or it is
    /// malformed.
    pub fn parse(header: &Header, message: &'a [u8]) -> Option<Self> {
        let hop_limit = if seeded!(DiscoveryFromAfarTaken) {
            255
        } else {
            header.hop_limit
        };
        let mut reader = Reader::new(message);
        let [kind, code, _, _] = reader.array()?;
        if hop_limit != 255 || code != 0 {
            return None;
        }
        let unspecified = header.source.is_unspecified();
        match kind {
            protocol::ROUTER_SOLICITATION => {
                reader.take(4)?;
                let options = Options::parse(reader.rest())?;
                if unspecified && options.source_link_address().is_some() {
                    return None;
                }
                Some(Message::RouterSolicitation { options })
            }
            protocol::ROUTER_ADVERTISEMENT => {
                reader.take(2)?;
                let lifetime_s = reader.u16()?;
                // Reachable and retransmission time: this node keeps its own.
                reader.take(8)?;
                let options = Options::parse(reader.rest())?;
                let from_router = header.source.is_link_local();
                from_router.then_some(Message::RouterAdvertisement {
                    lifetime_s,
                    options,
                })
            }
            protocol::NEIGHBOR_SOLICITATION => {
                reader.take(4)?;
                let target = Address(reader.array()?);
                let options = Options::parse(reader.rest())?;
                // Duplicate address detection. RFC 4861 7.1.1.
                let probes = header.destination == target.solicited_node()
                    && options.source_link_address().is_none();
                if target.is_multicast() || unspecified && !probes {
                    return None;
                }
                Some(Message::NeighborSolicitation { target, options })
            }
            protocol::NEIGHBOR_ADVERTISEMENT => {
                let [flags, _, _, _] = reader.array()?;
                let target = Address(reader.array()?);
                let options = Options::parse(reader.rest())?;
                let solicited = flags & SOLICITED != 0;
                if target.is_multicast() || solicited && header.destination.is_multicast() {
                    return None;
                }
                Some(Message::NeighborAdvertisement {
                    solicited,
                    replaces: flags & OVERRIDE != 0,
                    target,
                    options,
                })
            }
            _ => None,
        }
    }

    pub fn options(&self) -> &Options<'a> {
        match self {
            Message::RouterSolicitation { options }
            | Message::RouterAdvertisement { options, .. }
            | Message::NeighborSolicitation { options, .. }
            | Message::NeighborAdvertisement { options, .. } => options,
        }
    }
}

/// The first octet after the checksum in a neighbour advertisement.
pub(super) fn advertisement_flags(router: bool, solicited: bool) -> u8 {
    let router = if router { ROUTER } else { 0 };
    let solicited = if solicited { SOLICITED } else { 0 };
    router | solicited | OVERRIDE
}
