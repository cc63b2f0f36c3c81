//! Compression contexts. RFC 6282 3.1.1, distributed by RFC 6775 4.2.

use std::net::Ipv6Addr;

use crate::iid::Iid;

/// One context: the bits it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// The prefix, zero beyond its length.
    pub prefix: Ipv6Addr,
    /// Length of the prefix in bits, 0 to 128.
    pub length: u8,
}

impl Context {
    /// fe80::/64, which stateless compression takes for granted.
    pub const LINK_LOCAL: Context = Context {
        prefix: Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0),
        length: 64,
    };

    /// The address of this context and an IID. Bits of the context always win,
    /// inside the IID, too; between its end and the IID stand zeros (RFC 6282 3.1.1).
    pub fn with_iid(&self, iid: Iid) -> Ipv6Addr {
        let covered = self.mask();
        let low = u128::from(u64::from_be_bytes(iid));
        Ipv6Addr::from_bits(self.prefix.to_bits() & covered | low & !covered)
    }

    /// Ones for the bits it stands for.
    pub(crate) fn mask(&self) -> u128 {
        match self.length {
            0 => 0,
            length => u128::MAX << (128 - u32::from(length.min(128))),
        }
    }
}

/// The sixteen contexts that two nodes share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ContextTable {
    slots: [Option<Context>; 16],
}

impl ContextTable {
    /// A table without contexts.
    pub const fn new() -> Self {
        ContextTable { slots: [None; 16] }
    }

    /// The context with this identifier; its low four bits count.
    pub fn get(&self, id: u8) -> Option<&Context> {
        self.slots[usize::from(id & 0x0f)].as_ref()
    }

    /// Sets the context with this identifier; its low four bits count.
    pub fn set(&mut self, id: u8, context: Context) {
        self.slots[usize::from(id & 0x0f)] = Some(context);
    }

    /// Takes the context with this identifier away.
    pub fn remove(&mut self, id: u8) {
        self.slots[usize::from(id & 0x0f)] = None;
    }

    /// The contexts that are set, with their identifiers, in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = (u8, &Context)> {
        (0u8..)
            .zip(&self.slots)
            .filter_map(|(id, slot)| slot.as_ref().map(|context| (id, context)))
    }
}
