//! Which node of which Thread network this is.

/// What a node is in its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Attaches to the tester, which leads: everything it sends goes through its parent.
    Child,
    /// Leads a network of its own, which the tester may join as a child.
    Leader,
}

/// The network, and the node's place in it: given once, before it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// What the node is.
    pub role: Role,
    /// The network's mesh-local prefix, 64 bits; it is context 0 of every Thread network.
    pub mesh_local_prefix: [u8; 8],
    /// The network key that all others are derived from.
    pub network_key: [u8; 16],
}

impl Default for Network {
    /// A child in the network of this port's dut.yaml.
    fn default() -> Self {
        Network {
            role: Role::Child,
            mesh_local_prefix: [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0],
            network_key: 0x0011_2233_4455_6677_8899_aabb_ccdd_eeff_u128.to_be_bytes(),
        }
    }
}
