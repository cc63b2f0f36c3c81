//! The nodes the tester plays, and the addresses each of them has.

use std::collections::HashMap;
use std::net::Ipv6Addr;

use sixlo_frames::iid;
use sixlo_frames::mac::MacAddress;
use sixlo_judge::profile::{Addresses, Node};
use sixlo_judge::trial::{Stimulus, Trial, TrialStep};

/// MAC addresses of both identities, and which IPv6 address belongs to which.
#[derive(Debug, Clone)]
pub struct Identities {
    pan_id: u16,
    nodes: [Node; 2],
    /// Addresses that follow from the MAC addresses.
    implied: HashMap<Ipv6Addr, MacAddress>,
    /// Addresses that the trial's own stimuli were sent from.
    used: Vec<(Ipv6Addr, MacAddress)>,
    /// Every source of those stimuli, once.
    sources: Vec<Ipv6Addr>,
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
            implied,
            used: Vec::new(),
            sources: Vec::new(),
        }
    }

    /// Takes in the sources of a trial's stimuli: the tester answers for them, too.
    pub fn begin(&mut self, trial: &Trial) {
        self.used.clear();
        self.sources.clear();
        let sent = trial.steps.iter().filter_map(|step| match step {
            TrialStep::Send(stimulus) => Some(stimulus),
            _ => None,
        });
        for stimulus in sent.chain(&trial.control).chain(&trial.sentinel) {
            self.take_in(stimulus);
        }
        // Whoever is sent to is there: the device asks for its address.
        for step in &trial.steps {
            if let TrialStep::SendIpv6(packet) = step
                && let Some(destination) = address_at(packet, DESTINATION_AT)
                && !destination.is_multicast()
                && self.mac_of(destination).is_none()
            {
                let mac = MacAddress::Extended(self.nodes[0].eui64);
                self.used.push((destination, mac));
            }
        }
    }

    fn take_in(&mut self, stimulus: &Stimulus) {
        let Some(source) = address_at(&stimulus.packet, SOURCE_AT) else {
            return;
        };
        if source.is_unspecified() || source.is_multicast() {
            return;
        }
        if !self.sources.contains(&source) {
            self.sources.push(source);
        }
        if self.mac_of(source).is_some() {
            return;
        }
        let node = &self.nodes[usize::from(stimulus.from == sixlo_judge::trial::Identity::Peer)];
        self.used.push((source, MacAddress::Extended(node.eui64)));
    }

    /// The MAC address at which this IPv6 address is, if it is one of the tester's.
    pub fn mac_of(&self, address: Ipv6Addr) -> Option<MacAddress> {
        self.implied.get(&address).copied().or_else(|| {
            let used = self.used.iter().find(|(used, _)| *used == address);
            used.map(|(_, mac)| *mac)
        })
    }

    /// Every unicast source of the trial's stimuli.
    pub fn sources(&self) -> &[Ipv6Addr] {
        &self.sources
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

/// Where the addresses stand in an IPv6 header. RFC 8200 3.
const SOURCE_AT: usize = 8;
const DESTINATION_AT: usize = 24;

fn address_at(packet: &[u8], at: usize) -> Option<Ipv6Addr> {
    let octets = packet.get(at..at + 16)?;
    <[u8; 16]>::try_from(octets).ok().map(Ipv6Addr::from_octets)
}
