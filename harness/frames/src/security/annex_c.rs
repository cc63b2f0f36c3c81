//! The standard's own examples: IEEE 802.15.4-2006 annex C.2, frames of the node
//! ac:de:48:00:00:00:00:01 with frame counter 5 under the key c0 c1 … cf.

use super::{AuxiliaryHeader, Key, KeyId, Keys, Level, open, secure};
use crate::hex::hex;
use crate::mac::{fcs, is_fcs_right};

const SOURCE: [u8; 8] = [0xac, 0xde, 0x48, 0, 0, 0, 0, 1];
const KEY: Key = Key([
    0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf,
]);

/// The examples have no FCS; a PSDU has one.
fn with_fcs(text: &str) -> Vec<u8> {
    let mut psdu = hex(text);
    let right = fcs(&psdu);
    psdu.extend(right.to_le_bytes());
    psdu
}

/// Both ways, between `plain` and `secured`.
fn assert_example(level: u8, plain: &str, secured: &str) {
    let header = AuxiliaryHeader {
        level: Level::new(level).expect("three bits"),
        key_id: KeyId::Implicit,
        frame_counter: 5,
    };
    let (plain, secured) = (with_fcs(plain), with_fcs(secured));
    assert_eq!(secure(&plain, &header, KEY, SOURCE), Ok(secured.clone()));
    let keys = Keys::new().with_key(KeyId::Implicit, KEY);
    let opened = open(&secured, &keys).expect("a frame that the key opens");
    assert_eq!(opened.psdu, plain);
    assert!(is_fcs_right(&opened.psdu));
    assert_eq!((opened.header, opened.source), (header, SOURCE));
}

/// C.2.1, MIC-64: nothing is encrypted.
#[test]
fn a_beacon() {
    assert_example(
        2,
        "00 d0   beacon of 2006, no destination, extended source
         84   sequence number
         21 43   source PAN id 4321
         01 00 00 00 00 48 de ac
         55 cf 00 00   superframe, no time slots, nobody pending
         51 52 53 54   beacon payload",
        "08 d0   security enabled
         84 21 43
         01 00 00 00 00 48 de ac
         02   level 2, key id mode 0
         05 00 00 00   frame counter 5
         55 cf 00 00 51 52 53 54
         22 3b c1 ec 84 1a b5 53   MIC-64",
    );
}

/// C.2.2, encryption alone.
#[test]
fn a_data_frame() {
    assert_example(
        4,
        "61 dc   data of 2006, AR, PAN id compression, extended both
         84 21 43
         02 00 00 00 00 48 de ac
         01 00 00 00 00 48 de ac
         61 62 63 64   payload",
        "69 dc   security enabled
         84 21 43
         02 00 00 00 00 48 de ac
         01 00 00 00 00 48 de ac
         04   level 4, key id mode 0
         05 00 00 00   frame counter 5
         d4 3e 02 2b   payload, encrypted; no MIC",
    );
}

/// C.2.3, ENC-MIC-64: the command stays readable, its parameter does not.
#[test]
fn a_command() {
    assert_example(
        6,
        "23 dc   command of 2006, AR, extended both
         84 21 43
         02 00 00 00 00 48 de ac
         ff ff
         01 00 00 00 00 48 de ac
         01   association request
         ce   capability information",
        "2b dc   security enabled
         84 21 43
         02 00 00 00 00 48 de ac
         ff ff
         01 00 00 00 00 48 de ac
         06   level 6, key id mode 0
         05 00 00 00   frame counter 5
         01   association request, in the clear
         d8   capability information, encrypted
         4f de 52 90 61 f9 c6 f1   MIC-64",
    );
}
