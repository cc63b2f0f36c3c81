//! Whatever Nordic's sniffer, or what is in its place, puts on its line.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sixlo_bridges::radios::language::Language;
use sixlo_bridges::radios::nordic::Nordic;

fuzz_target!(|octets: &[u8]| {
    hear(octets);
    // Each part behind the word that makes a line one of interest.
    let mut lines = Vec::new();
    for part in octets.split(|&octet| octet == b'\n') {
        lines.extend_from_slice(b"received: ");
        lines.extend_from_slice(part);
        lines.push(b'\n');
    }
    hear(&lines);
});

fn hear(octets: &[u8]) {
    let mut radio = Nordic::new(15);
    let mut last = 0;
    for part in octets.chunks(97) {
        radio.take(part);
    }
    while let Some(heard) = radio.heard() {
        assert!((3..=127).contains(&heard.psdu.len()));
        let time_us = heard.time_us.expect("each line has a time");
        // The clock may be put back by less than half a round, and never by more.
        assert!(time_us + (1 << 31) > last);
        last = time_us;
    }
}
