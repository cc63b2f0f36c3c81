//! The network data by which a leader tells its network the contexts. Thread 1.1, 5.18.

use std::net::Ipv6Addr;

use sixlo_judge::testcase::Given;

use super::tlv;

/// Types stand above a bit that says *stable*.
const STABLE: u8 = 1;
const PREFIX: u8 = 1 << 1 | STABLE;
const CONTEXT: u8 = 3 << 1 | STABLE;
/// The C flag of RFC 6775 4.2.
const COMPRESS: u8 = 1 << 4;
const ID: u8 = 0x0f;
/// Of a prefix's value, before the prefix itself.
const PREFIX_HEAD: usize = 2;
/// The mesh-local prefix's own, which is never told: everybody knows it. 5.18.3.
const MESH_LOCAL: u8 = 0;

/// The TLVs that tell the contexts among these.
///
/// ```text
/// prefix:  |1, stable|length|domain 0|prefix length (bits)|prefix ...|sub-TLVs ...|
/// context: |3, stable|2     |0 0 0 C|  id   |context length (bits)|
/// ```
pub fn of(given: &[Given]) -> Vec<u8> {
    let mut data = Vec::new();
    for one in given {
        let Given::Context {
            id,
            prefix,
            length,
            compress,
        } = *one
        else {
            continue;
        };
        if id == MESH_LOCAL {
            continue;
        }
        let octets = usize::from(length.min(128).div_ceil(8));
        let mut value = vec![0, length];
        value.extend_from_slice(&prefix.octets()[..octets]);
        let flags = if compress { COMPRESS } else { 0 };
        tlv::append(&mut value, CONTEXT, &[flags | id, length]);
        tlv::append(&mut data, PREFIX, &value);
    }
    data
}

/// The contexts that network data tells.
pub fn contexts(data: &[u8]) -> Vec<Given> {
    let is = |found: u8, wanted: u8| found | STABLE == wanted;
    let prefixes = tlv::each(data).filter(|(found, _)| is(*found, PREFIX));
    prefixes
        .flat_map(|(_, value)| {
            let prefix = prefix(value);
            let inner = prefix.map_or(&[][..], |(_, rest)| rest);
            let contexts = tlv::each(inner).filter(|(found, _)| is(*found, CONTEXT));
            contexts.filter_map(move |(_, context)| match (prefix, context) {
                (Some((prefix, _)), &[flags, length]) if length <= 128 => Some(Given::Context {
                    id: flags & ID,
                    prefix,
                    length,
                    compress: flags & COMPRESS != 0,
                }),
                _ => None,
            })
        })
        .collect()
}

/// The prefix in a prefix TLV's value, and what stands behind it.
fn prefix(value: &[u8]) -> Option<(Ipv6Addr, &[u8])> {
    let (head, rest) = value.split_at_checked(PREFIX_HEAD)?;
    let length = usize::from(*head.last()?).div_ceil(8);
    let (octets, rest) = rest.split_at_checked(length)?;
    let mut prefix = [0; 16];
    prefix.get_mut(..length)?.copy_from_slice(octets);
    Some((prefix.into(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(id: u8, prefix: &str, length: u8, compress: bool) -> Given {
        Given::Context {
            id,
            prefix: prefix.parse().expect("an address"),
            length,
            compress,
        }
    }

    #[test]
    fn what_is_told_is_read() {
        let given = [
            context(5, "2001:db8:aaaa::", 48, true),
            context(6, "2001:db8::", 33, false),
            context(15, "2001:db8:f::1", 128, true),
        ];
        assert_eq!(contexts(&of(&given)), given);
        assert_eq!(contexts(&of(&[context(0, "2001:db8::", 64, true)])), []);
    }

    /// ```text
    /// 03 0e 00 10 fd01    prefix, stable; domain 0; 16 bits
    ///   05 04 1800 3100   border router, stable: its address, its flags
    ///   07 02 11 10       context, stable: C, id 1; 16 bits
    /// ```
    #[test]
    fn what_else_a_leader_says_of_a_prefix_is_passed_over() {
        let octets = crate::catalogue::yaml::scalar::octets;
        let data = octets("030e0010fd01 050418003100 07021110").expect("hexadecimal");
        assert_eq!(contexts(&data), [context(1, "fd01::", 16, true)]);
        for length in 0..data.len() {
            assert_eq!(contexts(&data[..length]), [], "{length} octets");
        }
        assert_eq!(
            contexts(&octets("0304 0081 0102").expect("hexadecimal")),
            []
        );
    }
}
