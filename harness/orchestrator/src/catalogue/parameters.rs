//! What a run may change without touching a case: addresses, prefixes, ports, seed.

use std::collections::BTreeMap;
use std::net::Ipv6Addr;
use std::ops::RangeInclusive;

use serde::Deserialize;
use sixlo_frames::context::Context;
use sixlo_judge::profile::{Addresses, Node};

use super::error::{CatalogueError, Place};
use super::yaml;

/// The parameters of a run. PIXIT: implementation extra information for testing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters {
    /// Everybody's addresses.
    pub addresses: Addresses,
    /// Prefixes by name, such as `context-0`.
    pub prefixes: BTreeMap<String, Context>,
    /// UDP ports by name, such as `closed-16-bit`.
    pub ports: BTreeMap<String, u16>,
    /// The ICMPv6 type of "class unsupported": none is assigned (P6LoWPAN 6.2).
    pub class_unsupported_type: u8,
    /// Everything random comes from it.
    pub seed: u64,
    /// Take products whole in place of their covering arrays.
    pub full_sweeps: bool,
    /// Which times of a trial are made, each with an id and nonces of its own.
    pub times: RangeInclusive<u16>,
}

/// EUI-64s and 16-bit addresses differ in more than one octet, so that an exchange
/// of octets shows; the former are of the range for documentation (RFC 9542 2.2.2).
/// Prefixes are of the range for documentation, too (RFC 3849).
impl Default for Parameters {
    fn default() -> Self {
        let node = |last: u8, short| Node {
            eui64: [0x02, 0x00, 0x5e, 0xef, 0x10, 0x00, 0x00, last],
            short,
        };
        let prefix = |name: &str, prefix: [u16; 8], length| {
            let [a, b, c, d, e, f, g, h] = prefix;
            let prefix = Ipv6Addr::new(a, b, c, d, e, f, g, h);
            (name.to_owned(), Context { prefix, length })
        };
        let port = |name: &str, port| (name.to_owned(), port);
        Parameters {
            addresses: Addresses {
                pan_id: 0xabcd,
                tester: node(0x1a, 0x1a01),
                dut: node(0x2b, 0x2b02),
                peer: node(0x3c, 0x3c03),
                prefix: Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0),
            },
            prefixes: BTreeMap::from([
                prefix("context-0", [0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 64),
                prefix("context-3", [0x2001, 0xdb8, 1, 2, 0, 0, 0, 0], 64),
                prefix("context-5-80", [0x2001, 0xdb8, 5, 5, 0xdead, 0, 0, 0], 80),
                prefix("context-7-48", [0x2001, 0xdb8, 7, 0, 0, 0, 0, 0], 48),
                prefix("context-10", [0x2001, 0xdb8, 0xb, 0, 0, 0, 0, 0], 64),
                prefix("context-15-128", [0x2001, 0xdb8, 0xf, 0, 0, 0, 0, 1], 128),
                prefix("prefix", [0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 64),
            ]),
            ports: BTreeMap::from([
                port("source-16-bit", 5683),
                port("closed-16-bit", 5684),
                port("source-8-bit", 0xf0a1),
                port("closed-8-bit", 0xf055),
                port("source-4-bit", 0xf0b1),
                port("closed-4-bit", 0xf0b2),
                port("open-port", 0xf0b7),
            ]),
            class_unsupported_type: 253,
            seed: 1,
            full_sweeps: false,
            times: 1..=1,
        }
    }
}

/// A parameter file: whatever it leaves out stays as it is.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    seed: Option<u64>,
    pan_id: Option<u16>,
    prefix: Option<Ipv6Addr>,
    tester: Option<FileNode>,
    dut: Option<FileNode>,
    peer: Option<FileNode>,
    prefixes: BTreeMap<String, yaml::At<String>>,
    ports: BTreeMap<String, yaml::At<u16>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileNode {
    eui64: Option<yaml::At<yaml::scalar::Octets>>,
    short: Option<u16>,
}

impl Parameters {
    /// With the values of a parameter file in place of those it names.
    pub fn with_file(mut self, file: &str, text: &str) -> Result<Self, CatalogueError> {
        let values: File = yaml::read(file, text)?;
        let wrong = |at, text: String| CatalogueError::new(yaml::place(file, at), text);
        self.seed = values.seed.unwrap_or(self.seed);
        self.addresses.pan_id = values.pan_id.unwrap_or(self.addresses.pan_id);
        self.addresses.prefix = values.prefix.unwrap_or(self.addresses.prefix);
        for (node, values) in [
            (&mut self.addresses.tester, values.tester),
            (&mut self.addresses.dut, values.dut),
            (&mut self.addresses.peer, values.peer),
        ] {
            let Some(values) = values else { continue };
            node.short = values.short.unwrap_or(node.short);
            if let Some(eui64) = values.eui64 {
                node.eui64 = eui64.value.0.as_slice().try_into().map_err(|_| {
                    let text = format!("an EUI-64 has 8 octets, not {}", eui64.value.0.len());
                    wrong(eui64.referenced, text)
                })?;
            }
        }
        for (name, text) in values.prefixes {
            let known = known(&self.prefixes);
            let slot = self.prefixes.get_mut(&name).ok_or_else(|| {
                let what = format!("no prefix is called `{name}` (known: {known})");
                wrong(text.referenced, what)
            })?;
            *slot = prefix(&text.value).ok_or_else(|| {
                let what = format!("`{}` is no prefix (such as `2001:db8::/64`)", text.value);
                wrong(text.referenced, what)
            })?;
        }
        for (name, port) in values.ports {
            let known = known(&self.ports);
            let slot = self.ports.get_mut(&name).ok_or_else(|| {
                let text = format!("no port is called `{name}` (known: {known})");
                wrong(port.referenced, text)
            })?;
            *slot = port.value;
        }
        let Addresses {
            tester, dut, peer, ..
        } = &self.addresses;
        for (a, b, names) in [
            (tester, dut, "tester and dut"),
            (tester, peer, "tester and peer"),
            (dut, peer, "dut and peer"),
        ] {
            if a.eui64 == b.eui64 || a.short == b.short {
                let text = format!("{names} have the same address; give each its own");
                return Err(CatalogueError::new(Place::file(file), text));
            }
        }
        Ok(self)
    }
}

impl Parameters {
    /// These with other addresses; prefixes that were that of the addresses follow it.
    #[must_use]
    pub fn addressed(&self, addresses: &Addresses) -> Self {
        let mut changed = self.clone();
        let prefix = |prefix| Context { prefix, length: 64 };
        let (old, new) = (prefix(self.addresses.prefix), prefix(addresses.prefix));
        for context in changed
            .prefixes
            .values_mut()
            .filter(|context| **context == old)
        {
            *context = new;
        }
        changed.addresses = addresses.clone();
        changed
    }

    /// All that decides what goes on air, as octets to hash.
    pub(super) fn fingerprint(&self) -> String {
        format!(
            "{:?} {:?} {:?} {} {}",
            self.addresses, self.prefixes, self.ports, self.class_unsupported_type, self.seed
        )
    }
}

/// The names that a file may give values to.
fn known<T>(all: &BTreeMap<String, T>) -> String {
    let names: Vec<&str> = all.keys().map(String::as_str).collect();
    names.join(", ")
}

/// Reads `2001:db8::/64`. Bits beyond the length are cleared.
pub(super) fn prefix(text: &str) -> Option<Context> {
    let (prefix, length) = text.split_once('/')?;
    let length: u8 = length.parse().ok().filter(|&length| length <= 128)?;
    let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
    let prefix = u128::from(prefix.parse::<Ipv6Addr>().ok()?) & mask;
    Some(Context {
        prefix: prefix.into(),
        length,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_have_lengths() {
        assert_eq!(
            prefix("2001:db8:1:2:3::/64"),
            Some(Context {
                prefix: "2001:db8:1:2::".parse().unwrap(),
                length: 64
            })
        );
        assert_eq!(prefix("::/0").map(|p| p.length), Some(0));
        assert_eq!(prefix("2001:db8::"), None);
        assert_eq!(prefix("2001:db8::/129"), None);
    }

    #[test]
    fn a_file_changes_what_it_names() {
        let text =
            "seed: 7\nports: { closed-16-bit: 9 }\ndut: { eui64: \"02 00 5e ef 10 00 00 77\" }\n";
        let changed = Parameters::default().with_file("p.yaml", text).unwrap();
        assert_eq!(changed.seed, 7);
        assert_eq!(changed.ports["closed-16-bit"], 9);
        assert_eq!(changed.addresses.dut.eui64[7], 0x77);
        assert_eq!(
            changed.addresses.tester,
            Parameters::default().addresses.tester
        );
        let wrong = Parameters::default().with_file("p.yaml", "ports: { closed: 9 }\n");
        assert_eq!(
            wrong.unwrap_err().to_string(),
            "p.yaml:1:18: no port is called `closed` (known: closed-16-bit, closed-4-bit, \
             closed-8-bit, open-port, source-16-bit, source-4-bit, source-8-bit)"
        );
    }
}
