//! Whatever a radio co-processor puts on its line.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sixlo_agent_protocol::RadioRole;
use sixlo_bridges::radios::language::Language;
use sixlo_bridges::radios::spinel::{Spinel, hdlc};

/// A frame that is heard: a message unasked, with its value.
const STREAM_RAW: [u8; 3] = [0x80, 0x06, 0x71];

fuzz_target!(|octets: &[u8]| {
    // As it comes: hardly ever a frame, so that the framing is tried.
    hear(octets);
    // Each part a frame with a right CRC, as it is and as one that was heard.
    let mut line = Vec::new();
    for part in octets.split(|&octet| octet == 0xff) {
        line.extend(hdlc::encode(part));
        line.extend(hdlc::encode(&[&STREAM_RAW, part].concat()));
    }
    hear(&line);
});

fn hear(octets: &[u8]) {
    let mut radio = Spinel::new(RadioRole::Sniff, 15, None);
    for part in octets.chunks(97) {
        radio.take(part);
    }
    while let Some(heard) = radio.heard() {
        assert!((3..=127).contains(&heard.psdu.len()));
    }
}
