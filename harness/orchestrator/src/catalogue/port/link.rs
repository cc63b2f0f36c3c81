//! dut.yaml's `link`: plain if it is left out.

use std::net::Ipv6Addr;

use serde::Deserialize;
use sixlo_judge::link::{Link, Role, Secured, SharedKey, Thread};

use crate::catalogue::yaml::scalar::Octets;

/// As it is written.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RawLink {
    Secured(RawSecured),
    Thread(RawThread),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawSecured {
    level: u8,
    key_id_mode: u8,
    #[serde(default)]
    key_index: u8,
    #[serde(default)]
    key_source: Octets,
    key: Octets,
    #[serde(default)]
    first_frame_counter: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawThread {
    role: RawRole,
    network_key: Octets,
    #[serde(default)]
    key_sequence: u32,
    mesh_local_prefix: Ipv6Addr,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawRole {
    Child,
    Leader,
}

impl RawLink {
    /// What it means, or what is wrong with it.
    pub fn link(self) -> Result<Link, String> {
        match self {
            RawLink::Secured(raw) => raw.secured().map(Link::Secured),
            RawLink::Thread(raw) => raw.thread().map(Link::Thread),
        }
    }
}

impl RawSecured {
    fn secured(self) -> Result<Secured, String> {
        if !(1..=7).contains(&self.level) {
            return Err(format!(
                "`level: {}` secures nothing (1 to 3 authenticate, 4 encrypts, 5 to 7 do both)",
                self.level
            ));
        }
        let sources = [0, 0, 4, 8];
        let mode = usize::from(self.key_id_mode);
        let (Some(&source), given) = (sources.get(mode), self.key_source.0.len()) else {
            return Err(format!("`key-id-mode: {mode}` is none (0 to 3)"));
        };
        if source != given {
            return Err(format!(
                "`key-source` has {given} octets; in key id mode {mode} it has {source}"
            ));
        }
        if mode == 0 && self.key_index != 0 {
            return Err("key id mode 0 has no `key-index`".to_owned());
        }
        Ok(Secured {
            level: self.level,
            key_id_mode: self.key_id_mode,
            key_index: self.key_index,
            key_source: self.key_source.0,
            key: key("key", &self.key)?,
            first_frame_counter: self.first_frame_counter,
        })
    }
}

impl RawThread {
    fn thread(self) -> Result<Thread, String> {
        let prefix = self.mesh_local_prefix;
        if u128::from(prefix) as u64 != 0 {
            return Err(format!(
                "`mesh-local-prefix: {prefix}` is longer than a /64; leave its last 64 bits zero"
            ));
        }
        Ok(Thread {
            role: match self.role {
                RawRole::Child => Role::Child,
                RawRole::Leader => Role::Leader,
            },
            network_key: key("network-key", &self.network_key)?,
            key_sequence: self.key_sequence,
            mesh_local_prefix: prefix,
        })
    }
}

fn key(name: &str, octets: &Octets) -> Result<SharedKey, String> {
    let octets = octets.0.as_slice();
    octets
        .try_into()
        .map(SharedKey)
        .map_err(|_| format!("`{name}` has {} octets; a key has 16", octets.len()))
}
