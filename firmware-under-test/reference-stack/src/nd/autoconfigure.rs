//! Addresses formed by the node itself, and the routers it asks. RFC 4862,
//! RFC 4861 6.3.

use crate::ipv6::draft::Draft;
use crate::ipv6::{Address, Incoming, Origin, Own, Standing, protocol};
use crate::mac::LinkAddress;
use crate::nd::option::{Options, Prefix, put_capability, put_source_link_address};
use crate::nd::{MAX_SOLICIT, RETRANS_US};
use crate::{Nd, Node, Sink};

/// Probes for a duplicate: DupAddrDetectTransmits. RFC 4862 5.1 lets it be
/// set; the second one is for peers that understand uncompressed packets only.
const PROBES: u8 = 2;
/// RTR_SOLICITATION_INTERVAL of RFC 4861 section 10 and of RFC 6775 section 9.
const CLASSIC_INTERVAL_US: u64 = 4_000_000;
const HOST_INTERVAL_US: u64 = 10_000_000;
/// MAX_RTR_SOLICITATION_INTERVAL. RFC 6775 section 9.
const LONGEST_INTERVAL_US: u64 = 60_000_000;
/// MAX_RTR_SOLICITATION_DELAY in microseconds. RFC 4861 section 10.
const LONGEST_DELAY_US: u64 = 1_000_000;

/// Router solicitations, unanswered so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Solicitation {
    pub sent: u8,
    pub due_us: Option<u64>,
}

impl Solicitation {
    pub const IDLE: Solicitation = Solicitation {
        sent: 0,
        due_us: None,
    };

    pub fn starting_at(due_us: u64) -> Self {
        Solicitation {
            sent: 0,
            due_us: Some(due_us),
        }
    }
}

impl<const LEVEL: u8> Node<LEVEL> {
    /// Forms link-local addresses, if it may, and drops those formed before.
    pub(crate) fn start_autoconfiguration(&mut self) {
        self.addresses.retain(|own| own.origin == Origin::Set);
        self.solicitation = Solicitation::IDLE;
        let due_us = self.now_us + self.start_delay_us();
        // Addresses formed by itself are level 1's. Draft 6.1, Figure 4.
        if LEVEL >= 1 && self.settings.autoconfigure {
            for link in self.settings.link_addresses() {
                let standing = match self.settings.nd {
                    Nd::Classic => Standing::Tentative {
                        probes: PROBES,
                        due_us,
                    },
                    // RFC 6775 5.2, 5.5: probed by registration, if at all.
                    _ => Standing::Assigned,
                };
                self.add_formed(Address::link_local(link.iid()), link, standing, None);
            }
        }
        // Routers are asked for once a link-local address is there, but not
        // waited for if none is to come: level 0 forms none.
        let solicits = match self.settings.nd {
            Nd::Classic => self.settings.autoconfigure && !self.probes_link_local(),
            Nd::Host => true,
            Nd::Router => false,
        };
        if solicits {
            self.solicitation = Solicitation::starting_at(due_us);
        }
    }

    fn probes_link_local(&self) -> bool {
        let tentative = |own: &Own| !own.is_usable() && own.address.is_link_local();
        self.addresses.all().any(tentative)
    }

    fn add_formed(
        &mut self,
        address: Address,
        link: LinkAddress,
        standing: Standing,
        until_us: Option<u64>,
    ) {
        let short = matches!(link, LinkAddress::Short(_));
        // A full table means one address less.
        self.addresses.add(Own {
            address,
            prefix_length: 64,
            origin: Origin::Formed { short },
            standing,
            until_us,
        });
    }

    /// A delay that differs between nodes, so that they do not all speak at
    /// once. RFC 4861 6.3.7, RFC 4862 5.4.2.
    fn start_delay_us(&self) -> u64 {
        let mixed = u64::from_be_bytes(self.settings.eui64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 32) % LONGEST_DELAY_US
    }

    /// Looks after an own address that is due.
    pub(crate) fn serve_address(&mut self, own: Own, sink: &mut dyn Sink) {
        match own.standing {
            Standing::Tentative { probes: 0, .. } => {
                self.set_standing(&own.address, Standing::Assigned);
                if own.address.is_link_local() && self.solicitation == Solicitation::IDLE {
                    self.solicitation = Solicitation::starting_at(self.now_us);
                }
            }
            Standing::Tentative { probes, .. } => {
                let standing = Standing::Tentative {
                    probes: probes - 1,
                    due_us: self.now_us + RETRANS_US,
                };
                self.set_standing(&own.address, standing);
                self.probe_duplicate(own.address, PROBES - probes, sink);
            }
            Standing::Registering { tries, .. } => self.register(own, tries, sink),
            Standing::Assigned => {}
        }
    }

    pub(super) fn set_standing(&mut self, address: &Address, standing: Standing) {
        if let Some(own) = self.addresses.find_mut(address) {
            own.standing = standing;
        }
    }

    /// Sends the router solicitation that is due. RFC 4861 6.3.7, RFC 6775 5.3.
    pub(crate) fn solicit_router(&mut self, sink: &mut dyn Sink) {
        let sent = self.solicitation.sent;
        let next_us = match self.settings.nd {
            Nd::Host if sent < MAX_SOLICIT => Some(HOST_INTERVAL_US),
            // Truncated binary exponential backoff.
            Nd::Host => {
                let doubled = HOST_INTERVAL_US << (sent - MAX_SOLICIT + 1).min(3);
                Some(doubled.min(LONGEST_INTERVAL_US))
            }
            _ if sent + 1 < MAX_SOLICIT => Some(CLASSIC_INTERVAL_US),
            _ => None,
        };
        self.solicitation = Solicitation {
            sent: sent.saturating_add(1),
            due_us: next_us.map(|wait_us| self.now_us + wait_us),
        };
        // Without any address it asks from `::`, and does not say where it is.
        // RFC 4861 4.1; RFC 6775 5.3 forbids it.
        let own = self.addresses.source_for(&Address::ALL_ROUTERS);
        if own.is_none() && self.settings.nd != Nd::Classic {
            return;
        }
        // A known router is asked alone at first. RFC 6775 5.4.3.
        let router = self.routers.best(self.now_us).filter(|_| sent == 0);
        let source = own.unwrap_or(Address::UNSPECIFIED);
        let link_address = self.link_address_of(&source);
        let mut draft = Draft::discovery(source, router.unwrap_or(Address::ALL_ROUTERS));
        draft.put(&[protocol::ROUTER_SOLICITATION, 0, 0, 0, 0, 0, 0, 0]);
        if own.is_some() {
            put_source_link_address(&mut draft, link_address);
        }
        if let Some(flags) = self.own_capability() {
            put_capability(&mut draft, flags);
        }
        if router.is_some() {
            self.output(draft.finish(), sink);
        } else {
            self.broadcast(&mut draft, link_address, sent, sink);
        }
    }

    pub(super) fn hear_router_advertisement(
        &mut self,
        incoming: &Incoming<'_>,
        lifetime_s: u16,
        options: &Options<'_>,
        sink: &mut dyn Sink,
    ) {
        let host = self.settings.nd == Nd::Host;
        let classic = self.settings.nd == Nd::Classic && self.settings.autoconfigure;
        let Incoming { header, link, .. } = incoming;
        if !host && !classic {
            return;
        }
        let router = header.source;
        if host && !self.routers.takes_version(options.border_router()) {
            return;
        }
        if let Some(link) = options.source_link_address() {
            self.hear_source(router, link, sink);
        } else if host {
            // RFC 6775 6.3 makes it a MUST; without it the MAC header tells.
            self.hear_source(router, link.source, sink);
        }
        let until_us = self.now_us + u64::from(lifetime_s) * 1_000_000;
        let new = self.routers.hear(router, until_us, lifetime_s > 0);
        if lifetime_s > 0 {
            self.solicitation = Solicitation {
                sent: 0,
                due_us: None,
            };
        }
        // RFC 6775 5.4: an on-link prefix is ignored as a whole.
        let prefixes = options.prefixes().filter(|prefix| !host || !prefix.on_link);
        for prefix in prefixes {
            self.hear_prefix(&prefix);
        }
        if host {
            self.hear_contexts(lifetime_s, options);
            self.after_advertisement(router, lifetime_s, new, options);
        }
    }

    /// RFC 4862 5.5.3; only 64-bit prefixes are used, RFC 4944 section 6.
    fn hear_prefix(&mut self, prefix: &Prefix) {
        if !prefix.autonomous || prefix.length != 64 || prefix.prefix.is_link_local() {
            return;
        }
        if prefix.prefix.is_multicast() || LEVEL < 1 || !self.settings.autoconfigure {
            return;
        }
        let until_us = match prefix.valid_lifetime_s {
            u32::MAX => None,
            seconds => Some(self.now_us + u64::from(seconds) * 1_000_000),
        };
        let standing = match self.settings.nd {
            Nd::Classic => Standing::Tentative {
                probes: PROBES,
                due_us: self.now_us,
            },
            _ => Standing::Registering {
                tries: 0,
                due_us: self.now_us,
            },
        };
        for link in self.settings.link_addresses() {
            let address = Address::join(prefix.prefix.prefix(), link.iid());
            match self.addresses.find_mut(&address) {
                Some(own) if own.origin != Origin::Set => own.until_us = until_us,
                Some(_) => {}
                None if prefix.valid_lifetime_s > 0 => {
                    self.add_formed(address, link, standing, until_us);
                }
                None => {}
            }
        }
        self.expire_addresses();
    }

    /// Gives up addresses whose prefix is no longer valid.
    pub(crate) fn expire_addresses(&mut self) {
        let now_us = self.now_us;
        self.addresses
            .retain(|own| own.until_us.is_none_or(|until_us| now_us < until_us));
    }
}
