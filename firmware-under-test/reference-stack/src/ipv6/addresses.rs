//! The node's own unicast addresses.

use crate::ipv6::Address;

/// Own addresses at a time, configured and formed together.
pub const ADDRESSES: usize = 12;

/// Where an address comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It was configured.
    Set,
    /// Formed from a MAC address (RFC 4862), and here is which.
    Formed { short: bool },
}

/// How far an address is the node's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Duplicate address detection has yet to send `probes`, the next at
    /// `due_us`, or ends then. RFC 4862 5.4.
    Tentative { probes: u8, due_us: u64 },
    /// In use.
    Assigned,
    /// In use, and to be registered: `tries` solicitations so far are
    /// unanswered, the next is sent at `due_us`. RFC 6775 5.5.
    Registering { tries: u8, due_us: u64 },
}

/// One address.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Own {
    pub address: Address,
    /// Bits that are on-link.
    pub prefix_length: u8,
    pub origin: Origin,
    pub standing: Standing,
    /// When it is given up; `None`: never.
    pub until_us: Option<u64>,
}

/// All of them.
#[derive(Debug, Clone)]
pub(crate) struct Addresses {
    table: [Option<Own>; ADDRESSES],
}

impl Addresses {
    pub const fn new() -> Self {
        Addresses {
            table: [None; ADDRESSES],
        }
    }

    pub fn all(&self) -> impl Iterator<Item = &Own> {
        self.table.iter().flatten()
    }

    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut Own> {
        self.table.iter_mut().flatten()
    }

    pub fn find(&self, address: &Address) -> Option<&Own> {
        self.all().find(|own| own.address == *address)
    }

    pub fn find_mut(&mut self, address: &Address) -> Option<&mut Own> {
        self.all_mut().find(|own| own.address == *address)
    }

    /// Whether it is one, be it only tentative.
    pub fn has(&self, address: &Address) -> bool {
        self.find(address).is_some()
    }

    /// Whether it is one that may be used. RFC 4862 section 2.
    pub fn is_assigned(&self, address: &Address) -> bool {
        self.find(address).is_some_and(Own::is_usable)
    }

    /// Adds an address, or leaves the one that is there already; false if
    /// there is no room.
    pub fn add(&mut self, own: Own) -> bool {
        if self.has(&own.address) {
            return true;
        }
        let free = self.table.iter_mut().find(|slot| slot.is_none());
        match free {
            Some(slot) => {
                *slot = Some(own);
                true
            }
            None => false,
        }
    }

    pub fn retain(&mut self, keep: impl Fn(&Own) -> bool) {
        for slot in &mut self.table {
            if slot.as_ref().is_some_and(|own| !keep(own)) {
                *slot = None;
            }
        }
    }

    /// The address to send from to `destination`: of its scope, then with the
    /// longest prefix in common. RFC 6724 section 5, rules 2 and 8.
    pub fn source_for(&self, destination: &Address) -> Option<Address> {
        let usable = self.all().filter(|own| own.is_usable());
        let local = destination.stays_on_link();
        let best = usable.max_by_key(|own| {
            let scope_fits = own.address.is_link_local() == local;
            (scope_fits, own.address.common_bits(destination).min(64))
        });
        best.map(|own| own.address)
    }

    /// Whether `address` lies in the prefix of a configured or formed address.
    pub fn is_on_link(&self, address: &Address) -> bool {
        self.all().any(|own| {
            own.prefix_length > 0 && own.address.common_bits(address) >= own.prefix_length
        })
    }
}

impl Own {
    pub fn is_usable(&self) -> bool {
        !matches!(self.standing, Standing::Tentative { .. })
    }

    /// When it wants to be looked after.
    pub fn due_us(&self) -> Option<u64> {
        match self.standing {
            Standing::Tentative { due_us, .. } | Standing::Registering { due_us, .. } => {
                Some(due_us)
            }
            Standing::Assigned => None,
        }
    }
}
