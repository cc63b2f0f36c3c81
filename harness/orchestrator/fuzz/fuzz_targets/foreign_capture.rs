//! A capture as no sniffer should write it: as it comes, and as the packets of a whole file.

#![no_main]

use std::io::Cursor;
use std::path::Path;

use libfuzzer_sys::fuzz_target;
use sixlo_harness::capture::foreign::{Ending, Frames, Hints};

/// The largest gain of deflate, which a file of zeros comes near.
const MOST_UNPACKED: usize = 1032;

fuzz_target!(|octets: &[u8]| {
    // As it comes: formats, lengths, options, gzip.
    read(octets.to_vec());
    // A format's magic before it, so that it need not be guessed.
    for magic in [
        &b"\xd4\xc3\xb2\xa1\x02\x00"[..],
        b"\x0a\x0d\x0d\x0a\x1c\x00\x00\x00\x4d\x3c\x2b\x1a",
    ] {
        read([magic, octets].concat());
    }
    // Each part a packet, of a link type that its first octet chooses.
    let links = [0_u16, 1, 101, 113, 195, 228, 229, 230, 276, 283];
    let mut file = b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
    let Some((&first, packets)) = octets.split_first() else {
        return;
    };
    let link = links[usize::from(first) % links.len()];
    file.extend(u32::from(link).to_le_bytes());
    let mut count = 0;
    for packet in packets.split(|&octet| octet == 0xfe) {
        let length = (packet.len() as u32).to_le_bytes();
        file.extend([&[0; 8][..], &length, &length, packet].concat());
        count += 1;
    }
    assert_eq!(read(file), Some(count), "every packet is counted");
});

/// Reads all of it, and tells how many packets there were; none if it is no capture.
fn read(octets: Vec<u8>) -> Option<u64> {
    let length = octets.len();
    let source = Cursor::new(octets);
    let mut frames = Frames::from_source(Path::new("x"), source, Hints::default()).ok()?;
    let (mut given, mut last) = (0, 0);
    while let Ok(Some(frame)) = frames.next_frame() {
        given += 1;
        assert!(frame.number > last, "frames come in the order of the file");
        assert!(frame.mac.len() <= 2047, "no frame is that long");
        last = frame.number;
    }
    let tally = frames.tally();
    let aside = tally.set_aside;
    let set_aside = aside.snapped
        + aside.unreadable
        + aside.copies
        + aside.zep_acks
        + aside.other
        + aside.unknown_link;
    assert_eq!(
        tally.packets,
        given + set_aside,
        "each packet is one of these"
    );
    assert_eq!(given, tally.frames + aside.wrong_fcs);
    assert_ne!(tally.ending, Ending::Open);
    assert!(tally.packets as usize <= length * MOST_UNPACKED);
    Some(tally.packets)
}
