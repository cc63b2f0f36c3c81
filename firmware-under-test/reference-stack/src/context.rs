//! Compression contexts. RFC 6282 3.1.2, RFC 6775 4.2 and 5.4.3.

use crate::ipv6::Address;

/// Contexts a node holds: every identifier there is.
pub const CONTEXTS: usize = 16;

/// A prefix that an address may be compressed against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Context {
    pub prefix: Address,
    /// In bits, 0 to 128.
    pub length: u8,
    /// The C flag of RFC 6775 4.2: it may be used to compress, too.
    pub compress: bool,
    /// Compresses until then, in microseconds. `None`: for ever.
    pub until_us: Option<u64>,
    /// Decompresses until then. RFC 6775 5.4.3.
    pub forgotten_us: Option<u64>,
}

impl Context {
    /// The address that this context and `iid` make. Bits the context covers
    /// always win; bits that neither covers are zero. RFC 6282 3.1.1.
    pub fn complete(&self, iid: [u8; 8]) -> Address {
        let gap = if seeded!(ContextGapsNotZeroed) {
            0xa5
        } else {
            0
        };
        let covered = if seeded!(ContextLosesInIid) {
            self.length.min(64)
        } else {
            self.length
        };
        let mask = mask(covered);
        let prefix = u128::from_be_bytes(self.prefix.0) & mask;
        let rest = u128::from_be_bytes(Address::join([gap; 8], iid).0) & !mask;
        Address((prefix | rest).to_be_bytes())
    }
}

fn mask(bits: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0)
}

/// All contexts of a node, by their identifier.
#[derive(Debug, Clone)]
pub(crate) struct Contexts {
    table: [Option<Context>; CONTEXTS],
}

impl Contexts {
    pub const fn new() -> Self {
        Contexts {
            table: [None; CONTEXTS],
        }
    }

    /// `id` is 0 to 15; beyond it nothing happens.
    pub fn set(&mut self, id: u8, context: Option<Context>) {
        if let Some(slot) = self.table.get_mut(usize::from(id)) {
            *slot = context;
        }
    }

    /// The context with which to decompress.
    pub fn get(&self, id: u8, now_us: u64) -> Option<&Context> {
        let context = self.table.get(usize::from(id))?.as_ref()?;
        let known = context.forgotten_us.is_none_or(|until| now_us < until);
        known.then_some(context)
    }

    /// Contexts that are valid, by their identifiers.
    pub fn all(&self, now_us: u64) -> impl Iterator<Item = (u8, &Context)> {
        (0..).zip(&self.table).filter_map(move |(id, context)| {
            let context = context.as_ref()?;
            let valid = context.until_us.is_none_or(|until| now_us < until);
            valid.then_some((id, context))
        })
    }

    /// Those of them that may be used to compress.
    pub fn compressing(&self, now_us: u64) -> impl Iterator<Item = (u8, &Context)> {
        self.all(now_us).filter(|(_, context)| context.compress)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(prefix: [u8; 16], length: u8) -> Context {
        Context {
            prefix: Address(prefix),
            length,
            compress: true,
            until_us: None,
            forgotten_us: None,
        }
    }

    #[test]
    fn context_bits_win_and_gaps_are_zero() {
        let iid = [1, 2, 3, 4, 5, 6, 7, 8];
        let prefix = [0xff; 16];
        let cases: [(u8, [u8; 16]); 4] = [
            (0, [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]),
            (20, [255, 255, 0xf0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]),
            (
                80,
                [
                    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 3, 4, 5, 6, 7, 8,
                ],
            ),
            (128, [255; 16]),
        ];
        for (length, restored) in cases {
            assert_eq!(
                context(prefix, length).complete(iid).0,
                restored,
                "/{length}"
            );
        }
    }
}
