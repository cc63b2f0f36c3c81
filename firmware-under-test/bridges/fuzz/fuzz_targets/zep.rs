//! Whatever comes to a ZEP bridge's socket.

#![no_main]

use std::time::{Duration, UNIX_EPOCH};

use libfuzzer_sys::fuzz_target;
use sixlo_bridges::zep::{Dropped, HEADER, LARGEST_PSDU, read, write};

fuzz_target!(|octets: &[u8]| {
    let Some((&channel, datagram)) = octets.split_first() else {
        return;
    };
    match read(datagram, channel) {
        Ok(psdu) => {
            assert!((1..=LARGEST_PSDU).contains(&psdu.len()));
            assert_eq!(psdu, &datagram[HEADER..]);
        }
        Err(Dropped::Channel(other)) => {
            assert_ne!(other, channel);
            assert!(!matches!(read(datagram, other), Err(Dropped::Channel(_))));
        }
        Err(_) => {}
    }
    // What we write is read back, whatever is in it and whenever it is; too long a frame is cut.
    let (time, psdu) = datagram.split_at(datagram.len().min(5));
    let time = time
        .iter()
        .fold(0, |time, &octet| time << 8 | u64::from(octet));
    let now = UNIX_EPOCH + Duration::from_millis(time);
    let written = write(psdu, channel, time as u16, time as u32, now);
    match read(&written, channel) {
        Ok(back) => assert_eq!(back, &psdu[..psdu.len().min(LARGEST_PSDU)]),
        Err(why) => assert_eq!((why, psdu.len()), (Dropped::Length, 0)),
    }
});
