//! The nodes the tester plays, and the addresses each of them has.

use std::collections::HashMap;
use std::net::Ipv6Addr;

use sixlo_frames::iid;
use sixlo_frames::mac::MacAddress;
use sixlo_frames::packet::{HeaderChain, protocol};
use sixlo_judge::profile::{Addresses, Node};
use sixlo_judge::testcase::Given;
use sixlo_judge::trial::{Identity, Stimulus, Trial, TrialStep};

use super::introduction::Introduction;

/// Where the addresses stand in an IPv6 header. RFC 8200 3.
const SRC_AT: usize = 8;
const DST_AT: usize = 24;
/// Tunnels in tunnels that are looked into.
const DEEPEST: usize = 4;

/// MAC addresses of both identities, and which IPv6 address belongs to which.
#[derive(Debug, Clone)]
pub struct Identities {
    pan_id: u16,
    nodes: [Node; 2],
    /// The device's usual EUI-64.
    dut: [u8; 8],
    /// Addresses that follow from the MAC addresses.
    implied: HashMap<Ipv6Addr, MacAddress>,
    /// Addresses that the trial's own stimuli were sent from.
    used: Vec<(Ipv6Addr, MacAddress)>,
}

impl Identities {
    /// Both identities, with every address that their IIDs imply under the
    /// link-local and the global prefix.
    pub fn new(addresses: &Addresses) -> Self {
        let nodes = [addresses.tester, addresses.peer];
        let link_local = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0);
        let implied = nodes
            .iter()
            .flat_map(|node| {
                let extended = MacAddress::Extended(node.eui64);
                let short = MacAddress::Short(node.short);
                [
                    (iid::from_eui64(node.eui64), extended),
                    (iid::from_short(node.short), short),
                ]
            })
            .flat_map(|(iid, mac)| {
                [link_local, addresses.prefix].map(|prefix| (iid::with_prefix(prefix, iid), mac))
            })
            .collect();
        Identities {
            pan_id: addresses.pan_id,
            nodes,
            dut: addresses.dut.eui64,
            implied,
            used: Vec::new(),
        }
    }

    /// Takes in the addresses that a trial uses: the tester answers for them, too.
    pub fn begin(&mut self, trial: &Trial) {
        self.used.clear();
        for stimulus in stimuli(trial) {
            for packet in nested(&stimulus.packet) {
                self.take_in(address(packet, SRC_AT), stimulus.from);
                // What is for the other identity goes through the device.
                let dst = address(packet, DST_AT);
                if let Some(at) = dst.and_then(|dst| self.named_in(dst)) {
                    self.take_in(dst, at);
                }
            }
        }
        // Whoever is sent to is there: the device asks for its address.
        for step in &trial.steps {
            if let TrialStep::SendIpv6(packet) = step {
                self.take_in(address(packet, DST_AT), Identity::Tester);
            }
        }
    }

    /// Whose EUI-64 or 16-bit address an address's interface identifier holds.
    fn named_in(&self, address: Ipv6Addr) -> Option<Identity> {
        let identifier = iid::of(address);
        let is_at = |node: &Node| {
            identifier == iid::from_eui64(node.eui64) || identifier == iid::from_short(node.short)
        };
        let at = self.nodes.iter().position(is_at)?;
        Some([Identity::Tester, Identity::Peer][at])
    }

    fn take_in(&mut self, address: Option<Ipv6Addr>, at: Identity) {
        let Some(address) = address else { return };
        if address.is_unspecified() || address.is_multicast() || self.mac_of(address).is_some() {
            return;
        }
        let node = &self.nodes[usize::from(at == Identity::Peer)];
        self.used.push((address, MacAddress::Extended(node.eui64)));
    }

    /// Who has to be introduced to whom for a trial's datagrams to be answered: each
    /// source once.
    pub(super) fn acquaintances(&self, trial: &Trial) -> Vec<Introduction> {
        let begins_elsewhere = trial.given.iter().any(|given| {
            matches!(
                given,
                Given::Nd(_) | Given::Autoconfigure(_) | Given::NoAddresses
            )
        });
        let mut all: Vec<Introduction> = Vec::new();
        if begins_elsewhere {
            return all;
        }
        let dut = trial.given.iter().find_map(|given| match given {
            Given::FreshEui64(eui64) => Some(*eui64),
            _ => None,
        });
        let dut = dut.unwrap_or(self.dut);
        for packet in stimuli(trial).flat_map(|stimulus| nested(&stimulus.packet)) {
            let ends = (address(packet, SRC_AT), address(packet, DST_AT));
            let (Some(src), Some(dst)) = ends else {
                continue;
            };
            let is_known = all.iter().any(|introduction| introduction.src == src);
            let from = self.mac_of(src).and_then(|mac| self.eui64_of(mac));
            if let Some(eui64) = from.filter(|_| !is_known) {
                all.push(Introduction {
                    src,
                    target: match dst.is_multicast() || self.mac_of(dst).is_some() {
                        true => iid::link_local(iid::from_eui64(dut)),
                        false => dst,
                    },
                    from: MacAddress::Extended(eui64),
                    to: MacAddress::Extended(dut),
                });
            }
        }
        all
    }

    /// The MAC address at which this IPv6 address is, if it is one of the tester's.
    pub fn mac_of(&self, address: Ipv6Addr) -> Option<MacAddress> {
        self.implied.get(&address).copied().or_else(|| {
            let used = self.used.iter().find(|(used, _)| *used == address);
            used.map(|(_, mac)| *mac)
        })
    }

    /// The addresses beyond the link at each identity, those that the trial uses first. One with
    /// the node's 16-bit address in it is not among them: a Thread network finds it by that.
    pub(super) fn routed(&self) -> [Vec<Ipv6Addr>; 2] {
        self.nodes.map(|node| {
            let at = MacAddress::Extended(node.eui64);
            let implied = self.implied.iter().map(|(address, mac)| (*address, *mac));
            let all = self.used.iter().copied().chain(implied);
            let of_node = all.filter(|(address, mac)| {
                *mac == at && !address.is_unicast_link_local() && !address.is_multicast()
            });
            of_node.map(|(address, _)| address).collect()
        })
    }

    /// Whether frames to this MAC address are for the tester.
    pub fn has_mac(&self, mac: MacAddress) -> bool {
        self.nodes.iter().any(|node| {
            mac == MacAddress::Extended(node.eui64) || mac == MacAddress::Short(node.short)
        })
    }

    /// The EUI-64 of the node that has this MAC address.
    pub fn eui64_of(&self, mac: MacAddress) -> Option<[u8; 8]> {
        let node = self.nodes.iter().find(|node| {
            mac == MacAddress::Extended(node.eui64) || mac == MacAddress::Short(node.short)
        });
        node.map(|node| node.eui64)
    }

    /// The PAN id.
    pub fn pan_id(&self) -> u16 {
        self.pan_id
    }

    /// The first identity's EUI-64.
    pub fn tester_eui64(&self) -> [u8; 8] {
        self.nodes[0].eui64
    }
}

/// Everything a trial sends.
fn stimuli(trial: &Trial) -> impl Iterator<Item = &Stimulus> {
    let sent = trial.steps.iter().filter_map(|step| match step {
        TrialStep::Send(stimulus) => Some(stimulus),
        _ => None,
    });
    trial.control.iter().chain(sent).chain(&trial.sentinel)
}

/// A packet, and the packets tunnelled in it.
fn nested(packet: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::successors(Some(packet), |packet| tunnelled(packet)).take(DEEPEST)
}

fn tunnelled(packet: &[u8]) -> Option<&[u8]> {
    let payload = HeaderChain::new(packet).ok()?.payload()?;
    (payload.protocol == protocol::IPV6)
        .then(|| packet.get(payload.range))
        .flatten()
}

fn address(packet: &[u8], at: usize) -> Option<Ipv6Addr> {
    let octets = packet.get(at..at + 16)?;
    <[u8; 16]>::try_from(octets).ok().map(Ipv6Addr::from_octets)
}
