//! The ZigBee Encapsulation Protocol: a frame in a UDP datagram.

use std::ops::Range;

use super::link::Trailer;

/// Its UDP port.
pub(super) const PORT: u16 = 17754;

/// A datagram of ZEP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Zep {
    /// A frame.
    Data {
        frame: Range<usize>,
        trailer: Trailer,
    },
    /// The acknowledgement of one, version 2 alone.
    Ack,
    /// One that contradicts itself.
    Unreadable,
}

/// What a UDP payload is; none if it is no ZEP.
///
/// ```text
///   version 1: 0 "EX", 2 version, 3 channel, 4 device, 6 mode, 7 LQI, 8 reserved,
///              15 octets of the frame, 16 frame
///   version 2: 0 "EX", 2 version, 3 type (1 data, 2 acknowledgement), 4 channel, 5 device,
///              7 mode, 8 LQI, 9 NTP time, 17 sequence number, 21 reserved,
///              31 octets of the frame, 32 frame
///   mode:      1 the frame ends in its FCS, 0 in RSSI and CRC-OK as TI's radios give it
/// ```
pub(super) fn find(datagram: &[u8]) -> Option<Zep> {
    let [b'E', b'X', version, third, ..] = *datagram else {
        return None;
    };
    let (mode, header) = match (version, third) {
        (1, _) => (6, 16),
        (2, 1) => (7, 32),
        (2, 2) => return Some(Zep::Ack),
        _ => return Some(Zep::Unreadable),
    };
    let Some(&length) = datagram.get(header - 1) else {
        return Some(Zep::Unreadable);
    };
    let frame = header..header + usize::from(length);
    if frame.end > datagram.len() {
        return Some(Zep::Unreadable);
    }
    let trailer = match datagram[mode] {
        0 => Trailer::LikelyTi,
        _ => Trailer::LikelyFcs,
    };
    Some(Zep::Data { frame, trailer })
}
