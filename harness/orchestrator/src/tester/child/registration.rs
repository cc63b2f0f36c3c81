//! Which addresses are at a child: the value of MLE's address registration TLV. Thread 1.1, 4.19.
//!
//! ```text
//! |1 0 0 0|context id|interface identifier (8)|  or  |0|address (16)|
//! ```

use std::net::Ipv6Addr;

use sixlo_judge::testcase::Given;

const COMPRESSED: u8 = 0x80;
const CONTEXT: u8 = 0x0f;
/// The context of the mesh-local prefix, which everybody knows.
const MESH_LOCAL: u8 = 0;
const IID_OCTETS: usize = 8;

/// An address of a registration that was read, with the bits of it that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    bits: u128,
    known: u128,
}

impl Entry {
    /// Whether this may be its address: between a context that is shorter than 64 bits and the
    /// interface identifier, nobody knows the bits.
    pub fn holds(&self, address: Ipv6Addr) -> bool {
        (u128::from(address) ^ self.bits) & self.known == 0
    }
}

/// Whether an address is one of this /64.
pub(super) fn is_below(address: Ipv6Addr, prefix: Ipv6Addr) -> bool {
    let upper = |address| u128::from(address) >> 64;
    upper(address) == upper(prefix)
}

/// The value that tells these addresses, those below the mesh-local prefix without it.
pub(super) fn of(addresses: &[Ipv6Addr], mesh_local_prefix: Ipv6Addr) -> Vec<u8> {
    let mut value = Vec::new();
    for address in addresses {
        let (control, from) = match is_below(*address, mesh_local_prefix) {
            true => (COMPRESSED | MESH_LOCAL, IID_OCTETS),
            false => (0, 0),
        };
        value.push(control);
        value.extend_from_slice(&address.octets()[from..]);
    }
    value
}

/// The entries of a value, up to one that breaks off; those of contexts that are not among
/// these are left out.
pub(super) fn entries(mut value: &[u8], contexts: &[Given]) -> Vec<Entry> {
    let mut entries = Vec::new();
    while let Some((&control, rest)) = value.split_first() {
        let is_compressed = control & COMPRESSED != 0;
        let length = if is_compressed { IID_OCTETS } else { 16 };
        let Some((own, rest)) = rest.split_at_checked(length) else {
            break;
        };
        value = rest;
        let own = own
            .iter()
            .fold(0, |all, octet| all << 8 | u128::from(*octet));
        let prefix = match is_compressed {
            true => known_prefix(control & CONTEXT, contexts),
            false => Some((0, 0)),
        };
        // What an interface identifier and a longer context share, the former says.
        let said = u128::MAX >> (128 - 8 * length);
        entries.extend(prefix.map(|(prefix, known)| Entry {
            bits: own | prefix & !said,
            known: known | said,
        }));
    }
    entries
}

/// The bits of a context, and which they are.
fn known_prefix(wanted: u8, contexts: &[Given]) -> Option<(u128, u128)> {
    contexts.iter().find_map(|context| match *context {
        Given::Context {
            id, prefix, length, ..
        } if id == wanted => {
            let others = u128::MAX.checked_shr(length.into()).unwrap_or(0);
            Some((u128::from(prefix) & !others, !others))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Ipv6Addr {
        text.parse().expect("an address")
    }

    fn octets(hex: &str) -> Vec<u8> {
        crate::catalogue::yaml::scalar::octets(hex).expect("hexadecimal")
    }

    #[test]
    fn the_mesh_local_prefix_is_left_out() {
        let told = [address("2001:db8::1"), address("2001:db8:3::1:2")];
        assert_eq!(
            of(&told, address("2001:db8::")),
            octets("80 0000000000000001 00 20010db8000300000000000000010002")
        );
    }

    #[test]
    fn what_was_registered_is_read_as_far_as_it_says() {
        let context = Given::Context {
            id: 7,
            prefix: address("2001:db8:7::"),
            length: 48,
            compress: true,
        };
        let value = octets(
            "00 20010db8000300000000000000010002 87 0000000000000001 85 0000000000000001 80 00",
        );
        let entries = entries(&value, &[context]);
        assert_eq!(
            entries.len(),
            2,
            "context 5 is unknown, the last one is cut"
        );
        let holds = |text| entries.iter().any(|entry| entry.holds(address(text)));
        for (text, is_held) in [
            ("2001:db8:3::1:2", true),
            ("2001:db8:3::1:3", false),
            ("2001:db8:7::1", true),
            ("2001:db8:7:5::1", true),
            ("2001:db8:7:5::2", false),
            ("2001:db8:8::1", false),
        ] {
            assert_eq!(holds(text), is_held, "{text}");
        }
    }
}
