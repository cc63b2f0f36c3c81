//! The network data by which a leader tells its network the contexts. Thread 1.1, 5.18.

use sixlo_judge::testcase::Given;

use super::tlv;

/// Types stand above a bit that says *stable*.
const STABLE: u8 = 1;
const PREFIX: u8 = 1 << 1 | STABLE;
const CONTEXT: u8 = 3 << 1 | STABLE;
/// The C flag of RFC 6775 4.2.
const COMPRESS: u8 = 1 << 4;
/// The mesh-local prefix's own, which is never told: everybody knows it. 5.18.3.
const MESH_LOCAL: u8 = 0;

/// The TLVs that tell the contexts among these.
///
/// ```text
/// prefix:  |1, stable|length|domain 0|prefix length (bits)|prefix ...|sub-TLVs ...|
/// context: |3, stable|2     |0 0 0 C|  id   |context length (bits)|
/// ```
pub(super) fn of(given: &[Given]) -> Vec<u8> {
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
