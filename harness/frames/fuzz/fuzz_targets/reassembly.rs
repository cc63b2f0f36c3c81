//! Many frames, a clock that jumps, and a hostile context table.

#![no_main]

mod input;

use libfuzzer_sys::fuzz_target;
use sixlo_frames::dissect::{DissectOptions, dissect, dissect_packet};
use sixlo_frames::reassembly::{MOST_DATAGRAMS, Reassembler};

use input::Input;

fuzz_target!(|octets: &[u8]| {
    let mut input = Input(octets);
    let contexts = input.contexts();
    let options = DissectOptions {
        contexts: &contexts,
        fcs: input.fcs(),
        keys: None,
    };
    let mut reassembler = Reassembler::default();
    let mut now_us = 0_u64;
    while !input.0.is_empty() {
        now_us = now_us.wrapping_add(u64::from(input.octet()) << 20);
        let length = usize::from(input.octet() & 0x7f);
        let dissection = dissect(input.take(length), &options);
        if let Some(datagram) = reassembler.hear(now_us, &dissection) {
            if let Some(key) = datagram.key {
                assert_eq!(datagram.packet.len(), usize::from(key.datagram_size));
            }
            dissect_packet(&datagram.packet);
        }
        assert!(reassembler.outstanding() <= MOST_DATAGRAMS);
    }
});
