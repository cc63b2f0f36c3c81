//! Symbolic addresses.

use std::net::Ipv6Addr;

use sixlo_frames::context::Context;
use sixlo_frames::iid::{self, Iid};
use sixlo_frames::mac::{BROADCAST, MacAddress};

use super::scope::Scope;
use crate::catalogue::yaml::scalar;

/// What the frame around an address says: needed for `dut-mac`, `sci` and `dci`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Surroundings {
    pub mac_src: MacAddress,
    pub mac_dst: MacAddress,
    pub sci: u8,
    pub dci: u8,
}

impl Scope<'_> {
    /// The address that `text` names.
    pub fn address(&self, text: &str, around: &Surroundings) -> Result<Ipv6Addr, String> {
        if let Some(group) = call(text, "prefix-group") {
            return self.prefix_group(group, around);
        }
        if let Some(inner) = call(text, "solicited-node") {
            return self.address(inner, around).map(solicited_node);
        }
        match text {
            "unspecified" => return Ok(Ipv6Addr::UNSPECIFIED),
            "all-nodes" => return Ok(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1)),
            "all-routers" => return Ok(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 2)),
            _ => {}
        }
        if let Some((prefix, iid)) = text.split_once('/') {
            let prefix = self.prefix_of_address(prefix, around)?;
            return Ok(joined(&prefix, self.iid(iid, around)?));
        }
        if let Some((node, kind)) = text.split_once('.')
            && let Some(address) = self.usual(node, kind)
        {
            return Ok(address);
        }
        text.parse().map_err(|_| {
            format!(
                "`{text}` is no address (such as `dut.link-local`, `context-0/tester-short`, \
                 `solicited-node(dut.global)`, `all-nodes`, `2001:db8::1`)"
            )
        })
    }

    /// `dut.link-local` and the like.
    fn usual(&self, node: &str, kind: &str) -> Option<Ipv6Addr> {
        let node = match node {
            "dut" => self.nodes.dut,
            "tester" => self.nodes.tester,
            "peer" => self.nodes.peer,
            _ => return None,
        };
        let global = self.nodes.prefix;
        Some(match kind {
            "link-local" => iid::link_local(iid::from_eui64(node.eui64)),
            "short-link-local" => iid::link_local(iid::from_short(node.short)),
            "global" => iid::with_prefix(global, iid::from_eui64(node.eui64)),
            "short-global" => iid::with_prefix(global, iid::from_short(node.short)),
            _ => return None,
        })
    }

    fn prefix_of_address(&self, text: &str, around: &Surroundings) -> Result<Context, String> {
        let whole = |prefix| Context { prefix, length: 64 };
        match text {
            "link-local" => Ok(whole(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0))),
            "global" => Ok(whole(self.nodes.prefix)),
            "sci" => self.context(around.sci),
            "dci" => self.context(around.dci),
            _ => match text.strip_prefix("context-").map(str::parse) {
                Some(Ok(id)) => self.context(id),
                _ if text.starts_with("pixit.") => self.prefix(text),
                _ => Err(format!(
                    "`{text}` is no prefix of an address (known: link-local, global, context-N, pixit.…)"
                )),
            },
        }
    }

    fn iid(&self, text: &str, around: &Surroundings) -> Result<Iid, String> {
        let by_mac = |address| {
            iid::from_mac(address).ok_or_else(|| "the frame has no MAC address".to_owned())
        };
        Ok(match text {
            "dut" => iid::from_eui64(self.nodes.dut.eui64),
            "dut-short" => iid::from_short(self.nodes.dut.short),
            "dut-mac" => by_mac(around.mac_dst)?,
            "tester" => iid::from_eui64(self.nodes.tester.eui64),
            "tester-short" => iid::from_short(self.nodes.tester.short),
            "tester-mac" => by_mac(around.mac_src)?,
            "peer" => iid::from_eui64(self.nodes.peer.eui64),
            "peer-short" => iid::from_short(self.nodes.peer.short),
            groups => iid::of(format!("::{groups}").parse().map_err(|_| {
                format!(
                    "`{text}` is no interface identifier (known: dut, dut-short, dut-mac, tester, \
                     tester-short, tester-mac, peer, peer-short, or hexadecimal groups)"
                )
            })?),
        })
    }

    /// A group made of a unicast prefix, RFC 3306 4: `context, flags and scope, third octet, group`.
    fn prefix_group(&self, arguments: &str, around: &Surroundings) -> Result<Ipv6Addr, String> {
        let parts: Vec<_> = arguments.split(',').map(str::trim).collect();
        let wrong = || {
            format!(
                "`prefix-group({arguments})` is no group (such as `prefix-group(context-3, 3e, 00, 1234)`)"
            )
        };
        let [prefix, flags_and_scope, third, group] = parts[..] else {
            return Err(wrong());
        };
        let context = self.prefix_of_address(prefix, around)?;
        let flags_and_scope = u8::from_str_radix(flags_and_scope, 16).map_err(|_| wrong())?;
        let third = u8::from_str_radix(third, 16).map_err(|_| wrong())?;
        let group = u32::from_str_radix(group, 16).map_err(|_| wrong())?;
        let mut octets = [0; 16];
        octets[..4].copy_from_slice(&[0xff, flags_and_scope, third, context.length]);
        octets[4..12].copy_from_slice(&context.prefix.octets()[..8]);
        octets[12..].copy_from_slice(&group.to_be_bytes());
        Ok(octets.into())
    }

    /// A MAC address: `extended`, `short`, `peer`, `peer-short`, `tester`, `dut`, …, or octets.
    /// `own` is whose `extended` and `short` are.
    pub fn mac_address(
        &self,
        text: &str,
        own: sixlo_judge::profile::Node,
    ) -> Result<MacAddress, String> {
        let nodes = &self.nodes;
        Ok(match text {
            "extended" => MacAddress::Extended(own.eui64),
            "short" => MacAddress::Short(own.short),
            "dut" => MacAddress::Extended(nodes.dut.eui64),
            "dut-short" => MacAddress::Short(nodes.dut.short),
            "tester" => MacAddress::Extended(nodes.tester.eui64),
            "tester-short" => MacAddress::Short(nodes.tester.short),
            "peer" => MacAddress::Extended(nodes.peer.eui64),
            "peer-short" => MacAddress::Short(nodes.peer.short),
            "broadcast" => MacAddress::Short(BROADCAST),
            "absent" => MacAddress::Absent,
            // A node that nobody is.
            "other" => MacAddress::Extended([0x02, 0x00, 0x5e, 0xef, 0x10, 0x00, 0x00, 0x99]),
            _ => match scalar::octets(text).as_deref() {
                Some(&[high, low]) => MacAddress::Short(u16::from_be_bytes([high, low])),
                Some(octets) => octets
                    .try_into()
                    .map(MacAddress::Extended)
                    .map_err(|_| format!("`{text}` is no MAC address (two or eight octets)"))?,
                None => {
                    return Err(format!(
                        "`{text}` is no MAC address (known: extended, short, broadcast, other, absent, \
                         dut, tester, peer, dut-short, tester-short, peer-short, or octets)"
                    ));
                }
            },
        })
    }
}

/// The argument of `name(argument)`.
fn call<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.strip_prefix(name)?
        .strip_prefix('(')?
        .strip_suffix(')')
}

/// ff02::1:ffXX:XXXX, RFC 4291 2.7.1.
pub(super) fn solicited_node(address: Ipv6Addr) -> Ipv6Addr {
    let [.., g, h] = address.segments();
    Ipv6Addr::new(0xff02, 0, 0, 0, 0, 1, 0xff00 | (g & 0xff), h)
}

/// The bits of a context over those of an IID; what neither has is zero. RFC 6282 3.1.1.
fn joined(context: &Context, iid: Iid) -> Ipv6Addr {
    let mask = u128::MAX
        .checked_shl(128 - u32::from(context.length))
        .unwrap_or(0);
    let iid = u128::from(u64::from_be_bytes(iid));
    (u128::from(context.prefix) & mask | iid & !mask).into()
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::catalogue::parameters::Parameters;

    fn address(text: &str) -> Result<String, String> {
        let (parameters, errors) = (Parameters::default(), RefCell::default());
        let scope = Scope::new("x.yaml", &parameters, &errors);
        let around = Surroundings {
            mac_dst: MacAddress::Short(0x2b02),
            sci: 3,
            ..Surroundings::default()
        };
        scope
            .address(text, &around)
            .map(|address| address.to_string())
    }

    #[test]
    fn addresses_by_name() {
        for (text, expected) in [
            ("dut.link-local", "fe80::5eef:1000:2b"),
            ("tester.short-link-local", "fe80::ff:fe00:1a01"),
            ("dut.global", "2001:db8::5eef:1000:2b"),
            ("link-local/11:2233:4455:6677", "fe80::11:2233:4455:6677"),
            ("context-3/dut", "2001:db8:1:2:0:5eef:1000:2b"),
            // Context bits win, also inside the IID.
            ("context-5/dut", "2001:db8:5:5:dead:5eef:1000:2b"),
            // What neither the context nor the IID has is zero.
            ("context-7/dut", "2001:db8:7::5eef:1000:2b"),
            ("context-15/dut", "2001:db8:f::1"),
            ("sci/dut-mac", "2001:db8:1:2:0:ff:fe00:2b02"),
            ("solicited-node(dut.link-local)", "ff02::1:ff00:2b"),
            (
                "prefix-group(context-3, 3e, 00, 1234)",
                "ff3e:40:2001:db8:1:2:0:1234",
            ),
            (
                "prefix-group(context-7, 7e, 05, 1234)",
                "ff7e:530:2001:db8:7::1234",
            ),
            ("all-nodes", "ff02::1"),
            ("2001:db8::9", "2001:db8::9"),
        ] {
            assert_eq!(address(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_says_so() {
        for text in [
            "dut.globl",
            "context-9/dut",
            "context-99/dut",
            "link-local/xyz",
            "dut",
        ] {
            assert!(address(text).is_err(), "{text}");
        }
    }
}
