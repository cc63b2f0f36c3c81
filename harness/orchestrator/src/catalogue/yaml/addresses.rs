//! Addresses that one device and its neighbours have in place of the run's.

use std::net::Ipv6Addr;

use serde::Deserialize;
use serde_saphyr::Location;

use super::At;
use super::scalar::Octets;
use crate::rig::{Override, OverrideNode};

/// Addresses in place of the run's.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Addresses {
    /// PAN id.
    pub pan_id: Option<u16>,
    /// Channel, 11 to 26.
    pub channel: Option<At<u8>>,
    /// The prefix of everybody's global addresses.
    pub prefix: Option<Ipv6Addr>,
    /// The device.
    pub dut: Node,
    /// The tester's first identity.
    pub tester: Node,
    /// Its second one.
    pub peer: Node,
}

/// One node's.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Node {
    /// EUI-64.
    pub eui64: Option<At<Octets>>,
    /// 16-bit address.
    pub short: Option<u16>,
}

impl Addresses {
    /// What they come to; or what is wrong with them, and where.
    pub fn read(&self) -> Result<Override, (Location, String)> {
        if let Some(channel) = &self.channel {
            self::channel(channel)?;
        }
        Ok(Override {
            pan_id: self.pan_id,
            channel: self.channel.as_ref().map(|channel| channel.value),
            prefix: self.prefix,
            dut: self.dut.read()?,
            tester: self.tester.read()?,
            peer: self.peer.read()?,
        })
    }
}

impl Node {
    fn read(&self) -> Result<OverrideNode, (Location, String)> {
        let eui64 = self.eui64.as_ref().map(|octets| {
            let eui64 = octets.value.0.as_slice().try_into();
            eui64.map_err(|_| {
                let text = format!("an EUI-64 has 8 octets, not {}", octets.value.0.len());
                (octets.referenced, text)
            })
        });
        Ok(OverrideNode {
            eui64: eui64.transpose()?,
            short: self.short,
        })
    }
}

/// The channel of IEEE 802.15.4 in the band at 2.4 GHz.
pub fn channel(channel: &At<u8>) -> Result<u8, (Location, String)> {
    match channel.value {
        number @ 11..=26 => Ok(number),
        other => Err((
            channel.referenced,
            format!("`{other}` is no channel (11 to 26)"),
        )),
    }
}
