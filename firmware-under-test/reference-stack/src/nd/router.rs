//! A router of RFC 6775: it answers solicitations and keeps the registry of
//! its hosts. RFC 6775 section 6.

use crate::ipv6::draft::Draft;
use crate::ipv6::{Address, Incoming, protocol};
use crate::mac::LinkAddress;
use crate::nd::host::LIFETIME_UNIT_US;
use crate::nd::option::{
    BorderRouter, ContextOption, Options, Registration, put_capability, put_prefix,
    put_source_link_address,
};
use crate::{Nd, Node, Sink};

/// Registrations a router keeps.
pub const REGISTRATIONS: usize = 16;
/// Lifetimes that a router announces: itself and its prefixes in seconds.
const ROUTER_LIFETIME_S: u16 = 9000;
const PREFIX_LIFETIME_S: u32 = 86_400;
/// In units of 60 s.
const CONTEXT_LIFETIME: u16 = 1440;
/// Statuses of a registration. RFC 6775 4.1.
const SUCCESS: u8 = 0;
const DUPLICATE: u8 = 1;
const FULL: u8 = 2;

/// A host's address.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Registered {
    address: Address,
    eui64: [u8; 8],
    pub link: LinkAddress,
    until_us: u64,
}

/// All addresses registered.
#[derive(Debug, Clone)]
pub(crate) struct Registrations {
    table: [Option<Registered>; REGISTRATIONS],
}

impl Registrations {
    pub const fn new() -> Self {
        Registrations {
            table: [None; REGISTRATIONS],
        }
    }

    pub fn find(&self, address: &Address, now_us: u64) -> Option<&Registered> {
        let mut valid = self
            .table
            .iter()
            .flatten()
            .filter(|entry| now_us < entry.until_us);
        valid.find(|entry| entry.address == *address)
    }

    fn remove(&mut self, address: &Address) {
        for slot in &mut self.table {
            if slot.is_some_and(|entry| entry.address == *address) {
                *slot = None;
            }
        }
    }

    /// False if there is no room among the first `room` places.
    fn put(&mut self, new: Registered, now_us: u64, room: usize) -> bool {
        self.remove(&new.address);
        let expired =
            |slot: &&mut Option<Registered>| slot.is_none_or(|entry| now_us >= entry.until_us);
        match self.table.iter_mut().take(room).find(expired) {
            Some(slot) => {
                *slot = Some(new);
                true
            }
            None => false,
        }
    }
}

impl<const LEVEL: u8> Node<LEVEL> {
    /// Every router is level 5. Draft section 6.1.
    pub(crate) fn is_router(&self) -> bool {
        LEVEL >= 5 && self.settings.nd == Nd::Router
    }

    /// RFC 6775 6.3: a unicast answer, and no neighbour entry is touched.
    pub(super) fn hear_router_solicitation(
        &mut self,
        incoming: &Incoming<'_>,
        options: &Options<'_>,
        sink: &mut dyn Sink,
    ) {
        let host = incoming.header.source;
        if !self.is_router() || host.is_unspecified() {
            return;
        }
        let Some(own) = self.addresses.source_for(&Address::ALL_NODES) else {
            return;
        };
        if !own.is_link_local() {
            return;
        }
        let mut draft = self.router_advertisement(own, host);
        let registered = self.registrations.find(&host, self.now_us);
        let registered = registered.map(|registration| registration.link);
        match registered.or(options.source_link_address()) {
            Some(link) => self.transmit_to(draft.finish(), link, sink),
            None => self.output(draft.finish(), sink),
        }
    }

    /// RFC 4861 4.2 with the options of RFC 6775 section 4.
    fn router_advertisement(&self, own: Address, host: Address) -> Draft {
        let [l0, l1] = ROUTER_LIFETIME_S.to_be_bytes();
        let mut draft = Draft::discovery(own, host);
        let start = [protocol::ROUTER_ADVERTISEMENT, 0, 0, 0, 64, 0, l0, l1];
        draft.put(&start);
        draft.put(&[0; 8]);
        put_source_link_address(&mut draft, self.link_address_of(&own));
        let mut announced = [None; crate::ipv6::ADDRESSES];
        let global = self
            .addresses
            .all()
            .filter(|own| !own.address.is_link_local());
        for (index, own) in global.filter(|own| own.prefix_length == 64).enumerate() {
            let prefix = own.address.prefix();
            if !announced.contains(&Some(prefix)) {
                put_prefix(&mut draft, prefix, PREFIX_LIFETIME_S);
            }
            announced[index] = Some(prefix);
        }
        for (id, context) in self.contexts.all(self.now_us) {
            let option = ContextOption {
                length: context.length,
                compress: context.compress,
                id,
                valid_lifetime: CONTEXT_LIFETIME,
                prefix: context.prefix,
            };
            option.put(&mut draft);
        }
        let border = self
            .addresses
            .all()
            .find(|own| !own.address.is_link_local());
        if let Some(border) = border {
            let option = BorderRouter {
                version: 1,
                address: border.address,
            };
            option.put(&mut draft);
        }
        if let Some(flags) = self.own_capability() {
            put_capability(&mut draft, flags);
        }
        draft
    }

    /// A solicitation with an address registration option. True if that
    /// settles it; false if it is to be answered as one without. RFC 6775 6.5.
    pub(super) fn hear_registration(
        &mut self,
        incoming: &Incoming<'_>,
        target: Address,
        options: &Options<'_>,
        sink: &mut dyn Sink,
    ) -> bool {
        let Some(option) = options.registration().filter(|_| self.is_router()) else {
            return false;
        };
        let asked = Registration::read(option).filter(|asked| asked.status == SUCCESS);
        let Some(asked) = asked else { return true };
        let host = incoming.header.source;
        let Some(link) = options
            .source_link_address()
            .filter(|_| !host.is_unspecified())
        else {
            return false;
        };
        // RFC 6775 hosts ask for the router's address, for that is their
        // reachability probe, too; RFC 8505 5.6 has the registered one there.
        let own = incoming.header.destination;
        let known = target == host || self.addresses.is_assigned(&target);
        if !known || !self.addresses.is_assigned(&own) {
            return true;
        }
        let status = self.register_host(host, link, asked);
        let answer = Registration { status, ..asked };
        let (destination, link) = if status == SUCCESS {
            (host, link)
        } else {
            // Not to the address that may be another's. RFC 6775 6.5.2.
            let link = LinkAddress::Extended(asked.eui64);
            (Address::link_local(link.iid()), link)
        };
        let mut draft = self.advertisement(own, target, destination, true);
        answer.put(&mut draft);
        self.transmit_to(draft.finish(), link, sink);
        true
    }

    fn register_host(&mut self, host: Address, link: LinkAddress, asked: Registration) -> u8 {
        let known = self.registrations.find(&host, self.now_us);
        let others = known.is_some_and(|known| known.eui64 != asked.eui64);
        if (others || self.addresses.has(&host)) && !seeded!(DuplicateRegistrationTaken) {
            return DUPLICATE;
        }
        if asked.lifetime == 0 {
            self.registrations.remove(&host);
            return SUCCESS;
        }
        let registered = Registered {
            address: host,
            eui64: asked.eui64,
            link,
            until_us: self.now_us + u64::from(asked.lifetime) * LIFETIME_UNIT_US,
        };
        let room = self.settings.registrations;
        if self.registrations.put(registered, self.now_us, room) {
            SUCCESS
        } else {
            FULL
        }
    }
}
