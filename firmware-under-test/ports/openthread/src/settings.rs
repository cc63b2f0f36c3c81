//! What the harness has set; it survives a reset.

use alloc::vec::Vec;

use sixlo_agent::Outcome;
use sixlo_agent::protocol::Setting;

use crate::contexts::Contexts;
use crate::network::{Network, Role};

/// Addresses taken at most: what OpenThread has room for by default.
const MOST_ADDRESSES: usize = 4;
/// Groups taken at most, beside those that every Thread node is in: likewise.
const MOST_GROUPS: usize = 2;
/// UDP ports opened at most: the port's own limit.
const MOST_PORTS: usize = 16;

/// The settings of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Its EUI-64, most significant octet first: the extended address, too.
    pub eui64: [u8; 8],
    /// Its PAN.
    pub pan: u16,
    /// Its channel.
    pub channel: u8,
    /// What it is in its network, and the network's mesh-local prefix: given once, when the
    /// program starts.
    pub role: Role,
    pub mesh_local_prefix: [u8; 8],
    /// Unicast addresses beside those that Thread itself gives, with their prefix lengths.
    pub addresses: Vec<([u8; 16], u8)>,
    /// Groups to be in.
    pub groups: Vec<[u8; 16]>,
    /// UDP ports that echo.
    pub ports: Vec<u16>,
    /// What a leader tells its network of contexts.
    pub contexts: Contexts,
}

impl Settings {
    /// Those of a node that was told nothing.
    pub fn new(network: &Network) -> Self {
        Settings {
            role: network.role,
            mesh_local_prefix: network.mesh_local_prefix,
            eui64: [0x02, 0, 0, 0, 0, 0, 0, 1],
            pan: 0xabcd,
            channel: 11,
            addresses: Vec::new(),
            groups: Vec::new(),
            ports: Vec::new(),
            contexts: Contexts::default(),
        }
    }
}

/// The settings that can be made, as bits. A Thread node's 16-bit address comes from its
/// leader, and so do its contexts, if it is none itself.
pub fn hooks(role: Role) -> u32 {
    match role {
        Role::Child => HOOKS,
        Role::Leader => HOOKS | CONTEXT,
    }
}

const CONTEXT: u32 = Setting::Context {
    id: 0,
    prefix: [0; 16],
    prefix_length: 0,
    compress: true,
}
.hook();

const HOOKS: u32 = Setting::Eui64([0; 8]).hook()
    | Setting::PanId(0).hook()
    | Setting::Channel(0).hook()
    | Setting::Address([0; 16], 0).hook()
    | Setting::Group([0; 16]).hook()
    | Setting::OpenPort(0).hook()
    | Setting::Defaults.hook();

impl Settings {
    /// Keeps one setting.
    pub fn take(&mut self, setting: &Setting) -> Outcome {
        match *setting {
            Setting::Eui64(eui64) => self.eui64 = eui64,
            Setting::PanId(pan) => self.pan = pan,
            Setting::Channel(channel) if (11..=26).contains(&channel) => self.channel = channel,
            Setting::Channel(_) => return Outcome::Refused("port: channels are 11 to 26"),
            Setting::Address(address, length) => return self.take_address(address, length),
            Setting::Group(group) => return keep(&mut self.groups, group, MOST_GROUPS),
            Setting::OpenPort(port) => return keep(&mut self.ports, port, MOST_PORTS),
            Setting::Context {
                id,
                prefix,
                prefix_length,
                compress,
            } if self.role == Role::Leader => {
                return match id {
                    MESH_LOCAL => self.take_mesh_local(prefix, prefix_length, compress),
                    _ => self.contexts.take(id, prefix, prefix_length, compress),
                };
            }
            Setting::Defaults => self.forget(),
            _ => return Outcome::Unsupported,
        }
        Outcome::Done
    }

    fn forget(&mut self) {
        *self = Settings::new(&Network {
            role: self.role,
            mesh_local_prefix: self.mesh_local_prefix,
            ..Network::default()
        });
    }

    /// Context 0 is what it is.
    fn take_mesh_local(&self, prefix: [u8; 16], length: u8, compress: bool) -> Outcome {
        match prefix.starts_with(&self.mesh_local_prefix) && length == 64 && compress {
            true => Outcome::Done,
            false => Outcome::Unsupported,
        }
    }

    /// Thread alone says which link-local address a node has, and which address beneath
    /// the mesh-local prefix holds its 16-bit address: none of these is ours to add.
    fn take_address(&mut self, address: [u8; 16], length: u8) -> Outcome {
        let (prefix, iid) = address.split_at(8);
        if prefix == [0xfe, 0x80, 0, 0, 0, 0, 0, 0] {
            let mut own = self.eui64;
            own[0] ^= 0x02;
            return match iid == own {
                true => Outcome::Done,
                false => Outcome::Unsupported,
            };
        }
        if prefix == self.mesh_local_prefix && iid.starts_with(&SHORT_IID) {
            return Outcome::Done;
        }
        keep(&mut self.addresses, (address, length), MOST_ADDRESSES)
    }
}

/// The mesh-local prefix's context.
const MESH_LOCAL: u8 = 0;

/// What an interface identifier that holds a 16-bit address begins with, RFC 6282 3.2.2.
const SHORT_IID: [u8; 6] = [0, 0, 0, 0xff, 0xfe, 0];

fn keep<T: PartialEq>(list: &mut Vec<T>, one: T, most: usize) -> Outcome {
    if list.contains(&one) {
        return Outcome::Done;
    }
    if list.len() == most {
        return Outcome::Refused("stack: has no room for another one");
    }
    list.push(one);
    Outcome::Done
}
