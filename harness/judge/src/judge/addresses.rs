//! Whose address is it?

use std::net::Ipv6Addr;

use sixlo_frames::iid::{self, Iid};
use sixlo_frames::mac::MacAddress;

use super::scene::{HeardFrame, Scene};
use crate::profile::Node;
use crate::reading::{Reading, innermost};
use crate::testcase::Given;
use crate::trial::TrialStep;

impl Scene<'_> {
    /// Whether anybody sent from, or was told of, this address in the trial; it is
    /// one of the tester's, or the destination of a packet the DUT was given to send.
    pub fn is_sent_address(&self, address: Ipv6Addr) -> bool {
        if self.is_testers(address) {
            return true;
        }
        let asked = self.asked.iter().chain(&self.control).chain(&self.sentinel);
        let sent_from = asked
            .flat_map(|asked| [asked.packet, innermost(asked.packet)])
            .filter_map(Reading::of)
            .any(|reading| reading.src == address);
        let given = self.trial.steps.iter().any(|step| match step {
            TrialStep::SendIpv6(packet) => {
                Reading::of(packet).is_some_and(|reading| reading.dst == address)
            }
            _ => false,
        });
        sent_from || given
    }

    /// Whether a frame that the device put on air bears somebody else's name: the
    /// tester's MAC address, or as the source of what it carries an IPv6 address
    /// that the trial sends from. An echo of what was sent shows no ability.
    pub fn is_foreign(&self, frame: &HeardFrame) -> bool {
        let addresses = &self.profile.addresses;
        let testers = |mac: MacAddress| {
            [addresses.tester, addresses.peer].iter().any(|node| {
                mac == MacAddress::Extended(node.eui64) || mac == MacAddress::Short(node.short)
            })
        };
        let by_mac = frame.dissection.mac.is_some_and(|mac| testers(mac.src));
        let reading = frame.packet.and_then(|at| self.heard[at].reading.as_ref());
        by_mac
            || reading.is_some_and(|Reading { src, .. }| {
                self.is_sent_address(*src) && !self.is_duts(*src) && !src.is_unspecified()
            })
    }

    /// Whether it is an address of one of the tester's identities.
    pub fn is_testers(&self, address: Ipv6Addr) -> bool {
        let addresses = &self.profile.addresses;
        self.is_of(&addresses.tester, address) || self.is_of(&addresses.peer, address)
    }

    /// Whether a packet to this address would be the DUT's own: for a tap that
    /// comes before the destination is looked at.
    pub fn is_duts(&self, address: Ipv6Addr) -> bool {
        let own = &self.profile.addresses.dut;
        let mut identifiers = vec![iid::from_eui64(own.eui64), iid::from_short(own.short)];
        for given in &self.trial.given {
            match given {
                Given::Address(given) | Given::Group(given) if *given == address => return true,
                Given::Address(given) => identifiers.push(iid::of(*given)),
                Given::FreshEui64(eui64) => identifiers.push(iid::from_eui64(*eui64)),
                _ => {}
            }
        }
        match address.is_multicast() {
            true => {
                address == ALL_NODES
                    || identifiers
                        .into_iter()
                        .any(|iid| solicited_node(iid) == address)
            }
            false => identifiers.contains(&iid::of(address)),
        }
    }

    /// A node's addresses: its interface identifiers behind any prefix of this link.
    pub(super) fn is_of(&self, node: &Node, address: Ipv6Addr) -> bool {
        let identifier = iid::of(address);
        let its =
            identifier == iid::from_eui64(node.eui64) || identifier == iid::from_short(node.short);
        its && !address.is_multicast()
    }
}

const ALL_NODES: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1);

/// The solicited-node group of an interface identifier, RFC 4291 2.7.1.
fn solicited_node(iid: Iid) -> Ipv6Addr {
    let low = u128::from(u64::from_be_bytes(iid) & 0x00ff_ffff);
    Ipv6Addr::from_bits(0xff02_0000_0000_0000_0000_0001_ff00_0000 | low)
}
