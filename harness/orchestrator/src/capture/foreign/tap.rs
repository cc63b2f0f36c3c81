//! Link type 283, the IEEE 802.15.4 TAP header: TLVs in front of a frame.
//! <https://github.com/jkcko/ieee802.15.4-tap>.

use std::ops::Range;

use super::container::Endian;
use super::link::Trailer;

/// TLV type 0: what the FCS is; without it there is none.
const FCS_TYPE: u16 = 0;

/// The frame in a packet, and its FCS.
///
/// ```text
///   0 version 0, 1 reserved, 2 octets of header and TLVs; all numbers little-endian
///   each TLV: 0 type, 2 octets of the value, 4 value, padding to a multiple of 4
/// ```
pub(super) fn find(packet: &[u8]) -> Option<(Range<usize>, Trailer)> {
    let number = |octets, at| Endian::Little.u16(octets, at);
    let length = usize::from(number(packet, 2));
    if packet.first() != Some(&0) || length < 4 {
        return None;
    }
    let mut tlvs = packet.get(4..length)?;
    let mut trailer = Trailer::None;
    while !tlvs.is_empty() {
        let value_octets = usize::from(number(tlvs, 2));
        let value = tlvs.get(4..4 + value_octets)?;
        if number(tlvs, 0) == FCS_TYPE {
            trailer = match value.first() {
                Some(0) => Trailer::None,
                Some(1) => Trailer::Fcs,
                Some(2) => Trailer::Fcs4,
                _ => return None,
            };
        }
        // The last one's padding may be missing.
        let next = (4 + value_octets).next_multiple_of(4);
        tlvs = tlvs.get(next..).unwrap_or_default();
    }
    Some((length..packet.len(), trailer))
}
