//! IPv6 addresses. RFC 4291.

/// 128 bits, most significant octet first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address(pub [u8; 16]);

impl Address {
    /// `::`.
    pub const UNSPECIFIED: Address = Address([0; 16]);
    /// `ff02::1`.
    pub const ALL_NODES: Address = Address::link_multicast(1);
    /// `ff02::2`.
    pub const ALL_ROUTERS: Address = Address::link_multicast(2);

    const fn link_multicast(group: u8) -> Self {
        Address([0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, group])
    }

    /// `fe80::` and an interface identifier.
    pub(crate) fn link_local(iid: [u8; 8]) -> Self {
        Self::join([0xfe, 0x80, 0, 0, 0, 0, 0, 0], iid)
    }

    /// 64 bits of prefix and an interface identifier.
    pub(crate) fn join(prefix: [u8; 8], iid: [u8; 8]) -> Self {
        let mut octets = [0; 16];
        octets[..8].copy_from_slice(&prefix);
        octets[8..].copy_from_slice(&iid);
        Address(octets)
    }

    pub(crate) fn prefix(&self) -> [u8; 8] {
        let [prefix @ .., _, _, _, _, _, _, _, _] = self.0;
        prefix
    }

    pub(crate) fn iid(&self) -> [u8; 8] {
        let [_, _, _, _, _, _, _, _, iid @ ..] = self.0;
        iid
    }

    pub(crate) fn is_unspecified(&self) -> bool {
        *self == Self::UNSPECIFIED
    }

    pub(crate) fn is_loopback(&self) -> bool {
        self.0 == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    }

    pub(crate) fn is_multicast(&self) -> bool {
        self.0[0] == 0xff
    }

    /// `fe80::/10`.
    pub(crate) fn is_link_local(&self) -> bool {
        self.0[0] == 0xfe && self.0[1] & 0xc0 == 0x80
    }

    /// Whether it means something on one link only: unicast or multicast.
    pub(crate) fn stays_on_link(&self) -> bool {
        self.is_link_local() || self.is_multicast() && self.0[1] & 0x0f <= 2
    }

    /// The group to which neighbour solicitations for it go. RFC 4291 2.7.1.
    pub(crate) fn solicited_node(&self) -> Self {
        let [.., a, b, c] = self.0;
        Address([0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, a, b, c])
    }

    /// How many leading bits both have in common.
    pub(crate) fn common_bits(&self, other: &Self) -> u8 {
        (u128::from_be_bytes(self.0) ^ u128::from_be_bytes(other.0)).leading_zeros() as u8
    }
}
