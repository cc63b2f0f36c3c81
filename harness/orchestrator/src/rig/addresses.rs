//! Addresses that one device and its neighbours have in place of the run's: its image
//! fixes them, or its link layer hands them out.

use std::net::Ipv6Addr;

use sixlo_judge::profile::{Addresses, Node};

/// What a dut.yaml says of addresses; what it leaves out is the run's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Override {
    /// PAN id.
    pub pan_id: Option<u16>,
    /// Channel, 11 to 26; told to a device that has the hook.
    pub channel: Option<u8>,
    /// The prefix of everybody's global addresses, /64.
    pub prefix: Option<Ipv6Addr>,
    /// The device.
    pub dut: OverrideNode,
    /// The tester's first identity.
    pub tester: OverrideNode,
    /// Its second one.
    pub peer: OverrideNode,
}

/// One node's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OverrideNode {
    /// EUI-64, most significant octet first.
    pub eui64: Option<[u8; 8]>,
    /// 16-bit address.
    pub short: Option<u16>,
}

impl Override {
    /// These, and what they leave out from others.
    #[must_use]
    pub fn over_those(&self, others: &Override) -> Override {
        Override {
            pan_id: self.pan_id.or(others.pan_id),
            channel: self.channel.or(others.channel),
            prefix: self.prefix.or(others.prefix),
            dut: self.dut.over_those(others.dut),
            tester: self.tester.over_those(others.tester),
            peer: self.peer.over_those(others.peer),
        }
    }

    /// The run's addresses with these in their place.
    pub fn over(&self, addresses: &Addresses) -> Addresses {
        Addresses {
            pan_id: self.pan_id.unwrap_or(addresses.pan_id),
            dut: self.dut.over(addresses.dut),
            tester: self.tester.over(addresses.tester),
            peer: self.peer.over(addresses.peer),
            prefix: self.prefix.unwrap_or(addresses.prefix),
        }
    }
}

impl OverrideNode {
    fn over_those(&self, others: OverrideNode) -> OverrideNode {
        OverrideNode {
            eui64: self.eui64.or(others.eui64),
            short: self.short.or(others.short),
        }
    }

    fn over(&self, node: Node) -> Node {
        Node {
            eui64: self.eui64.unwrap_or(node.eui64),
            short: self.short.unwrap_or(node.short),
        }
    }
}
