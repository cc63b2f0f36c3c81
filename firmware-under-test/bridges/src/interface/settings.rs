//! What the harness has set; it outlives a reset.

use std::net::Ipv6Addr;

use sixlo_agent::Outcome;
use sixlo_agent_protocol::Setting;

use super::contexts::{self, Context};

/// Everything that can be set.
#[derive(Debug, Clone)]
pub struct Settings {
    pub eui64: [u8; 8],
    pub short_address: Option<u16>,
    pub pan_id: Option<u16>,
    /// Addresses with the lengths of their prefixes in bits.
    pub addresses: Vec<(Ipv6Addr, u8)>,
    pub groups: Vec<Ipv6Addr>,
    pub neighbours: Vec<(Ipv6Addr, [u8; 8])>,
    pub open_ports: Vec<u16>,
    pub contexts: [Option<Context>; contexts::COUNT],
    pub autoconfigure: bool,
    /// Reassembly time-out in seconds, the kernel's unit.
    pub reassembly_seconds: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            // Locally administered, and nobody else's.
            eui64: [2, 0, 0, 0, 0, 0, 0, 1],
            short_address: None,
            pan_id: None,
            addresses: Vec::new(),
            groups: Vec::new(),
            neighbours: Vec::new(),
            open_ports: Vec::new(),
            contexts: [None; contexts::COUNT],
            autoconfigure: true,
            reassembly_seconds: 2,
        }
    }
}

/// What a changed setting asks of the running interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The interface must be made anew: it takes this only while it is down.
    Rebuild,
    /// The interface takes it as it runs.
    Live,
    /// Nothing in the kernel corresponds to it.
    Nothing,
}

/// Bits of the settings that can be made on any kernel: [`Setting::hook`].
pub const HOOKS: u32 = {
    let v6 = [0; 16];
    Setting::Eui64([0; 8]).hook()
        | Setting::ShortAddress(0).hook()
        | Setting::PanId(0).hook()
        | Setting::Channel(0).hook()
        | Setting::Address(v6, 0).hook()
        | Setting::Group(v6).hook()
        | Setting::Autoconfigure(false).hook()
        | Setting::OpenPort(0).hook()
        | Setting::Neighbour(v6, [0; 8]).hook()
        | Setting::Parameter(0, 0).hook()
        | Setting::Defaults.hook()
};

/// Bits of the settings that only a kernel with debugfs can make.
pub const CONTEXT_HOOKS: u32 = Setting::NoContext(0).hook()
    | Setting::Context {
        id: 0,
        prefix: [0; 16],
        prefix_length: 0,
        compress: false,
    }
    .hook();

/// Parameter 1: the reassembly time-out in milliseconds; Linux counts whole seconds.
const REASSEMBLY_TIMEOUT_MS: u32 = 1;

impl Settings {
    /// Takes one setting in, or says why not.
    pub fn take(&mut self, setting: &Setting) -> Result<Change, Outcome> {
        match *setting {
            Setting::Eui64(eui64) => {
                // Bit 0 of the first octet: a group, which no radio is.
                if eui64 == [0; 8] || eui64[0] & 1 == 1 {
                    return Err(Outcome::Refused("stack: no valid extended address"));
                }
                self.eui64 = eui64;
                return Ok(Change::Rebuild);
            }
            Setting::ShortAddress(0xfffe) => {
                return Err(Outcome::Refused(
                    "stack: fffe means that there is no short address",
                ));
            }
            Setting::ShortAddress(short) => {
                self.short_address = (short != 0xffff).then_some(short);
                return Ok(Change::Rebuild);
            }
            Setting::PanId(pan_id) => {
                self.pan_id = (pan_id != 0xffff).then_some(pan_id);
                return Ok(Change::Rebuild);
            }
            Setting::Autoconfigure(on) => {
                self.autoconfigure = on;
                return Ok(Change::Rebuild);
            }
            // One air, one channel: there is nothing to tune.
            Setting::Channel(11..=26) => return Ok(Change::Nothing),
            Setting::Channel(_) => return Err(Outcome::Refused("channel is not within 11 to 26")),
            Setting::Address(address, prefix_length) => {
                let address = Ipv6Addr::from(address);
                if prefix_length > 128 {
                    return Err(Outcome::Refused("prefix is longer than 128 bits"));
                }
                if address.is_multicast() || address.is_unspecified() {
                    return Err(Outcome::Refused("address is not unicast"));
                }
                self.addresses.retain(|(known, _)| *known != address);
                self.addresses.push((address, prefix_length));
            }
            Setting::Group(group) => {
                let group = Ipv6Addr::from(group);
                if !group.is_multicast() {
                    return Err(Outcome::Refused("group is no multicast address"));
                }
                if !self.groups.contains(&group) {
                    self.groups.push(group);
                }
            }
            Setting::Neighbour(address, eui64) => {
                let address = Ipv6Addr::from(address);
                self.neighbours.retain(|(known, _)| *known != address);
                self.neighbours.push((address, eui64));
            }
            Setting::OpenPort(0) => return Err(Outcome::Refused("port 0 cannot be opened")),
            Setting::OpenPort(port) => {
                if !self.open_ports.contains(&port) {
                    self.open_ports.push(port);
                }
            }
            Setting::Context { .. } | Setting::NoContext(_) if !contexts::can_be_set() => {
                return Err(Outcome::Unsupported);
            }
            Setting::Context {
                id,
                prefix,
                prefix_length: prefix_length @ 0..=128,
                compress,
            } => {
                *self.context_mut(id)? = Some(Context {
                    prefix: prefix.into(),
                    prefix_length,
                    compress,
                });
            }
            Setting::Context { .. } => {
                return Err(Outcome::Refused("prefix is longer than 128 bits"));
            }
            Setting::NoContext(id) => *self.context_mut(id)? = None,
            Setting::Parameter(REASSEMBLY_TIMEOUT_MS, ms) => {
                self.reassembly_seconds = ms.div_ceil(1000).clamp(1, 60);
            }
            Setting::Defaults => {
                *self = Settings::default();
                return Ok(Change::Rebuild);
            }
            _ => return Err(Outcome::Unsupported),
        }
        Ok(Change::Live)
    }

    fn context_mut(&mut self, id: u8) -> Result<&mut Option<Context>, Outcome> {
        self.contexts
            .get_mut(usize::from(id))
            .ok_or(Outcome::Refused("context identifier is not within 0 to 15"))
    }

    /// The addresses it has beyond those it forms itself. From a short
    /// address Linux forms none that RFC 6282 3.2.2 could elide.
    pub fn addresses(&self) -> Vec<(Ipv6Addr, u8)> {
        let mut addresses = self.addresses.clone();
        if let Some(short) = self.short_address {
            let formed = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0xff, 0xfe00, short);
            if addresses.iter().all(|(address, _)| *address != formed) {
                addresses.push((formed, 64));
            }
        }
        addresses
    }
}
