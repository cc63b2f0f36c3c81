//! The network data by which a leader tells its network the contexts. Thread 1.1, 5.18.

use sixlo_frames::context::ContextTable;

use super::tlv;

/// Types stand above a bit that says *stable*.
const STABLE: u8 = 1;
const PREFIX: u8 = 1 << 1 | STABLE;
const CONTEXT: u8 = 3 << 1 | STABLE;
/// The C flag of RFC 6775 4.2.
const COMPRESS: u8 = 1 << 4;
/// The mesh-local prefix's own, which is never told: everybody knows it. 5.18.3.
const MESH_LOCAL: u8 = 0;

/// The TLVs that tell these contexts.
///
/// ```text
/// prefix:  |1, stable|length|domain 0|prefix length (bits)|prefix ...|sub-TLVs ...|
/// context: |3, stable|2     |0 0 0 C|  id   |context length (bits)|
/// ```
pub(super) fn of(contexts: &ContextTable) -> Vec<u8> {
    let mut data = Vec::new();
    for (id, context) in contexts.iter().filter(|(id, _)| *id != MESH_LOCAL) {
        let octets = usize::from(context.length.div_ceil(8));
        let mut value = vec![0, context.length];
        value.extend_from_slice(&context.prefix.octets()[..octets.min(16)]);
        tlv::append(&mut value, CONTEXT, &[COMPRESS | id, context.length]);
        tlv::append(&mut data, PREFIX, &value);
    }
    data
}
