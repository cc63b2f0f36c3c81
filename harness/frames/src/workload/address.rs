//! Address modes of RFC 6282 3.1.1, and addresses that each of them restores.

use std::net::Ipv6Addr;

use super::{CONTEXTS, Dice};
use crate::iid::{self, Iid};

/// How a unicast address is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unicast {
    /// SAC=1, SAM=00; only a source.
    Unspecified,
    /// SAC or DAC 0 and this SAM or DAM.
    Stateless(u8),
    /// SAC or DAC 1 with this context, and this SAM or DAM (not 00).
    Stateful { context: u8, mode: u8 },
}

/// How a multicast address is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Multicast {
    /// DAC=0 and this DAM.
    Stateless(u8),
    /// DAC=1, DAM=00: a prefix-based group (RFC 3306) with this context.
    Stateful { context: u8 },
}

impl Unicast {
    /// Every mode a destination can have.
    pub fn destinations() -> Vec<Unicast> {
        let stateful = CONTEXTS.iter().flat_map(|(context, ..)| {
            (1..=3).map(|mode| Unicast::Stateful {
                context: *context,
                mode,
            })
        });
        (0..=3).map(Unicast::Stateless).chain(stateful).collect()
    }

    /// Every mode a source can have.
    pub fn sources() -> Vec<Unicast> {
        let mut modes = Self::destinations();
        modes.push(Unicast::Unspecified);
        modes
    }

    /// SAC or DAC.
    pub fn is_stateful(self) -> bool {
        !matches!(self, Unicast::Stateless(_))
    }

    /// SAM or DAM.
    pub fn mode(self) -> u8 {
        match self {
            Unicast::Unspecified => 0,
            Unicast::Stateless(mode) | Unicast::Stateful { mode, .. } => mode,
        }
    }

    /// SCI or DCI.
    pub fn context(self) -> u8 {
        match self {
            Unicast::Stateful { context, .. } => context,
            _ => 0,
        }
    }

    /// An address that this mode restores, where `elided` is the IID of the
    /// encapsulating header.
    pub fn address(self, elided: Iid, dice: &mut Dice) -> Ipv6Addr {
        let iid = match self.mode() {
            // 0000:00ff:fe00:XXXX would be a 16-bit one.
            1 => [0x0a, 1, 2, 3, 4, dice.u8(), dice.u8(), dice.u8()],
            2 => iid::from_short(dice.u16()),
            _ => elided,
        };
        match self {
            Unicast::Unspecified => Ipv6Addr::UNSPECIFIED,
            Unicast::Stateless(0) => {
                let low = u128::from(dice.roll()) << 64 | u128::from(dice.roll());
                Ipv6Addr::from_bits(0x2001_0db8_7777 << 80 | low & ((1 << 80) - 1))
            }
            Unicast::Stateless(_) => iid::link_local(iid),
            Unicast::Stateful { context, .. } => in_context(context, iid),
        }
    }
}

impl Multicast {
    /// Every mode.
    pub fn all() -> Vec<Multicast> {
        let stateful = CONTEXTS
            .iter()
            // RFC 3306 has room for 64 bits of prefix.
            .filter(|(.., length)| *length <= 64)
            .map(|(context, ..)| Multicast::Stateful { context: *context });
        (0..=3).map(Multicast::Stateless).chain(stateful).collect()
    }

    /// A group that this mode restores.
    pub fn address(self, dice: &mut Dice) -> Ipv6Addr {
        let scope = dice.pick(&[0x02, 0x05, 0x15, 0x3e]);
        let low = u128::from(dice.u32());
        let bits = match self {
            Multicast::Stateless(0) => {
                0xff << 120 | scope << 112 | u128::from(dice.roll()) << 32 | low
            }
            Multicast::Stateless(1) => 0xff << 120 | scope << 112 | 0x33 << 32 | low,
            Multicast::Stateless(2) => 0xff << 120 | scope << 112 | low & 0x00ff_ffff,
            Multicast::Stateless(_) => 0xff02 << 112 | low & 0xff,
            Multicast::Stateful { context } => {
                let (prefix, length) = prefix(context);
                0xff3e << 112
                    | u128::from(dice.u8()) << 104
                    | u128::from(length) << 96
                    | prefix >> 64 << 32
                    | low
            }
        };
        Ipv6Addr::from_bits(bits)
    }
}

fn prefix(context: u8) -> (u128, u8) {
    CONTEXTS
        .iter()
        .find(|(id, ..)| *id == context)
        .map_or((0, 0), |(_, prefix, length)| (prefix.to_bits(), *length))
}

/// RFC 6282 3.1.1: the context's bits, then the IID's, and zeros between them.
fn in_context(context: u8, iid: Iid) -> Ipv6Addr {
    let (prefix, length) = prefix(context);
    let free = u128::MAX.checked_shr(length.into()).unwrap_or(0);
    Ipv6Addr::from_bits(prefix | u128::from(u64::from_be_bytes(iid)) & free)
}
