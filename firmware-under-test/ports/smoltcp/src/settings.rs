//! What the harness has set; it outlives a reset of the stack.

use alloc::vec::Vec;

use sixlo_agent::Outcome;
use sixlo_agent::protocol::Setting;
use smoltcp::wire::{Ieee802154Address, Ipv6Address};

/// Contexts of the build: feature `iface-max-sixlowpan-address-context-count-16`.
pub const CONTEXTS: usize = 16;
/// Addresses of the build: feature `iface-max-addr-count-8`.
pub const ADDRESSES: usize = 8;

/// Everything that can be set.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    pub eui64: Option<[u8; 8]>,
    pub short_address: Option<u16>,
    pub pan_id: Option<u16>,
    /// Addresses with the lengths of their prefixes in bits.
    pub addresses: Vec<(Ipv6Address, u8)>,
    /// First 64 bits of each context, by its identifier.
    pub contexts: [Option<[u8; 8]>; CONTEXTS],
    pub autoconfigure: bool,
    pub open_ports: Vec<u16>,
    pub groups: Vec<Ipv6Address>,
    /// Reassembly time-out in milliseconds, if it is not to be smoltcp's own.
    pub reassembly_timeout_ms: Option<u64>,
}

/// What a changed setting asks of the running interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The interface must be built anew: smoltcp sets this only at the start.
    Rebuild,
    /// The interface takes it as it runs.
    Live,
}

/// Bits of the settings that can be made: [`Setting::hook`].
pub const HOOKS: u32 = {
    let v6 = [0; 16];
    Setting::Eui64([0; 8]).hook()
        | Setting::ShortAddress(0).hook()
        | Setting::PanId(0).hook()
        | Setting::Channel(0).hook()
        | Setting::Address(v6, 0).hook()
        | Setting::Group(v6).hook()
        | Setting::Context {
            id: 0,
            prefix: v6,
            prefix_length: 0,
            compress: false,
        }
        .hook()
        | Setting::NoContext(0).hook()
        | Setting::Autoconfigure(false).hook()
        | Setting::OpenPort(0).hook()
        | Setting::Parameter(0, 0).hook()
        | Setting::Defaults.hook()
};

/// Parameter 1: the reassembly time-out in milliseconds.
const REASSEMBLY_TIMEOUT_MS: u32 = 1;

impl Settings {
    /// Takes one setting in, or says why not.
    pub fn take(&mut self, setting: &Setting) -> Result<Change, Outcome> {
        match *setting {
            Setting::Eui64(eui64) => self.eui64 = Some(eui64),
            Setting::ShortAddress(0xffff) => self.short_address = None,
            Setting::ShortAddress(short) => self.short_address = Some(short),
            Setting::PanId(pan_id) => {
                self.pan_id = Some(pan_id);
                return Ok(Change::Rebuild);
            }
            // One air, one channel: there is nothing to tune.
            Setting::Channel(11..=26) => {}
            Setting::Channel(_) => return Err(Outcome::Refused("channel is not within 11 to 26")),
            Setting::Address(address, prefix_length) => self.add_address(address, prefix_length)?,
            Setting::Group(group) => {
                let group = Ipv6Address::from(group);
                if !group.is_multicast() {
                    return Err(Outcome::Refused("group is no multicast address"));
                }
                if !self.groups.contains(&group) {
                    self.groups.push(group);
                }
            }
            Setting::Context {
                id,
                prefix,
                prefix_length,
                ..
            } => {
                let slot = self.context_mut(id)?;
                if prefix_length > 64 {
                    return Err(Outcome::Refused("stack: a context holds 64 bits"));
                }
                let [first @ .., _, _, _, _, _, _, _, _] = prefix;
                *slot = Some(first);
            }
            Setting::NoContext(id) => *self.context_mut(id)? = None,
            Setting::Autoconfigure(on) => {
                self.autoconfigure = on;
                return Ok(Change::Rebuild);
            }
            Setting::OpenPort(0) => return Err(Outcome::Refused("port 0 cannot be opened")),
            Setting::OpenPort(port) if self.open_ports.contains(&port) => {}
            Setting::OpenPort(port) => self.open_ports.push(port),
            Setting::Parameter(REASSEMBLY_TIMEOUT_MS, ms) => self.reassembly_timeout_ms = Some(ms),
            Setting::Defaults => {
                *self = Settings::default();
                return Ok(Change::Rebuild);
            }
            _ => return Err(Outcome::Unsupported),
        }
        Ok(Change::Live)
    }

    fn add_address(&mut self, address: [u8; 16], prefix_length: u8) -> Result<(), Outcome> {
        let address = Ipv6Address::from(address);
        if prefix_length > 128 {
            return Err(Outcome::Refused("prefix is longer than 128 bits"));
        }
        if address.is_multicast() || address.is_unspecified() {
            return Err(Outcome::Refused("address is not unicast"));
        }
        self.addresses.retain(|(known, _)| *known != address);
        if self.addresses.len() == ADDRESSES {
            return Err(Outcome::Refused("stack: built for 8 addresses"));
        }
        self.addresses.push((address, prefix_length));
        Ok(())
    }

    fn context_mut(&mut self, id: u8) -> Result<&mut Option<[u8; 8]>, Outcome> {
        self.contexts
            .get_mut(usize::from(id))
            .ok_or(Outcome::Refused("context identifier is not within 0 to 15"))
    }

    /// The one link-layer address an interface has: the EUI-64, or else the short one.
    pub fn hardware_address(&self) -> Ieee802154Address {
        match (self.eui64, self.short_address) {
            (Some(eui64), _) => Ieee802154Address::Extended(eui64),
            (None, Some(short)) => Ieee802154Address::Short(short.to_be_bytes()),
            // Unset: a locally administered address that nobody else has.
            (None, None) => Ieee802154Address::Extended([2, 0, 0, 0, 0, 0, 0, 1]),
        }
    }

    /// Addresses that the interface starts with. smoltcp forms its link-local
    /// address when told to, but assigns it to no interface.
    pub fn addresses(&self) -> Vec<(Ipv6Address, u8)> {
        let mut addresses = self.addresses.clone();
        if let Some(formed) = self.hardware_address().as_link_local_address()
            && self.autoconfigure
            && addresses.len() < ADDRESSES
            && addresses.iter().all(|(address, _)| *address != formed)
        {
            addresses.insert(0, (formed, 64));
        }
        addresses
    }
}
