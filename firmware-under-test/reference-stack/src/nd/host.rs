//! A host of RFC 6775: its routers, the contexts they announce, and the
//! registration of its addresses. RFC 6775 section 5.

use crate::context::Context;
use crate::ipv6::{Address, Incoming, Own, Standing};
use crate::mac::LinkAddress;
use crate::nd::autoconfigure::Solicitation;
use crate::nd::option::{BorderRouter, Options, Registration, put_source_link_address};
use crate::nd::solicit::solicitation;
use crate::nd::{MAX_SOLICIT, RETRANS_US};
use crate::{Nd, Node, Sink};

/// Default routers a host knows at a time.
const ROUTERS: usize = 2;
/// The lifetime a host asks for, in units of 60 s. RFC 6775 5.8.1.
const LIFETIME: u16 = 10;
/// Microseconds in the unit of registration and context lifetimes.
pub(super) const LIFETIME_UNIT_US: u64 = 60_000_000;

/// Default routers, and what the border router last said.
#[derive(Debug, Clone)]
pub(crate) struct Routers {
    table: [Option<(Address, u64)>; ROUTERS],
    border: Option<BorderRouter>,
}

impl Routers {
    pub const fn new() -> Self {
        Routers {
            table: [None; ROUTERS],
            border: None,
        }
    }

    /// The router to use: the one known longest.
    pub fn best(&self, now_us: u64) -> Option<Address> {
        let mut valid = self
            .table
            .iter()
            .flatten()
            .filter(|(_, until_us)| now_us < *until_us);
        valid.next().map(|(address, _)| *address)
    }

    /// An advertisement: adds, renews or (with lifetime 0) removes a router.
    /// True if it is a new one.
    pub fn hear(&mut self, router: Address, until_us: u64, serves: bool) -> bool {
        if !serves {
            self.remove(&router);
            return false;
        }
        if let Some(known) = self
            .table
            .iter_mut()
            .flatten()
            .find(|(known, _)| *known == router)
        {
            known.1 = until_us;
            return false;
        }
        let free = self.table.iter().position(Option::is_none);
        self.table[free.unwrap_or(ROUTERS - 1)] = Some((router, until_us));
        true
    }

    pub fn remove(&mut self, router: &Address) {
        for slot in &mut self.table {
            if slot.is_some_and(|(known, _)| known == *router) {
                *slot = None;
            }
        }
    }

    /// Whether an advertisement with this option is no older than what is
    /// known of the same border router. RFC 6775 4.3, 8.1.3.
    pub fn takes_version(&mut self, option: Option<BorderRouter>) -> bool {
        let Some(new) = option else { return true };
        if let Some(known) = self.border
            && known.address == new.address
            && (new.version.wrapping_sub(known.version) as i32) < 0
        {
            return false;
        }
        self.border = Some(new);
        true
    }
}

impl<const LEVEL: u8> Node<LEVEL> {
    /// RFC 6775 5.4.2 and 5.4.3.
    pub(super) fn hear_contexts(&mut self, router_lifetime_s: u16, options: &Options<'_>) {
        let afterwards_us = 2 * u64::from(router_lifetime_s) * 1_000_000;
        for option in options.contexts() {
            if option.valid_lifetime == 0 {
                self.contexts.set(option.id, None);
                continue;
            }
            let until_us = self.now_us + u64::from(option.valid_lifetime) * LIFETIME_UNIT_US;
            let context = Context {
                prefix: option.prefix,
                length: option.length,
                compress: option.compress,
                until_us: Some(until_us),
                forgotten_us: Some(until_us + afterwards_us),
            };
            self.contexts.set(option.id, Some(context));
        }
    }

    /// Registers with a new router, and plans to ask again in time. RFC 6775
    /// 5.4.3, 5.5.1.
    pub(super) fn after_advertisement(
        &mut self,
        router: Address,
        lifetime_s: u16,
        new: bool,
        options: &Options<'_>,
    ) {
        if lifetime_s == 0 {
            if self.routers.best(self.now_us).is_none() {
                self.solicitation = Solicitation::starting_at(self.now_us);
            }
            return;
        }
        if new && self.routers.best(self.now_us) == Some(router) {
            self.register_all();
        }
        let prefixes = options
            .prefixes()
            .filter(|prefix| prefix.valid_lifetime_s > 0);
        let prefixes = prefixes.map(|prefix| u64::from(prefix.valid_lifetime_s));
        let contexts = options
            .contexts()
            .filter(|context| context.valid_lifetime > 0);
        let contexts = contexts.map(|context| u64::from(context.valid_lifetime) * 60);
        let shortest_s = prefixes
            .chain(contexts)
            .fold(u64::from(lifetime_s), u64::min);
        // Three quarters of the time is "well before".
        let due_us = self.now_us + shortest_s * 750_000;
        self.solicitation = Solicitation::starting_at(due_us);
    }

    /// Every address but the link-local one of the EUI-64, which is unique by
    /// itself (RFC 6775 5.5); those made of the EUI-64 first.
    fn register_all(&mut self) {
        let iid = LinkAddress::Extended(self.settings.eui64).iid();
        let exempt = Address::link_local(iid);
        for own in self.addresses.all_mut() {
            let due_us = self.now_us + u64::from(own.address.iid() != iid);
            if own.address != exempt {
                own.standing = Standing::Registering { tries: 0, due_us };
            }
        }
    }

    /// Sends the registration that is due: one address at a time, for an
    /// answer of failure does not name it.
    pub(super) fn register(&mut self, own: Own, tries: u8, sink: &mut dyn Sink) {
        let Some(router) = self.routers.best(self.now_us) else {
            self.set_standing(&own.address, Standing::Assigned);
            return;
        };
        if tries >= MAX_SOLICIT {
            self.lose_router(&router);
            return;
        }
        let due_us = self.now_us + RETRANS_US;
        let waits =
            |other: &Own| matches!(other.standing, Standing::Registering { tries: 1.., .. });
        let busy = self
            .addresses
            .all()
            .any(|other| other.address != own.address && waits(other));
        let tries_now = if busy { 0 } else { tries + 1 };
        let standing = Standing::Registering {
            tries: tries_now,
            due_us,
        };
        self.set_standing(&own.address, standing);
        if !busy {
            self.send_registration(&own.address, router, sink);
        }
    }

    fn send_registration(&mut self, own: &Address, router: Address, sink: &mut dyn Sink) {
        let mut draft = solicitation(*own, router, router);
        put_source_link_address(&mut draft, self.link_address_of(own));
        let registration = Registration {
            status: 0,
            lifetime: LIFETIME,
            eui64: self.settings.eui64,
        };
        registration.put(&mut draft);
        self.output(draft.finish(), sink);
    }

    /// The router does not answer, or is full: another one, or the search
    /// starts again. RFC 6775 5.5.3.
    fn lose_router(&mut self, router: &Address) {
        self.routers.remove(router);
        if let Some(gone) = self.neighbours.remove(router)
            && let Some(link) = gone.link()
        {
            self.forget_level(link);
        }
        self.register_all();
        if self.routers.best(self.now_us).is_none() {
            self.solicitation = Solicitation::starting_at(self.now_us);
        }
    }

    /// RFC 6775 5.5.2: options of another length or for another EUI-64 are ignored.
    pub(super) fn hear_registration_answer(
        &mut self,
        incoming: &Incoming<'_>,
        options: &Options<'_>,
    ) {
        if self.settings.nd != Nd::Host {
            return;
        }
        let Some(answer) = options.registration().and_then(Registration::read) else {
            return;
        };
        if answer.eui64 != self.settings.eui64 {
            return;
        }
        let waits = |own: &&Own| matches!(own.standing, Standing::Registering { tries: 1.., .. });
        let Some(own) = self.addresses.all().find(waits).copied() else {
            return;
        };
        let router = incoming.header.source;
        match answer.status {
            0 => {
                // Half of the time is "well in advance". RFC 6775 5.5.
                let wait_us = u64::from(answer.lifetime.max(1)) * LIFETIME_UNIT_US / 2;
                let standing = Standing::Registering {
                    tries: 0,
                    due_us: self.now_us + wait_us,
                };
                self.set_standing(&own.address, standing);
            }
            1 if seeded!(DuplicateStatusIgnored) => {
                self.set_standing(&own.address, Standing::Assigned);
            }
            // RFC 6775 5.5.3: the address must not be used.
            1 => self.addresses.retain(|other| other.address != own.address),
            _ => self.lose_router(&router),
        }
    }
}
