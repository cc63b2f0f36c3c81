//! A frame's last octets, read as what they are.

use sixlo_frames::mac::{FCS_OCTETS, is_fcs_right};

use super::link;
use super::trailer::{Decision, Trailer};

/// Octets of the longer FCS.
const FCS4_OCTETS: usize = 4;

/// What a frame's FCS says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fcs {
    /// The frame was received as it was sent.
    Right,
    /// It was not.
    Wrong,
    /// Nothing: it is not there.
    Absent,
    /// A TI radio found it right.
    Ti {
        /// Received signal strength, in the radio's own units.
        rssi: u8,
        /// Correlation of the received signal, 0 to 127.
        correlation: u8,
    },
}

/// Takes the trailer off, and reads it.
pub(super) fn split(
    octets: &[u8],
    declared: link::Trailer,
    decision: Option<Decision>,
) -> (&[u8], Fcs) {
    let trailer = match declared {
        link::Trailer::None => return (octets, Fcs::Absent),
        link::Trailer::Fcs4 => return split_fcs4(octets),
        link::Trailer::Fcs => Trailer::Fcs,
        _ => decision.map_or(Trailer::Fcs, |decision| decision.trailer),
    };
    let Some((mac, &[rssi, quality])) = octets.split_last_chunk::<FCS_OCTETS>() else {
        return (octets, Fcs::Wrong);
    };
    match trailer {
        Trailer::Absent => (octets, Fcs::Absent),
        Trailer::Zeros => (mac, Fcs::Absent),
        Trailer::Fcs if is_fcs_right(octets) => (mac, Fcs::Right),
        Trailer::Ti if quality & 0x80 != 0 => {
            let correlation = quality & 0x7f;
            (mac, Fcs::Ti { rssi, correlation })
        }
        Trailer::Fcs | Trailer::Ti => (mac, Fcs::Wrong),
    }
}

/// The FCS of four octets, IEEE 802.15.4-2015 7.2.10: the CRC-32 that everybody uses, over
/// at least four octets, zeros behind shorter frames.
fn split_fcs4(octets: &[u8]) -> (&[u8], Fcs) {
    let Some((mac, trailer)) = octets.split_last_chunk::<FCS4_OCTETS>() else {
        return (octets, Fcs::Wrong);
    };
    let mut crc = flate2::Crc::new();
    crc.update(mac);
    crc.update(&[0; FCS4_OCTETS][mac.len().min(FCS4_OCTETS)..]);
    match crc.sum().to_le_bytes() == *trailer {
        true => (mac, Fcs::Right),
        false => (mac, Fcs::Wrong),
    }
}
