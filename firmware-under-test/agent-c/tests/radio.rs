//! What the C agent does for stacks that leave it to their radio.

use proptest::prelude::*;
use sixlo_agent_c::{fcs, is_for};

const PAN: u16 = 0xabcd;
const SHORT: u16 = 0x1234;
const EUI64: [u8; 8] = [0x02, 0, 0x5e, 0xef, 0x10, 0, 0, 0x77];
/// As on air.
const REVERSED: [u8; 8] = [0x77, 0, 0, 0x10, 0xef, 0x5e, 0, 0x02];
const ANOTHER: [u8; 8] = [0x77, 0, 0, 0x10, 0xef, 0x5e, 0, 0x03];

/// Frame control, PAN id and destination as on air, then two octets of source and one of payload.
fn psdu(control: [u8; 2], pan: u16, to: &[u8]) -> Vec<u8> {
    let mut frame = [
        &control[..],
        &[7],
        &pan.to_le_bytes(),
        to,
        &[0x01, 0x00, 0x41],
    ]
    .concat();
    let sum = fcs(&frame);
    frame.extend(sum.to_le_bytes());
    frame
}

#[test]
fn the_fcs_is_the_standards() {
    // The check value of this CRC.
    assert_eq!(fcs(b"123456789"), 0x2189);
    assert_eq!(fcs(&[]), 0);
    assert_eq!(fcs(b"123456789\x89\x21"), 0, "over a frame with its FCS");
}

#[test]
fn a_radio_hands_on_what_is_for_its_node() {
    const DATA: u8 = 0x41;
    const TO_SHORT: u8 = 0x88;
    const TO_LONG: u8 = 0x8c;
    type Case = ([u8; 2], u16, &'static [u8], bool, &'static str);
    let cases: [Case; 13] = [
        ([DATA, TO_SHORT], PAN, &[0x34, 0x12], true, "its two octets"),
        ([DATA, TO_SHORT], PAN, &[0xff, 0xff], true, "everybody"),
        (
            [DATA, TO_SHORT],
            PAN,
            &[0x35, 0x12],
            false,
            "another's two octets",
        ),
        (
            [DATA, TO_SHORT],
            PAN,
            &[0xfe, 0xff],
            false,
            "nobody has this one",
        ),
        ([DATA, TO_LONG], PAN, &REVERSED, true, "its EUI-64"),
        ([DATA, TO_LONG], PAN, &ANOTHER, false, "another's EUI-64"),
        (
            [DATA, TO_LONG],
            PAN,
            &EUI64,
            false,
            "its EUI-64, the wrong way round",
        ),
        ([DATA, TO_LONG], 0xffff, &REVERSED, true, "every PAN"),
        ([DATA, TO_LONG], PAN ^ 1, &REVERSED, false, "another PAN"),
        ([DATA, 0x80], PAN, &REVERSED, false, "no destination"),
        (
            [DATA, 0x84],
            PAN,
            &REVERSED,
            false,
            "a reserved form of address",
        ),
        ([0x40, TO_LONG], PAN, &REVERSED, false, "a beacon"),
        ([0x43, TO_LONG], PAN, &REVERSED, false, "a command"),
    ];
    for (control, pan, to, taken, what) in cases {
        let mut frame = psdu(control, pan, to);
        assert_eq!(is_for(&frame, PAN, SHORT, &EUI64), taken, "{what}");
        frame[10] ^= 0x20;
        assert!(!is_for(&frame, PAN, SHORT, &EUI64), "{what}, damaged");
    }
    // A node without an address of two octets, and one that says so the other way.
    let frame = psdu([DATA, TO_SHORT], PAN, &[0xfe, 0xff]);
    assert!(!is_for(&frame, PAN, 0xffff, &EUI64));
    assert!(!is_for(&frame, PAN, 0xfffe, &EUI64));
}

proptest! {
    /// Too short a frame whose FCS is right: nothing behind it is read.
    #[test]
    fn no_frame_is_read_beyond_its_end(mut frame in prop::collection::vec(any::<u8>(), 0..14), long: bool) {
        if frame.len() >= 5 {
            frame[..5].copy_from_slice(&[0x41, if long { 0x8c } else { 0x88 }, 7, 0xff, 0xff]);
        }
        let sum = fcs(&frame);
        frame.extend(sum.to_le_bytes());
        let whole = frame.len() >= 5 + if long { 8 } else { 2 } + 2;
        prop_assert!(whole || !is_for(&frame, PAN, SHORT, &EUI64));
    }
}
