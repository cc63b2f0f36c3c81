//! A frame that a radio heard, with what the radio says of it.

use sixlo_agent_process::fcs;

/// The largest PSDU of IEEE 802.15.4 (aMaxPhyPacketSize).
pub const LARGEST_PSDU: usize = 127;

/// A frame that a radio heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// FCS included.
    pub psdu: Vec<u8>,
    /// Strength in dBm, where the radio tells it.
    pub rssi_dbm: Option<i8>,
    /// Link quality, 0 to 255.
    pub lqi: Option<u8>,
    /// When it came, in microseconds on the radio's own clock, which does not wrap.
    pub time_us: Option<u64>,
}

impl Heard {
    /// A frame of which nothing is told.
    pub fn plain(psdu: Vec<u8>) -> Heard {
        Heard {
            psdu,
            rssi_dbm: None,
            lqi: None,
            time_us: None,
        }
    }
}

/// The frame with a right FCS in place of the two octets at its end, for a radio that has
/// checked it, and writes something else there, such as the signal's strength.
pub fn with_fcs(psdu: &[u8]) -> Option<Vec<u8>> {
    let (frame, _) = psdu.split_last_chunk::<2>()?;
    if frame.is_empty() || psdu.len() > LARGEST_PSDU {
        return None;
    }
    let mut frame = frame.to_vec();
    fcs::append(&mut frame);
    Some(frame)
}
