//! An IPv6 packet goes out: which neighbour, which link-layer address.
//! RFC 4861 5.2 and 7.2, RFC 6775 5.6.

use crate::ipv6::header::Header;
use crate::ipv6::{Address, HEADER_OCTETS};
use crate::lowpan::LARGEST_DATAGRAM;
use crate::lowpan::iphc::short_iid;
use crate::mac::{Link, LinkAddress};
use crate::nd::State;
use crate::{Nd, Node, SendError, Sink};

impl<const LEVEL: u8> Node<LEVEL> {
    /// Sends a packet made elsewhere, exactly as it is.
    pub fn send_ipv6(&mut self, packet: &[u8], sink: &mut dyn Sink) -> Result<(), SendError> {
        let header = Header::parse(packet).ok_or(SendError::Malformed)?;
        if HEADER_OCTETS + header.payload_length != packet.len() {
            return Err(SendError::Malformed);
        }
        if packet.len() > LARGEST_DATAGRAM {
            return Err(SendError::TooLong);
        }
        if header.destination.is_unspecified() || self.addresses.has(&header.destination) {
            return Err(SendError::NotForTheLink);
        }
        self.output(packet, sink);
        Ok(())
    }

    /// Sends a packet to its destination, or has it wait for the address.
    pub(crate) fn output(&mut self, packet: &[u8], sink: &mut dyn Sink) {
        let Some(header) = Header::parse(packet) else {
            return;
        };
        if header.destination.is_multicast() {
            let link = Link {
                source: self.link_address_of(&header.source),
                destination: LinkAddress::BROADCAST,
            };
            self.transmit(packet, link, self.level_towards_all(), sink);
            return;
        }
        let Some(hop) = self.next_hop(header.destination) else {
            return;
        };
        if let Some(link) = self.resolve(&hop) {
            self.transmit_to(packet, link, sink);
        } else if self.settings.nd == Nd::Classic {
            self.wait_for(hop, packet, sink);
        }
    }

    /// Sends a packet to a neighbour whose link-layer address is known.
    pub(crate) fn transmit_to(
        &mut self,
        packet: &[u8],
        destination: LinkAddress,
        sink: &mut dyn Sink,
    ) {
        let Some(header) = Header::parse(packet) else {
            return;
        };
        let link = Link {
            source: self.link_address_of(&header.source),
            destination,
        };
        self.transmit(packet, link, self.level_towards(destination), sink);
    }

    /// Keeps the packet until the neighbour has answered. RFC 4861 7.2.2.
    fn wait_for(&mut self, hop: Address, packet: &[u8], sink: &mut dyn Sink) {
        self.waiting.put(hop, packet);
        if self.neighbours.find(&hop).is_some() {
            return;
        }
        self.insert_neighbour(hop, State::asked_once(self.now_us));
        self.solicit(hop, 0, sink);
    }

    /// What is known of whoever has to go for it goes, too.
    fn insert_neighbour(&mut self, address: Address, state: State) {
        let gone = self.neighbours.insert(address, state, self.now_us);
        if let Some(link) = gone.and_then(|gone| gone.link()) {
            self.forget_level(link);
        }
    }

    /// The neighbour to which a unicast packet goes.
    fn next_hop(&self, destination: Address) -> Option<Address> {
        if destination.is_link_local() {
            return Some(destination);
        }
        match self.settings.nd {
            // Without any router everything is looked for on the link.
            Nd::Classic if self.addresses.is_on_link(&destination) => Some(destination),
            Nd::Classic => Some(self.routers.best(self.now_us).unwrap_or(destination)),
            Nd::Host => self.routers.best(self.now_us),
            Nd::Router => Some(destination),
        }
    }

    /// The link-layer address of a neighbour, as far as known.
    fn resolve(&mut self, hop: &Address) -> Option<LinkAddress> {
        if self.settings.nd == Nd::Classic {
            let lifetime_us = self.settings.neighbour_lifetime_us();
            return self.neighbours.resolve(hop, self.now_us, lifetime_us);
        }
        let registered = self.registrations.find(hop, self.now_us);
        let registered = registered.map(|registration| registration.link);
        if let Some(link) = registered
            && self.neighbours.find(hop).is_none()
        {
            // Whether it is still there is found out as of anybody else. RFC 6775 5.5.
            self.insert_neighbour(*hop, State::Stale { link });
        }
        // Routers and registered hosts are not forgotten for their age: RFC 6775 resolves nobody.
        let known = self.neighbours.resolve(hop, self.now_us, u64::MAX);
        // RFC 6775 5.6: link-local addresses are formed from MAC addresses.
        let mapped = || {
            hop.is_link_local()
                .then(|| LinkAddress::from_iid(hop.iid()))
        };
        registered.or(known).or_else(mapped)
    }

    /// The own MAC address behind an own IPv6 address: the short one only if
    /// the interface identifier is made of it.
    pub(crate) fn link_address_of(&self, own: &Address) -> LinkAddress {
        match self.settings.short_address {
            Some(short) if own.iid() == short_iid(short.to_be_bytes()) => LinkAddress::Short(short),
            _ => LinkAddress::Extended(self.settings.eui64),
        }
    }
}
