//! Compressed multicast addresses, M=1. RFC 6282 3.1.1, 3.2.3 and 3.2.4.

use std::net::Ipv6Addr;

use super::ProblemKind;
use super::iphc::{context, in_line};
use super::reader::{Read, Reader};
use crate::context::{Context, ContextTable};
use crate::field::{FieldId, Value};

/// ```text
/// DAC DAM  in line                             address
///  0  00   16 octets                           as they are
///  0  01   flags and scope, 5 of the group     ffFS::00GG:GGGG:GGGG
///  0  10   flags and scope, 3 of the group     ffFS::00GG:GGGG
///  0  11   1 of the group                      ff02::00GG
///  1  00   flags and scope, RIID, 4 of the group    ffFS:RRLL:PPPP:PPPP:PPPP:PPPP:GGGG:GGGG
/// ```
pub(super) fn read(
    reader: &mut Reader<'_>,
    contexts: &ContextTable,
    dac: bool,
    dam: u8,
    dci: u8,
) -> Read<Ipv6Addr> {
    let id = FieldId::Ipv6Dst;
    let mut address = [0u8; 16];
    address[0] = 0xff;
    let octets_in_line = match (dac, dam) {
        (false, 0) => return in_line(reader, id),
        (false, 1) => {
            let [flags_and_scope, group @ ..] = reader.array::<6>(id)?;
            address[1] = flags_and_scope;
            address[11..].copy_from_slice(&group);
            6
        }
        (false, 2) => {
            let [flags_and_scope, group @ ..] = reader.array::<4>(id)?;
            address[1] = flags_and_scope;
            address[13..].copy_from_slice(&group);
            4
        }
        (false, _) => {
            address[1] = 0x02;
            address[15] = reader.octet(id)?;
            1
        }
        (true, 0) => {
            let [flags_and_scope, riid, group @ ..] = reader.array::<6>(id)?;
            let context = context(reader, contexts, dci)?;
            address[1] = flags_and_scope;
            address[2] = riid;
            address[3] = context.length;
            address[4..12].copy_from_slice(&prefix_of_64_bits(context));
            address[12..].copy_from_slice(&group);
            if context.length > 64 {
                // RFC 3306 has room for 64 bits of prefix; what a longer one becomes is open.
                reader.remark(0, ProblemKind::Ambiguous(FieldId::IphcDci));
            }
            6
        }
        (true, _) => return Err(reader.problem(0, ProblemKind::Reserved(FieldId::IphcDam))),
    };
    let address = Ipv6Addr::from_octets(address);
    reader.note_value(id, octets_in_line, Value::Ipv6(address));
    Ok(address)
}

fn prefix_of_64_bits(context: &Context) -> [u8; 8] {
    let mut prefix = [0; 8];
    prefix.copy_from_slice(&context.with_iid([0; 8]).octets()[..8]);
    prefix
}
