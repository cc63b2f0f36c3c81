//! ZEP version 2, the ZigBee Encapsulation Protocol: one frame with its FCS in one UDP
//! datagram, behind 32 octets.

use std::time::{SystemTime, UNIX_EPOCH};

/// Octets before the frame.
pub const HEADER: usize = 32;
/// The largest PSDU of IEEE 802.15.4 (aMaxPhyPacketSize).
pub const LARGEST_PSDU: usize = 127;
/// The largest datagram that is of use; longer ones are cut when they are read, and
/// dropped because of their length.
pub const LARGEST_DATAGRAM: usize = HEADER + LARGEST_PSDU;

const PREAMBLE: [u8; 2] = *b"EX";
const VERSION: u8 = 2;
/// A frame of whatever type, MAC acknowledgements included.
const DATA: u8 = 1;
/// Seconds from 1900, NTP's beginning, to 1970.
const NTP_EPOCH: u64 = 2_208_988_800;

/// Why a datagram holds no frame for this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dropped {
    /// It is no ZEP of version 2.
    NoZep,
    /// It is ZEP, and holds no frame: an acknowledgement of ZEP's own, a hello.
    NoData,
    /// It is of this other channel.
    Channel(u8),
    /// Its length is not what it says.
    Length,
}

/// Reads one datagram: the frame in it, FCS included and not checked.
pub fn read(datagram: &[u8], channel: u8) -> Result<&[u8], Dropped> {
    let (head, kind) = match datagram {
        [a, b, VERSION, kind, ..] => ([*a, *b], *kind),
        _ => return Err(Dropped::NoZep),
    };
    if head != PREAMBLE {
        return Err(Dropped::NoZep);
    }
    if kind != DATA {
        return Err(Dropped::NoData);
    }
    let Some((header, psdu)) = datagram.split_at_checked(HEADER) else {
        return Err(Dropped::Length);
    };
    if header[4] != channel {
        return Err(Dropped::Channel(header[4]));
    }
    if usize::from(header[HEADER - 1]) != psdu.len() || !(1..=LARGEST_PSDU).contains(&psdu.len()) {
        return Err(Dropped::Length);
    }
    Ok(psdu)
}

/// Writes one datagram. The frame's sequence in ZEP's own numbers counts up.
pub fn write(psdu: &[u8], channel: u8, device: u16, sequence: u32, now: SystemTime) -> Vec<u8> {
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    // NTP's seconds wrap in 2036, as they are meant to.
    let seconds = (since.as_secs() + NTP_EPOCH) as u32;
    let fraction = ((u64::from(since.subsec_nanos()) << 32) / 1_000_000_000) as u32;
    let mut datagram = Vec::with_capacity(HEADER + psdu.len());
    datagram.extend_from_slice(&PREAMBLE);
    datagram.extend_from_slice(&[VERSION, DATA, channel]);
    datagram.extend_from_slice(&device.to_be_bytes());
    // CRC/LQI mode 1: the frame ends with its FCS, and the octet behind is the LQI.
    datagram.extend_from_slice(&[1, 0xff]);
    datagram.extend_from_slice(&seconds.to_be_bytes());
    datagram.extend_from_slice(&fraction.to_be_bytes());
    datagram.extend_from_slice(&sequence.to_be_bytes());
    datagram.extend_from_slice(&[0; 10]);
    datagram.push(psdu.len().min(LARGEST_PSDU) as u8);
    datagram.extend_from_slice(&psdu[..psdu.len().min(LARGEST_PSDU)]);
    datagram
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    /// An acknowledgement with its FCS, on channel 26, from device 0x7580, at
    /// 2026-08-21 12:00:00.5 UTC.
    const DATAGRAM: [u8; 37] = [
        b'E', b'X', 2, 1, 26, 0x75, 0x80, 1, 0xff, // header
        0xee, 0x31, 0x38, 0x40, 0x80, 0, 0, 0, // NTP: seconds since 1900, one half
        0, 0, 0, 7, // sequence
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // reserved
        5, 0x02, 0x00, 0x56, 0xe7, 0x4c, // length and frame
    ];

    fn moment() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(0xee31_3840 - NTP_EPOCH) + Duration::from_millis(500)
    }

    #[test]
    fn a_datagram_by_hand_is_written_and_read() {
        let psdu = &DATAGRAM[HEADER..];
        assert_eq!(write(psdu, 26, 0x7580, 7, moment()), DATAGRAM);
        assert_eq!(read(&DATAGRAM, 26), Ok(psdu));
    }

    #[test]
    fn what_is_not_for_this_node_is_told_apart() {
        let with = |at: usize, octet: u8| {
            let mut datagram = DATAGRAM;
            datagram[at] = octet;
            read(&datagram, 26).expect_err("dropped")
        };
        assert_eq!(with(0, b'e'), Dropped::NoZep);
        assert_eq!(with(2, 1), Dropped::NoZep);
        assert_eq!(with(3, 2), Dropped::NoData);
        assert_eq!(with(3, 255), Dropped::NoData);
        assert_eq!(with(4, 11), Dropped::Channel(11));
        assert_eq!(with(31, 4), Dropped::Length);
        assert_eq!(with(31, 6), Dropped::Length);
        assert_eq!(read(&DATAGRAM[..31], 26), Err(Dropped::Length));
        assert_eq!(read(b"EX", 26), Err(Dropped::NoZep));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(psdu in proptest::collection::vec(any::<u8>(), 1..=127), sequence: u32) {
            let datagram = write(&psdu, 11, 1, sequence, SystemTime::now());
            prop_assert_eq!(read(&datagram, 11), Ok(&psdu[..]));
        }

        #[test]
        fn no_datagram_breaks_the_reader(datagram: Vec<u8>) {
            let _ = read(&datagram, 26);
            let mut dressed = b"EX\x02\x01\x1a".to_vec();
            dressed.extend_from_slice(&datagram);
            if let Ok(psdu) = read(&dressed, 26) {
                prop_assert!(psdu.len() <= LARGEST_PSDU);
            }
        }
    }
}
