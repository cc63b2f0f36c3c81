//! What of a frame is only authenticated, and what is encrypted. IEEE 802.15.4-2015 9.3.3.1.

use crate::dissect::{MacInfo, Read, Reader, mac};
use crate::field::FieldId;
use crate::mac::{FrameType, FrameVersion};

/// A frame without its trailer, up to what it says behind its addresses.
pub(super) struct Parts {
    pub info: MacInfo,
    /// Octets up to the last address.
    pub addresses: usize,
    has_elements: bool,
}

impl Parts {
    /// Reads the MAC header. None where it breaks off or is of no known kind.
    pub fn of(octets: &[u8]) -> Option<Parts> {
        let mut reader = Reader::new(octets);
        let header = mac::header(&mut reader, None).ok()?;
        Some(Parts {
            info: header.info,
            addresses: octets.len() - reader.rest().len(),
            has_elements: header.has_elements,
        })
    }

    /// Octets of `rest`, which stands behind the addresses and any auxiliary header, that
    /// stay readable: header elements; of a beacon everything but its payload; the command
    /// of a frame before 2015. Table 9-1.
    pub fn open_octets(&self, rest: &[u8]) -> Option<usize> {
        let mut reader = Reader::new(rest);
        if self.has_elements {
            mac::skip_header_elements(&mut reader).ok()?;
        }
        match self.info.frame_type {
            FrameType::Beacon => skip_beacon(&mut reader).ok()?,
            FrameType::Command if self.info.version != FrameVersion::V2015 => {
                reader.take(1, FieldId::MacCommand).ok()?;
            }
            _ => {}
        }
        Some(rest.len() - reader.rest().len())
    }
}

/// Superframe, time slots, pending addresses. 7.3.1.
fn skip_beacon(reader: &mut Reader<'_>) -> Read<()> {
    reader.take(2, FieldId::MacElement)?;
    let slots = usize::from(reader.octet(FieldId::MacElement)? & 7);
    if slots > 0 {
        reader.take(1 + 3 * slots, FieldId::MacElement)?;
    }
    let pending = reader.octet(FieldId::MacElement)?;
    let (short, extended) = (usize::from(pending & 7), usize::from(pending >> 4 & 7));
    reader.take(2 * short + 8 * extended, FieldId::MacElement)?;
    Ok(())
}
