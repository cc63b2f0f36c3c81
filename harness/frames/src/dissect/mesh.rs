//! The mesh header. RFC 4944 5.2.

use super::reader::{Read, Reader};
use crate::field::{FieldId, Value};
use crate::mac::MacAddress;

/// All ones in the four bits of hops left: an octet with the hops follows.
const DEEP_HOPS: u8 = 0x0f;

/// Reads originator and final destination.
///
/// ```text
/// |1 0|V|F|HopsLft| [deep hops] originator, final
/// ```
/// The addresses travel most significant octet first, unlike those of the MAC header.
pub(super) fn read(reader: &mut Reader<'_>) -> Read<(MacAddress, MacAddress)> {
    let octet = reader.octet(FieldId::MeshHopsLeft)?;
    reader.note(FieldId::MeshV, 1, u64::from(octet >> 5 & 1));
    reader.note(FieldId::MeshF, 1, u64::from(octet >> 4 & 1));
    if octet & DEEP_HOPS == DEEP_HOPS {
        reader.u8(FieldId::MeshHopsLeft)?;
    } else {
        reader.note(FieldId::MeshHopsLeft, 1, u64::from(octet & DEEP_HOPS));
    }
    let originator = address(reader, octet & 0x20 != 0, FieldId::MeshOriginator)?;
    let final_destination = address(reader, octet & 0x10 != 0, FieldId::MeshFinal)?;
    Ok((originator, final_destination))
}

fn address(reader: &mut Reader<'_>, short: bool, id: FieldId) -> Read<MacAddress> {
    let address = match short {
        true => MacAddress::Short(u16::from_be_bytes(reader.array(id)?)),
        false => MacAddress::Extended(reader.array(id)?),
    };
    reader.note_value(id, address.octets(), Value::Mac(address));
    Ok(address)
}
